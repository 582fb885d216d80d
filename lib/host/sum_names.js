// @ts-check
/**
 * Adds up what is in directories, so that lists of thousands of names are compared by some numbers.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

import { DOT, DT_DIRECTORY, DT_FILE, sharedLister } from "./list_tree.js";

/** Words for each directory: 1 when it could be listed, then the sums of its directories, its files and all else. */
export const SUM_WORDS = 10;

/**
 * The sums of some directories, without names that begin with a dot.
 *
 * @param {import("./hash_messages.ts").SumJob} job
 * @returns {import("./hash_messages.ts").NameSums}
 */
export function sumDirectories({ summed, stamp }) {
  const lister = sharedLister(stamp);
  const encoder = new TextEncoder();
  const sums = new Uint32Array(summed.length * SUM_WORDS);
  for (const [index, path] of summed.entries()) {
    const row = sums.subarray(index * SUM_WORDS, (index + 1) * SUM_WORDS);
    const done = lister?.list(encoder.encode(`${path}\0`), ({ bytes, count, starts, ends, types }) => {
      for (let at = 0; at < count; at++) {
        const start = starts[at] ?? 0;
        if (bytes[start] === DOT) continue;
        addName(row, types[at] === DT_DIRECTORY ? 1 : types[at] === DT_FILE ? 4 : 7, bytes, start, ends[at] ?? 0);
      }
    });
    row[0] = done ? 1 : 0;
  }
  return { sums };
}

/**
 * Adds a name to a sum of three words: how many there are, and their hashes of 64 bits, in whatever order they come.
 *
 * @param {Uint32Array<ArrayBuffer>} row
 * @param {number} at where the sum is
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
export function addName(row, at, bytes, from, to) {
  let [low, high] = [0x811c9dc5, 0x9e3779b9];
  for (let index = from; index < to; index++) {
    const byte = bytes[index] ?? 0;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b);
  }
  row[at] = (row[at] ?? 0) + 1;
  row[at + 1] = (row[at + 1] ?? 0) + mixed(low ^ high >>> 7);
  row[at + 2] = (row[at + 2] ?? 0) + mixed(high ^ low >>> 9);
}

/** Has every bit depend on all others; sums of what a plain hash gives could be alike. @param {number} hash */
function mixed(hash) {
  const first = Math.imul(hash ^ hash >>> 16, 0x7feb352d);
  const second = Math.imul(first ^ first >>> 15, 0x846ca68b);
  return (second ^ second >>> 16) >>> 0;
}
