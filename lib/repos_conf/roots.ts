import { normalize, resolve } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { below } from "./below.ts";
import type { RawOption } from "./parsed_config.ts";

/** Where to look for configuration, known before any file is read. */
export interface SearchRoots {
  /** `--root`, else `/`. */
  readonly root: string;
  /** As a process inside `root` sees it. */
  readonly configRootInside: string;
  /** Below `root`. */
  readonly configRoot: string;
  /** Empty when there is none. */
  readonly eprefix: string;
}

/**
 * Finds the roots: the command line before the environment. Relative paths count from the current directory,
 * below `--root` from its top.
 *
 * @throws {Fault} `configuration` when the system or its configuration root is no directory.
 */
export function findRoots(
  system: Pick<System, "files" | "environment">,
  options: { readonly root?: string; readonly configRoot?: string },
): SearchRoots {
  const { environment } = system;
  const root = resolve(environment.currentDir, options.root ?? "/");
  const eprefix = environment.get("EPREFIX") || environment.get("PORTAGE_OVERRIDE_EPREFIX") || "";
  const start = root === "/" ? environment.currentDir : "/";
  const chosen = options.configRoot || environment.get("PORTAGE_CONFIGROOT") || eprefix || "/";
  const configRootInside = resolve(start, chosen);
  const configRoot = below(root, configRootInside);
  needDirectory(system, root, "Name an existing directory with --root");
  needDirectory(system, configRoot, "Name an existing directory with --config-root or PORTAGE_CONFIGROOT");
  return { root, configRootInside, configRoot, eprefix: eprefix === "" ? "" : withoutTrailingSlash(eprefix) };
}

function needDirectory({ files }: Pick<System, "files">, path: string, hint: string): void {
  if (files.stat(path)?.type === "directory") return;
  throw new Fault("configuration", `${quoted(path)} is not a directory`, { hint });
}

/** The roots as values for interpolation and for make.conf: all but EPREFIX end in a slash. */
export function rootValues(roots: SearchRoots, targetRoot: string): ReadonlyMap<string, string> {
  return new Map([
    ["EPREFIX", roots.eprefix],
    ["EROOT", withSlash(normalize(`${targetRoot}/${roots.eprefix}`))],
    ["PORTAGE_CONFIGROOT", withSlash(roots.configRootInside)],
    ["ROOT", withSlash(targetRoot)],
  ]);
}

/** The options that every section of repos.conf has; a `%` in them means itself. */
export function presetOptions(
  values: ReadonlyMap<string, string>,
  extraOpts: Pick<RawOption, "text" | "origin">,
): ReadonlyMap<string, RawOption> {
  const roots = [...values].map(([name, text]): [string, RawOption] => {
    return [name.toLowerCase(), { text, origin: { kind: "preset" }, syntax: "literal" }];
  });
  return new Map([...roots, ["sync-rsync-extra-opts", { ...extraOpts, syntax: "literal" }]]);
}

/** Normalised, and without a slash at the end but for `/` itself. */
export function withoutTrailingSlash(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
