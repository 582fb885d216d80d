import { resolve } from "@std/path";
import { printable } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { below } from "./below.ts";
import type { Variables } from "./configuration.ts";
import { type Assignment, type MakeConfScope, readMakeConf } from "./make_conf.ts";
import type { Origin } from "./origin.ts";
import { rootValues, type SearchRoots, withoutTrailingSlash } from "./roots.ts";
import { readConfigFiles } from "./walk_config.ts";
import { wordsOf } from "./white_space.ts";

/** What Portage's make.globals sets, for systems without Portage. */
const MAKE_GLOBALS: Readonly<Record<string, string>> = {
  FEATURES: "parallel-fetch usersync",
  PORTAGE_RSYNC_OPTS:
    "--recursive --links --safe-links --perms --times --omit-dir-times --compress --force --whole-file --delete" +
    " --stats --human-readable --timeout=180 --exclude=/distfiles --exclude=/local --exclude=/packages --exclude=/.git",
  PORTAGE_RSYNC_RETRIES: "-1",
  PORTAGE_TMPDIR: "/var/tmp",
};

/** Variables that Portage keeps from child processes, and so from hooks. */
const INTERNAL =
  /^(USER|SYNC|PORTAGE_RSYNC_(OPTS|EXTRA_OPTS|RETRIES)|PORTAGE_SSH_OPTS|EMERGE_DEFAULT_OPTS|GENTOO_MIRRORS|(FETCH|RESUME)COMMAND(_.*)?|CONFIG_PROTECT(_.*)?)$/;

/** The settings that come as variables, and what reading them brought up. */
export interface LoadedVariables {
  readonly variables: Variables;
  /** Where the effective value comes from. */
  originOf(name: string): Origin;
  /** ROOT as a process inside the system sees it, without a trailing slash. */
  readonly targetRoot: string;
  readonly warnings: readonly string[];
  readonly filesRead: readonly string[];
}

/**
 * Reads make.globals (or what stands in for it) and make.conf. The environment wins over both, for
 * PORTAGE_RSYNC_EXTRA_OPTS too, and so does an empty value in it. Profiles are not read.
 *
 * @throws {Fault} `configuration` with file and line when a file cannot be parsed.
 */
export function loadVariables(
  { files, environment }: Pick<System, "files" | "environment">,
  roots: SearchRoots,
): LoadedVariables {
  const start = roots.root === "/" ? environment.currentDir : "/";
  const environmentRoot = resolve(start, environment.get("ROOT") || "/");
  const globals: MakeConfScope = {
    files,
    root: roots.root,
    known: rootValues(roots, environmentRoot),
    assigned: new Map<string, Assignment>(),
    warnings: [],
    filesRead: [],
  };
  readMakeGlobals(globals, roots);
  const own: MakeConfScope = { ...globals, known: withValues(globals), assigned: new Map<string, Assignment>() };
  readMakeConfs(own, roots);

  const calling = environment.all();
  const layers = [valuesOf(globals), valuesOf(own), calling];
  const features = stackedWords(layers.map((layer) => layer["FEATURES"] ?? ""));
  const merged: Record<string, string> = Object.assign({}, ...layers, { FEATURES: [...features].join(" ") });
  const targetRoot = withoutTrailingSlash(resolve(start, merged["ROOT"] || "/"));
  return {
    variables: {
      get: (name) => Object.hasOwn(merged, name) ? merged[name] : undefined,
      features,
      childEnvironment: childEnvironment(merged, roots, targetRoot),
    },
    originOf: (name) => originOf(name, calling, own, globals),
    targetRoot,
    warnings: own.warnings,
    filesRead: own.filesRead,
  };
}

function readMakeGlobals(scope: MakeConfScope, roots: SearchRoots): void {
  const path = below(roots.root, `${roots.eprefix}/usr/share/portage/config/make.globals`);
  const found = readConfigFiles(scope.files, roots.root, path);
  for (const file of found) readMakeConf(scope, file);
  if (found.length > 0) return;
  for (const [name, value] of Object.entries(MAKE_GLOBALS)) {
    scope.assigned.set(name, { value, origin: { kind: "preset" } });
  }
}

/** Both places count, the newer one more. */
function readMakeConfs(scope: MakeConfScope, roots: SearchRoots): void {
  const inside = roots.configRoot === "/" ? "" : roots.configRoot;
  const [old, current] = [`${inside}/etc/make.conf`, `${inside}/etc/portage/make.conf`]
    .map((path) => readConfigFiles(scope.files, roots.root, path));
  for (const file of [...old ?? [], ...current ?? []]) readMakeConf(scope, file);
  const textOf = (part: typeof old) => (part ?? []).map((file) => file.text).join("\n");
  if (old?.[0] !== undefined && current?.[0] !== undefined && textOf(old) !== textOf(current)) {
    const later = printable(`${inside}/etc/portage/make.conf`);
    scope.warnings.push(`${printable(`${inside}/etc/make.conf`)}: Read as well as ${later}, which wins`);
  }
}

function valuesOf(scope: MakeConfScope): Record<string, string> {
  return Object.fromEntries([...scope.assigned].map(([name, { value }]) => [name, value]));
}

function withValues(scope: MakeConfScope): ReadonlyMap<string, string> {
  return new Map([...scope.known, ...Object.entries(valuesOf(scope))]);
}

/** Words of all layers; `-word` takes one back, `-*` all. */
function stackedWords(layers: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const word of layers.flatMap(wordsOf)) {
    if (word === "-*") words.clear();
    else if (word.startsWith("-")) words.delete(word.slice(1));
    else words.add(word);
  }
  return words;
}

/** A child runs here, not inside `--root`, so it gets the roots as seen from here. */
function childEnvironment(
  merged: Readonly<Record<string, string>>,
  roots: SearchRoots,
  targetRoot: string,
): Readonly<Record<string, string>> {
  const passed = Object.entries(merged).filter(([name]) => !INTERNAL.test(name));
  return Object.fromEntries([
    ...passed,
    ["PORTAGE_CONFIGROOT", roots.configRoot],
    ["ROOT", below(roots.root, targetRoot)],
  ]);
}

function originOf(
  name: string,
  calling: Readonly<Record<string, string>>,
  own: MakeConfScope,
  globals: MakeConfScope,
): Origin {
  if (Object.hasOwn(calling, name)) return { kind: "environment", variable: name };
  return own.assigned.get(name)?.origin ?? globals.assigned.get(name)?.origin ?? { kind: "preset" };
}
