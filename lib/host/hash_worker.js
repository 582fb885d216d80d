// @ts-check
/**
 * Answers a batch of files to be checked, and of pairs of files to be compared; lists directories, or adds up their
 * names.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, with what it imports before it, the
 * program of the workers (see hash_thread.ts).
 */

import { gunzipSync } from "node:zlib";
import { checkDirectories } from "./check_directories.js";
import { compareLines } from "./compare_lines.js";
import { hashFiles, PassingContents } from "./hash_files.js";
import { listDirectories } from "./list_directories.js";
import { sumDirectories } from "./sum_names.js";

/** Those of hash_thread.ts and shared_list.ts; anything else that imports this file is no worker. */
const WORKER_NAMES = ["rcusync hash worker", "rcusync tree worker"];

/** What is compared. */
const compared = new PassingContents();

/**
 * @param {import("./hash_messages.ts").HashBatch} batch
 * @returns {import("./hash_messages.ts").HashReport}
 */
export function answerBatch(batch) {
  const { compare, sizes } = batch;
  if (compare === undefined) return hashFiles(batch);
  const report = hashFiles(batch, compared);
  const right = contentsOf(report, sizes);
  const pairs = Array.from(compare.unpack, (unpack, pair) => {
    const [before, after] = [right[2 * pair], right[2 * pair + 1]].map((bytes) =>
      bytes && textOf(bytes, unpack, compare)
    );
    return before && after && { text: after.slice(), ...compareLines(before, after) };
  });
  return { ...report, contents: new Uint8Array(0), pairs };
}

/**
 * The bytes of each file that did not fail.
 *
 * @param {Pick<import("./hash_messages.ts").HashReport, "contents" | "failures">} report
 * @param {Float64Array} sizes
 */
function contentsOf({ contents, failures }, sizes) {
  const failed = new Set(failures.map(({ index }) => index));
  let at = 0;
  return Array.from(sizes, (size, index) => failed.has(index) ? undefined : contents.subarray(at, at += size));
}

/**
 * What is compared; `undefined` for what cannot be unpacked.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} unpack
 * @param {{ mostBytes: number }} limits
 */
function textOf(bytes, unpack, { mostBytes }) {
  // An empty file counts as compressed, too.
  if (unpack === 0 || bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch {
    return undefined;
  }
}

if (WORKER_NAMES.includes(globalThis.name)) {
  /** @type {unknown} */
  const answer = Reflect.get(globalThis, "postMessage");
  globalThis.addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent) || typeof answer !== "function") return;
    if ("directories" in event.data) answer(listDirectories(event.data));
    if ("lists" in event.data) answer(checkDirectories(event.data));
    if ("summed" in event.data) answer(sumDirectories(event.data));
    if (!("digests" in event.data)) return;
    const report = answerBatch(event.data);
    const texts = report.pairs?.flatMap((pair) => pair === undefined ? [] : pair.text.buffer) ?? [];
    answer(report, [report.contents.buffer, report.stamps.buffer, ...texts]);
  });
}
