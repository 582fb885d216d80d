import { dirname, join } from "@std/path";
import type { Files } from "../../lib/host/files.ts";
import { systemFiles } from "../../lib/host/files.ts";
import type { Configuration } from "../../lib/repos_conf/configuration.ts";
import { loadConfiguration, type LoadOptions } from "../../lib/repos_conf/load.ts";
import type { Repository } from "../../lib/repos_conf/repository.ts";
import { fakeEnvironment } from "./fake_environment.ts";
import { tempDir } from "./temp_dir.ts";

/** A system's configuration in a temporary directory. */
export interface ScratchConfig extends Disposable {
  readonly path: string;
  /** Writes a file below {@linkcode path}, with its directories. */
  write(path: string, text: string | Uint8Array): void;
  /** Reads the configuration with PORTAGE_CONFIGROOT at {@linkcode path} and EPREFIX at its `prefix`. */
  load(variables?: Readonly<Record<string, string>>, options?: LoadOptions): Configuration;
}

/** Where the user's repos.conf is. */
export const REPOS_CONF = "etc/portage/repos.conf";
/** Where the global one is. */
export const GLOBAL_REPOS_CONF = "prefix/usr/share/portage/config/repos.conf";
/** Where make.conf is. */
export const MAKE_CONF = "etc/portage/make.conf";

/**
 * Writes `texts`, by path, into a new directory. `$T` in a text stands for that directory.
 *
 * @param files What the configuration is read through; for injected errors.
 */
export function scratchConfig(
  texts: Readonly<Record<string, string>>,
  files: Files = systemFiles(),
): ScratchConfig {
  const dir = tempDir();
  const config: ScratchConfig = {
    path: dir.path,
    write: (path, text) => {
      const target = join(dir.path, path);
      Deno.mkdirSync(dirname(target), { recursive: true });
      if (typeof text === "string") Deno.writeTextFileSync(target, text.replaceAll("$T", dir.path));
      else Deno.writeFileSync(target, text);
    },
    load: (variables = {}, options = {}) => {
      const own = { PORTAGE_CONFIGROOT: dir.path, EPREFIX: join(dir.path, "prefix") };
      return loadConfiguration({ files, environment: fakeEnvironment({ ...own, ...variables }) }, options);
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
  for (const [path, text] of Object.entries(texts)) config.write(path, text);
  return config;
}

/** The repository of that section; an error when there is none. */
export function sectionOf(configuration: Configuration, section: string): Repository {
  const found = configuration.repositories.find((repository) => repository.section === section);
  if (found === undefined) throw new Error(`No section ${section}`);
  return found;
}

/** The messages of its faults. */
export function faultsOf(configuration: Configuration, section: string): string[] {
  return sectionOf(configuration, section).faults.map((fault) => fault.message);
}
