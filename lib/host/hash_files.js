// @ts-check
/**
 * Reads files and compares them with the sizes and digests they must have.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * (see hash_thread.ts), where neither a bundle's other modules nor a compiler are at hand.
 */

import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/**
 * Never follows a link, never waits for the writer of a FIFO. A function: in a bundle node:fs is loaded by its first
 * use.
 */
const openFlags = () => constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** By which a flag is refused; by some file systems for other reasons than Linux. */
const REFUSALS = new Set(["EPERM", "EACCES", "EINVAL"]);

/**
 * Returns what opens files to read them; where that is allowed, as it is to root and a file's owner, without a write to
 * their times of access, which would be one for each file of a tree.
 *
 * @returns {(path: string) => number}
 */
function opener() {
  let flags = openFlags() | constants.O_NOATIME;
  return (path) => {
    try {
      return openSync(path, flags);
    } catch (error) {
      if (flags === openFlags() || !REFUSALS.has(codeOf(error))) throw error;
      flags = openFlags();
      return openSync(path, flags);
    }
  };
}

/** Reused for every read: nothing here runs twice at a time. */
const buffer = new Uint8Array(128 * 1024);

/**
 * Checks the files of a batch in order. Memory is bounded by one buffer, apart from the contents that were asked for.
 *
 * @param {import("./hash_messages.ts").HashBatch} batch
 * @param {Contents} [contents] where these go
 * @returns {import("./hash_messages.ts").HashReport}
 */
export function hashFiles({ paths, sizes, algorithms, digests, keep, stamp }, contents = new Contents()) {
  const [open, stampOf] = [opener(), stamp && stamper(stamp)];
  contents.begin(keep ? sizes : []);
  /** @type {Work} */
  const work = {
    bytes: 0,
    failures: [],
    contents,
    stamps: new Uint32Array(stamp ? sizes.length * stamp.words.length : 0),
  };
  const columns = [paths, algorithms, digests].map((column) => column.split("\0"));
  for (const [index, size] of sizes.entries()) {
    const [path = "", names = "", hexes = ""] = columns.map((column) => column[index]);
    const job = { path, size, algorithms: names, digests: hexes, keep };
    const failure = hashFile(job, work, { open, stampOf, index });
    if (failure !== undefined) work.failures.push({ index, ...failure });
  }
  return { ...work, contents: work.contents.whole() };
}

/**
 * Puts jobs into columns, as they go to a worker.
 *
 * @param {readonly import("./hash_messages.ts").HashJob[]} jobs
 * @param {Pick<import("./hash_messages.ts").HashBatch, "keep" | "stamp" | "compare">} wanted
 * @returns {import("./hash_messages.ts").HashBatch}
 */
export function batchOf(jobs, wanted) {
  return {
    ...wanted,
    paths: jobs.map(({ path }) => path).join("\0"),
    sizes: Float64Array.from(jobs, ({ size }) => size),
    algorithms: jobs.map(({ algorithms }) => algorithms).join("\0"),
    digests: jobs.map(({ digests }) => digests).join("\0"),
  };
}

/** @typedef {Omit<import("./hash_messages.ts").HashReport, "contents"> & { contents: Contents }} Work */

/**
 * @param {import("./hash_messages.ts").HashJob & { keep: boolean }} job
 * @param {Work} report
 * @param {object} place
 * @param {(path: string) => number} place.open
 * @param {((file: number) => Uint32Array<ArrayBuffer>) | undefined} place.stampOf
 * @param {number} place.index in the batch
 * @returns {import("./hash_messages.ts").HashFailure | undefined}
 */
