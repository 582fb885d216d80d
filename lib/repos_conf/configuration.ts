import type { Fault } from "../base/fault.ts";
import type { Repository } from "./repository.ts";

/** All that was configured for one run. */
export interface Configuration {
  /** By priority, then by name. */
  readonly repositories: readonly Repository[];
  /** Sections that are no repository (no location …), for messages; the others go on. */
  readonly rejected: readonly {
    readonly section: string;
    readonly fault: Fault;
  }[];
  /** One line each: unknown keys with the known one that they are close to, ignored values, doubtful settings. */
  readonly warnings: readonly string[];
  readonly roots: Roots;
  /** make.globals, make.conf and the environment, merged; for rsync, ssh and hooks. */
  readonly variables: Variables;
  /** Files that were read, in order. */
  readonly files: readonly string[];
}

/** Where configuration and repositories are looked for; no trailing slashes but for `/`. */
export interface Roots {
  /** `--root`, else `/`: prefixed to every path of the configuration. */
  readonly root: string;
  /** PORTAGE_CONFIGROOT or `--config-root`, below `root`. */
  readonly configRoot: string;
  /** ROOT, as a value for interpolation. */
  readonly targetRoot: string;
  readonly eprefix: string;
}

/** The settings that come as variables. */
export interface Variables {
  /** The effective value: environment over make.conf over profile and defaults; `undefined` when unset everywhere. */
  get(name: string): string | undefined;
  /** Words of FEATURES after `-feature` removals. */
  readonly features: ReadonlySet<string>;
  /** The environment for rsync: this process's own and all that make.conf sets, minus internal variables. */
  readonly childEnvironment: Readonly<Record<string, string>>;
}
