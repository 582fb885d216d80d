// @ts-check
/**
 * Reads files and compares them with the sizes and digests they must have.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, the whole program of the
 * workers (see hash_pool.ts), where neither a bundle's other modules nor a compiler are at hand.
 */

import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** What hash_pool.ts sends; anything else that imports this file is not a worker of its. */
const WORKER_NAME = "rcusync hash worker";

/** Never follows a link, never waits for the writer of a FIFO. A function: in a bundle node:fs is loaded by its first use. */
const openFlags = () => constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Reused for every read: nothing here runs twice at a time. */
const buffer = new Uint8Array(128 * 1024);

/**
 * Checks `jobs` in order. Memory is bounded by one buffer, apart from the contents that were asked for.
 *
 * @param {readonly import("./hash_pool.ts").HashJob[]} jobs
 * @returns {import("./hash_pool.ts").HashReport}
 */
export function hashFiles(jobs) {
  /** @type {import("./hash_pool.ts").HashReport} */
  const report = { bytes: 0, failures: [], contents: [] };
  jobs.forEach((job, index) => {
    const failure = hashFile(job, report);
    if (failure !== undefined) report.failures.push({ index, ...failure });
  });
  return report;
}

/**
 * @param {import("./hash_pool.ts").HashJob} job
 * @param {import("./hash_pool.ts").HashReport} report
 * @returns {import("./hash_pool.ts").HashFailure | undefined}
 */
function hashFile(job, report) {
  let file;
  try {
    file = openSync(job.path, openFlags());
    return hashOpen(file, job, report);
  } catch (error) {
    return failureOf(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * @param {number} file
 * @param {import("./hash_pool.ts").HashJob} job
 * @param {import("./hash_pool.ts").HashReport} report
 * @returns {import("./hash_pool.ts").HashFailure | undefined}
 */
function hashOpen(file, job, report) {
  const hashes = job.algorithms === "" ? [] : job.algorithms.split(" ").map((name) => createHash(name));
  /** @type {Uint8Array<ArrayBuffer>[] | undefined} */
  const kept = job.keep ? [] : undefined;
  let done = 0;
  // One byte more than expected is asked for, so that a file that grew is noticed without reading it all.
  for (let wanted = job.size + 1; wanted > 0;) {
    const count = readSync(file, buffer, 0, Math.min(wanted, buffer.length), null);
    const chunk = buffer.subarray(0, count);
    for (const hash of hashes) hash.update(chunk);
    kept?.push(chunk.slice());
    done += count;
    report.bytes += count;
    // Of a regular file a short read is the end.
    if (count < Math.min(wanted, buffer.length)) break;
    wanted -= count;
  }
  if (done !== job.size) return { kind: "size", actual: String(done < job.size ? done : fstatSync(file).size) };
  const actual = hashes.map((hash) => hash.digest("hex")).join(" ");
  if (actual !== job.digests) return { kind: "digest", actual };
  if (kept !== undefined) report.contents.push(join(kept, done));
  return undefined;
}

/**
 * @param {readonly Uint8Array<ArrayBuffer>[]} chunks
 * @param {number} length
 */
function join(chunks, length) {
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * @param {unknown} error
 * @returns {import("./hash_pool.ts").HashFailure}
 */
function failureOf(error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing", actual: "nothing" };
  if (code === "ELOOP") return { kind: "type", actual: "symlink" };
  if (code === "EISDIR") return { kind: "type", actual: "directory" };
  return { kind: "io", actual: code };
}

if (globalThis.name === WORKER_NAME) {
  /** @type {unknown} */
  const answer = Reflect.get(globalThis, "postMessage");
  globalThis.addEventListener("message", (event) => {
    if (event instanceof MessageEvent && typeof answer === "function") answer(hashFiles(event.data));
  });
}