function hashFile(job, report, { open, stampOf, index }) {
  let file;
  try {
    file = open(job.path);
    if (stampOf === undefined) return hashOpen(file, job, report);
    const before = stampOf(file);
    const at = index * before.length;
    report.stamps.set(before, at);
    const failure = hashOpen(file, job, report);
    const after = stampOf(file);
    // One that was written to meanwhile has none.
    if (after.some((word, offset) => word !== report.stamps[at + offset])) report.stamps.fill(0, at, at + after.length);
    return failure;
  } catch (error) {
    return failureOf(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * @param {number} file
 * @param {import("./hash_messages.ts").HashJob & { keep: boolean }} job
 * @param {Work} report
 * @returns {import("./hash_messages.ts").HashFailure | undefined}
 */
function hashOpen(file, job, report) {
  const names = job.algorithms === "" ? [] : job.algorithms.split(" ");
  // One byte more than expected is asked for, so that a file that grew is noticed without reading it all. Of a regular
  // file a short read is the end.
  const count = readSync(file, buffer, 0, Math.min(job.size + 1, buffer.length), null);
  if (count === buffer.length) return hashLong(file, { ...job, names }, report);
  report.bytes += count;
  const chunk = buffer.subarray(0, count);
  if (count !== job.size) return wrongSize(file, job.size, count);
  let actual = "";
  // Nearly all files are small, and an object for each digest of each would be most of what is allocated here.
  for (const name of names) actual += (actual === "" ? "" : " ") + hash(name, chunk, "hex");
  if (actual !== job.digests) return { kind: "digest", actual };
  if (job.keep) report.contents.add(chunk);
  return undefined;
}

/**
 * Goes on with a file whose beginning fills the buffer.
 *
 * @param {number} file
 * @param {import("./hash_messages.ts").HashJob & { keep: boolean, names: readonly string[] }} job
 * @param {Work} report
 * @returns {import("./hash_messages.ts").HashFailure | undefined}
 */
function hashLong(file, job, report) {
  const hashes = job.names.map((name) => createHash(name));
  const { contents } = report;
  const start = contents.length;
  let done = 0;
  for (let count = buffer.length; count > 0;) {
    const chunk = buffer.subarray(0, count);
    for (const hash of hashes) hash.update(chunk);
    if (job.keep) contents.add(chunk);
    done += count;
    report.bytes += count;
    const wanted = Math.min(job.size + 1 - done, buffer.length);
    count = count < buffer.length || wanted <= 0 ? 0 : readSync(file, buffer, 0, wanted, null);
  }
  const actual = hashes.map((hash) => hash.digest("hex")).join(" ");
  if (done === job.size && actual === job.digests) return undefined;
  contents.length = start;
  return done === job.size ? { kind: "digest", actual } : wrongSize(file, job.size, done);
}

/**
 * @param {number} file
 * @param {number} size
 * @param {number} done bytes that were read
 * @returns {import("./hash_messages.ts").HashFailure}
 */
function wrongSize(file, size, done) {
  return { kind: "size", actual: String(done < size ? done : fstatSync(file).size) };
}

/** As many bytes are set aside before a file is read. */
const MOST_EXPECTED = 4 * 1024 * 1024;

/** What is to be given back, in one buffer that grows. */
class Contents {
  length = 0;
  /** @protected */
  bytes = new Uint8Array(0);

  /** @param {Iterable<number>} sizes of all that may be added */
  begin(sizes) {
    let expected = 0;
    for (const size of sizes) expected += size;
    this.length = 0;
    // What is claimed need not be there.
    const room = Math.min(expected, MOST_EXPECTED);
    if (room > this.bytes.length) this.bytes = new Uint8Array(room);
  }

  /** @param {Uint8Array} chunk */
  add(chunk) {
    const end = this.length + chunk.length;
    if (end > this.bytes.length) this.bytes = new Uint8Array(this.bytes.buffer.transfer(2 * end));
    this.bytes.set(chunk, this.length);
    this.length = end;
  }

  whole() {
    return new Uint8Array(this.bytes.buffer.transfer(this.length));
  }
}

/** Contents that are good until the next ones come: memory that was never used costs more than what is read into it. */
export class PassingContents extends Contents {
  /** @override */
  whole() {
    return this.bytes.subarray(0, this.length);
  }
}

/**
 * @param {unknown} error
 * @returns {import("./hash_messages.ts").HashFailure}
 */
function failureOf(error) {
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing", actual: "nothing" };
  if (code === "ELOOP") return { kind: "type", actual: "symlink" };
  if (code === "EISDIR") return { kind: "type", actual: "directory" };
  return { kind: "io", actual: code };
}

/** The errno name of a system call's error. @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** What opens the C library, once in a thread. */
const library = {
  /** @type {((file: number, mask: number, told: Uint32Array<ArrayBuffer>) => number) | undefined} */
  statx: undefined,
  get open() {
    this.statx ??= openLibrary();
    return this.statx;
  },
};

function openLibrary() {
  const { symbols } = Deno.dlopen("libc.so.6", {
    statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  });
  const noName = new Uint8Array(8);
  /** @type {(file: number, mask: number, told: Uint32Array<ArrayBuffer>) => number} */
  return (file, mask, told) => symbols.statx(file, noName, AT_EMPTY_PATH, mask, told);
}

/** What is open itself. */
const AT_EMPTY_PATH = 0x1000;

/**
 * Takes stamps of open files; all zeros when not all is told.
 *
 * @param {import("./stamps.ts").StampRequest} request
 * @returns {(file: number) => Uint32Array<ArrayBuffer>}
 */
function stamper({ words, mask, modeAt }) {
  const statx = library.open;
  const told = new Uint32Array(64);
  const taken = new Uint32Array(words.length);
  return (file) => {
    if (statx(file, mask, told) !== 0 || ((told[0] ?? 0) & mask) !== mask) return taken.fill(0);
    words.forEach((word, at) => taken[at] = told[word] ?? 0);
    taken[modeAt] = (taken[modeAt] ?? 0) & 0xffff;
    return taken;
  };
}
