import { basename, dirname, join, resolve } from "@std/path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { below } from "./below.ts";
import { readLocalCopy } from "./local_copy.ts";
import type { SectionOptions } from "./merge.ts";
import { OptionReader } from "./option_reader.ts";
import { resolvedOrAsWritten } from "./places.ts";
import type { Repository, StorageSettings } from "./repository.ts";
import { rsyncSettings, umaskOf } from "./rsync_settings.ts";
import { withoutTrailingSlash } from "./roots.ts";
import { STRATEGIES } from "./strategy.ts";
import { storageSettings } from "./storage_settings.ts";
import { syncSource } from "./sync_source.ts";
import { verificationSettings } from "./verification_settings.ts";
import type { ConfigFileSystem } from "./walk_config.ts";
import { wordsOf } from "./white_space.ts";

/** A section as a repository, before the repositories are compared with one another. */
export interface ParsedSection {
  /** Its masters are as written, known or not; its priority is 0 when unset. */
  readonly repository: Repository;
  readonly priority: number | undefined;
  /** `undefined` when neither repos.conf nor the local copy says. */
  readonly masters: readonly string[] | undefined;
  readonly warnings: readonly string[];
}

/** What a repository is made of, besides its local copy. */
export interface SectionSources {
  readonly section: string;
  readonly options: SectionOptions;
  /** FEATURES. */
  readonly features: ReadonlySet<string>;
}

/** Tells whether a section names a location, without which it is no repository. */
export function missingLocation(section: string, options: SectionOptions): Fault | undefined {
  if (options.get("location")?.value) return undefined;
  return new Fault("configuration", `Section ${quoted(section)} of repos.conf has no location`, {
    hint: `Write location = /var/db/repos/${section}, or remove the section`,
  });
}

/** Reads the options of a section that has a location, and what its local copy says. */
export function parseSection(
  files: ConfigFileSystem,
  root: string,
  { section, options, features }: SectionSources,
): ParsedSection {
  const reader = new OptionReader(section, options);
  const locationInside = locationOf(reader);
  const location = seenFromHere(files, root, locationInside);
  const copy = readLocalCopy(files, root, location);
  const masters = reader.has("masters") ? wordsOf(reader.text("masters") ?? "") : copy.masters;
  const priority = reader.integer("priority");
  const repository: Repository = {
    section,
    name: copy.name ?? section,
    aliases: mergedAliases(copy.aliases, wordsOf(reader.text("aliases") ?? "")),
    location,
    locationInside,
    root,
    storage: withinRoot(files, root, storageSettings(reader, root)),
    ...syncSource(reader),
    priority: priority ?? 0,
    masters: masters ?? [],
    volatile: volatileOf(reader),
    strategy: reader.strictWord("sync-rcu-strategy", STRATEGIES),
    hooksOnlyOnChange: reader.flag("sync-hooks-only-on-change"),
    user: reader.text("sync-user"),
    usersync: features.has("usersync"),
    umask: umaskOf(reader),
    rsync: rsyncSettings(reader),
    verification: verificationSettings(reader, root),
    options: shownOptions(options),
    faults: reader.faults,
  };
  return {
    repository,
    priority,
    masters,
    warnings: [...reader.warnings, ...copy.warnings, ...nameWarning(repository)],
  };
}

/** Refuses a relative path, but makes it absolute all the same, since paths are never relative further on. */
function locationOf(reader: OptionReader): string {
  const text = reader.text("location") ?? "";
  if (!text.startsWith("/")) reader.fault("location", "is not an absolute path", "Write the whole path from / on");
  const path = withoutTrailingSlash(resolve("/", text));
  if (path === "/") reader.fault("location", "is the root directory", "Name a directory of its own");
  return path;
}

/** Below another root, links above the location are followed as in there: an absolute one must not lead out to here. */
function seenFromHere(files: ConfigFileSystem, root: string, inside: string): string {
  const path = below(root, inside);
  return root === "/" || inside === "/" ? path : join(resolvedOrAsWritten(files, root, dirname(path)), basename(path));
}

/** As {@linkcode seenFromHere} for the store, which may itself be a link. */
function withinRoot(files: ConfigFileSystem, root: string, storage: StorageSettings): StorageSettings {
  if (root === "/" || storage.kind !== "hardlink_rcu") return storage;
  return { ...storage, storeDir: resolvedOrAsWritten(files, root, storage.storeDir) };
}

/** As in layout.conf and then in repos.conf; `-name` takes one back, `-*` all. */
function mergedAliases(own: readonly string[], configured: readonly string[]): readonly string[] {
  const aliases = new Set(own);
  for (const alias of configured) {
    if (alias === "-*") aliases.clear();
    else if (alias.startsWith("-")) aliases.delete(alias.slice(1));
    else aliases.add(alias);
  }
  return [...aliases];
}

/** Unlike other booleans, in lower case only: `YES` is no. */
function volatileOf(reader: OptionReader): boolean | undefined {
  if (!reader.has("volatile")) return undefined;
  const value = reader.text("volatile") ?? "";
  if (!["true", "yes", "false", "no", ""].includes(value)) {
    reader.warn("volatile", "is neither yes nor no in lower case; taken as no");
  }
  return value === "true" || value === "yes";
}

function shownOptions(options: SectionOptions): Repository["options"] {
  const set = [...options].filter(([, { origin }]) => origin.kind !== "preset");
  return new Map(set.map(([key, { value, origin }]) => [key, { value, origin }] as const));
}

function nameWarning({ section, name, location }: Repository): string[] {
  if (name === section) return [];
  return [`Section ${quoted(section)}: The repository in ${quoted(location)} calls itself ${quoted(name)}`];
}
