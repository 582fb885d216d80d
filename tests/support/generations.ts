import { FIRST_STAMP, stamp, writeUpstream } from "./upstream_tree.ts";

const PACKAGES = 60;

/** Writes a tree of which every file holds the number of its generation, one minute after the generation before. */
export function writeGeneration(up: string, generation: number): void {
  const seconds = FIRST_STAMP + generation * 60;
  for (let at = 0; at < PACKAGES; at++) {
    writeUpstream(up, `cat-${at % 6}/pkg-${at}/pkg.ebuild`, `${generation}\n`, new Date(seconds * 1000));
  }
  stamp(up, seconds);
}
