/**
 * A function that runs `make` when it is called for the first time, and returns the same each time.
 *
 * @example
 * ```ts
 * import { once } from "./once.ts";
 * import { assertStrictEquals } from "@std/assert";
 * const made = once(() => ({}));
 * assertStrictEquals(made(), made());
 * ```
 */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
