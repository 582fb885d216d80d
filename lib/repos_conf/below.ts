/**
 * The absolute path `inside` of the system at `root`, as seen from here.
 *
 * @example
 * ```ts
 * import { below } from "./below.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(below("/", "/etc"), "/etc");
 * assertEquals(below("/mnt", "/etc"), "/mnt/etc");
 * assertEquals(below("/mnt", "/"), "/mnt");
 * ```
 */
export function below(root: string, inside: string): string {
  if (root === "/") return inside;
  return inside === "/" ? root : root + inside;
}
