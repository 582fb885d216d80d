/**
 * rsync from 3.2.5 on checks each name that the mirror sends against the whole list, which takes half a minute for
 * 100,000 of them but no time for these.
 */
export const LONGEST_LIST = 10_000;

/** The paths as `--from0 --files-from=-` reads them. */
export function listOf(paths: readonly string[]): Uint8Array {
  return new TextEncoder().encode(paths.map((path) => `${path}\0`).join(""));
}
