import { resolve } from "@std/path";
import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { below } from "./below.ts";
import type { Configuration } from "./configuration.ts";
import { parseConfig } from "./dialect.ts";
import { interpolate } from "./interpolate.ts";
import { withMasters } from "./masters.ts";
import { effectiveSections, mergeConfigs, type MergedConfig, type SectionOptions } from "./merge.ts";
import { originText } from "./origin.ts";
import type { ConfigSource } from "./parsed_config.ts";
import type { Repository } from "./repository.ts";
import { findRoots, presetOptions, rootValues, type SearchRoots } from "./roots.ts";
import { missingLocation, parseSection } from "./to_repository.ts";
import { unknownKeyWarnings } from "./unknown_keys.ts";
import { withCrossChecks } from "./validate.ts";
import { type LoadedVariables, loadVariables } from "./variables.ts";
import { readConfigFiles } from "./walk_config.ts";

/** Command-line overrides of where configuration is read. */
export interface LoadOptions {
  /** `--root DIR`. */
  readonly root?: string;
  /** `--config-root DIR`; below `root`. */
  readonly configRoot?: string;
  /**
   * `--repos-conf PATH`: a file or directory read instead of the global and the user's repos.conf, and of
   * PORTAGE_REPOSITORIES. As seen from here, whatever `root` is.
   */
  readonly reposConf?: string;
}

type Surroundings = Pick<System, "files" | "environment">;

/**
 * Reads the whole configuration.
 *
 * What is wrong with one repository is in its `faults` or among the `rejected`, and leaves the others alone.
 *
 * @throws {Fault} `configuration` with file and line when a file cannot be parsed, or with its path when it
 * cannot be read.
 */
export function loadConfiguration(system: Surroundings, options: LoadOptions = {}): Configuration {
  const roots = findRoots(system, options);
  const loaded = loadVariables(system, roots);
  const sources = findSources(system, roots, options);
  const presets = presetOptions(rootValues(roots, loaded.targetRoot), {
    text: loaded.variables.get("PORTAGE_RSYNC_EXTRA_OPTS") ?? "",
    origin: loaded.originOf("PORTAGE_RSYNC_EXTRA_OPTS"),
  });
  const merged = mergeConfigs(presets, sources.map(parseConfig));
  const { repositories, rejected, warnings } = toRepositories(system, roots.root, {
    sections: effectiveSections(merged, presets),
    mainName: mainRepoOf(merged),
    features: loaded.variables.features,
  });
  return {
    repositories,
    rejected,
    warnings: [
      ...loaded.warnings,
      ...legacyWarnings(system, loaded),
      ...unknownKeyWarnings(merged, presets),
      ...warnings,
    ],
    roots: {
      root: roots.root,
      configRoot: roots.configRoot,
      targetRoot: loaded.targetRoot,
      eprefix: roots.eprefix,
    },
    variables: loaded.variables,
    files: [...loaded.filesRead, ...sources.flatMap((source) => source.kind === "file" ? [source.path] : [])],
  };
}

/** One path named on the command line, else the variable, else the global and then the user's repos.conf. */
function findSources({ files, environment }: Surroundings, roots: SearchRoots, options: LoadOptions): ConfigSource[] {
  if (options.reposConf !== undefined) {
    const path = resolve(environment.currentDir, options.reposConf);
    if (files.stat(path) === undefined) {
      throw new Fault("configuration", `${quoted(path)} does not exist`, {
        hint: "Name an existing file or directory with --repos-conf",
      });
    }
    return readConfigFiles(files, "/", path).map((file) => ({ kind: "file", ...file }));
  }
  const variable = "PORTAGE_REPOSITORIES";
  const text = environment.get(variable);
  if (text !== undefined) return [{ kind: "environment", variable, text }];
  const userPath = `${roots.configRoot === "/" ? "" : roots.configRoot}/etc/portage/repos.conf`;
  return [below(roots.root, `${roots.eprefix}/usr/share/portage/config/repos.conf`), userPath]
    .flatMap((path) => readConfigFiles(files, roots.root, path))
    .map((file) => ({ kind: "file", ...file }));
}

function mainRepoOf({ defaults }: MergedConfig): string | undefined {
  const option = defaults.get("main-repo");
  return option && interpolate(option, defaults);
}

function toRepositories(
  { files }: Surroundings,
  root: string,
  read: {
    readonly sections: ReadonlyMap<string, SectionOptions>;
    readonly mainName: string | undefined;
    readonly features: ReadonlySet<string>;
  },
): Pick<Configuration, "repositories" | "rejected" | "warnings"> {
  const sections = [...read.sections].map(([section, options]) => ({ section, options }));
  const rejected = sections.flatMap(({ section, options }) => {
    const fault = missingLocation(section, options);
    return fault === undefined ? [] : [{ section, fault }];
  });
  const parsed = sections.filter(({ section, options }) => missingLocation(section, options) === undefined)
    .map((section) => parseSection(files, root, { ...section, features: read.features }));
  const warnings = parsed.flatMap((section) => section.warnings);
  const repositories = withCrossChecks(files, withMasters(parsed, read.mainName, warnings));
  return { repositories: repositories.sort(byPriorityThenName), rejected, warnings };
}

function byPriorityThenName(a: Repository, b: Repository): number {
  return a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** The overlays of old are not read; who still sets them should know. */
function legacyWarnings({ environment }: Surroundings, loaded: LoadedVariables): string[] {
  if (environment.get("PORTAGE_REPOSITORIES") !== undefined) return [];
  return ["PORTDIR", "PORTDIR_OVERLAY"].filter((name) => loaded.variables.get(name)).map((name) => {
    const where = printable(originText(loaded.originOf(name)));
    return `${where}: ${name} is not read; write a section of repos.conf with its location instead`;
  });
}
