import type { Session } from "./session.ts";

/** Which part of a tree a call of rsync is about. */
export interface SourceScope {
  /** Paths relative to the tree; all of the tree when absent. See `submodulePaths`. */
  readonly paths?: readonly string[];
}

/** The words that name the sources of a transfer: the whole tree, or parts of it relative to its root. */
export function sourceWords(session: Pick<Session, "source">, { paths }: SourceScope): string[] {
  if (paths === undefined) return [`${session.source}/`];
  return ["--relative", ...paths.map((path) => `${session.source}/./${path}`)];
}

const SUBMODULES: Readonly<Record<Submodule, readonly string[]>> = {
  glsa: ["metadata/glsa"],
  news: ["metadata/news"],
  profiles: ["metadata/layout.conf", "profiles"],
};

/** A part of a repository that can be synced alone. */
export type Submodule = "glsa" | "news" | "profiles";

/** The paths that make up submodules, each once, in the order given. */
export function submodulePaths(submodules: readonly Submodule[]): string[] {
  return [...new Set(submodules.flatMap((name) => SUBMODULES[name]))];
}
