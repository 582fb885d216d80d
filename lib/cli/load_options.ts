import { resolve } from "@std/path";
import type { System } from "../host/system.ts";
import type { LoadOptions } from "../repos_conf/load.ts";
import type { EverywhereValues } from "./everywhere.ts";

/** Where the configuration is to be read, as the flags of every command have it; their paths start from here. */
export function loadOptions(
  { environment }: Pick<System, "environment">,
  { root, "config-root": configRoot, "repos-conf": reposConf }: EverywhereValues,
): LoadOptions {
  const absolute = (path: string) => resolve(environment.currentDir, path);
  return {
    ...(root !== undefined && { root: absolute(root) }),
    ...(configRoot !== undefined && { configRoot: absolute(configRoot) }),
    ...(reposConf !== undefined && { reposConf: absolute(reposConf) }),
  };
}
