/** Tells whether `path` is `dir` or lies below it; both absolute and without a slash at the end. */
export function isWithin(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir === "/" ? "/" : `${dir}/`);
}

/**
 * Moves a path that lies within `from` to the same place within `to`.
 *
 * @example
 * ```ts
 * import { rebase } from "./path_within.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(rebase("/mnt/a/b", "/mnt", "/"), "/a/b");
 * assertEquals(rebase("/mnt", "/mnt", "/x"), "/x");
 * ```
 */
export function rebase(path: string, from: string, to: string): string {
  const rest = from === "/" ? path : path.slice(from.length);
  if (rest === "" || rest === "/") return to;
  return to === "/" ? rest : to + rest;
}

/**
 * An absolute path and every directory above it, nearest first, `/` last.
 *
 * @example
 * ```ts
 * import { upwards } from "./path_within.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...upwards("/a/b")], ["/a/b", "/a", "/"]);
 * ```
 */
export function* upwards(path: string): Generator<string> {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf("/"))) yield at;
  yield "/";
}
