// @ts-check
/**
 * Checks directories each of which has a list of what must be in it, a Manifest: the list, all files that it names, and
 * that there is nothing else. Only plain lists are understood here, as nearly all are; of others it is told that they
 * are not.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

import { batchOf, hashFiles, PassingContents } from "./hash_files.js";
import { DOT, DT_DIRECTORY, sharedLister } from "./list_tree.js";

/** A file in a list: tag, path, size and digests, of ASCII without escapes, with one blank between them. */
const FILE_LINE = /^(DATA|EBUILD|MISC|AUX) ([!-.0-[\]-~][!-[\]-~]*) (0|[1-9]\d{0,14})((?: [A-Z0-9_]+ [0-9a-f]+)+)$/;

/** Of a path: an empty part, one that begins with a dot, or a slash at the end. */
const UNUSUAL_PATH = /(?:^|\/)(?:\.|\/|$)/;

const utf8 = { from: new TextDecoder("utf-8", { ignoreBOM: true }), to: new TextEncoder() };

/** The lists. */
const listsRead = new PassingContents();

/**
 * @param {import("./hash_messages.ts").DirectoryJob} job
 * @returns {import("./hash_messages.ts").DirectoryReport}
 */
export function checkDirectories({ lists, known, stamp }) {
  const lister = sharedLister(stamp);
  const paths = lists.paths.split("\0");
  if (lister === undefined) return { hashed: 0, odd: Uint32Array.from(paths.keys()) };
  const { contents, failures } = hashFiles({ ...lists, keep: true }, listsRead);
  const [failed] = failures;
  if (failed !== undefined) return { hashed: 0, wrong: paths[failed.index], odd: new Uint32Array() };
  const { directories, files, odd } = takeApart(contents, { paths, sizes: lists.sizes, known });
  const [wrong] = hashFiles(batchOf(files, { keep: false, stamp: undefined, compare: undefined })).failures;
  const hashed = directories.length + files.length;
  if (wrong !== undefined) return { hashed, wrong: files[wrong.index]?.path, odd: Uint32Array.from(odd) };
  for (const { index, dir, names } of directories) {
    const { stray, isListed } = strayIn(lister, dir, names);
    if (stray !== undefined) return { hashed, wrong: stray, odd: Uint32Array.from(odd) };
    // Some file systems do not tell a directory from a file here; and what is no directory is for others to name.
    if (!isListed) odd.push(index);
  }
  return { hashed, odd: Uint32Array.from(odd) };
}

/** @typedef {{ index: number, dir: string, names: ReadonlySet<string> }} ListedDirectory */

/**
 * What lists name, which are one after the other in `contents`, and the places of those that are not plain.
 *
 * @param {Uint8Array} contents
 * @param {object} lists
 * @param {readonly string[]} lists.paths
 * @param {Float64Array} lists.sizes
 * @param {ReadonlyMap<string, string>} lists.known
 */
function takeApart(contents, { paths, sizes, known }) {
  /** @type {import("./hash_messages.ts").HashJob[]} */
  const files = [];
  /** @type {ListedDirectory[]} */
  const directories = [];
  /** @type {number[]} */
  const odd = [];
  let at = 0;
  for (const [index, path] of paths.entries()) {
    const text = utf8.from.decode(contents.subarray(at, at += sizes[index] ?? 0));
    const listed = filesIn(text, known);
    if (listed === undefined) {
      odd.push(index);
      continue;
    }
    const dir = path.slice(0, path.lastIndexOf("/"));
    for (const { path: name, ...file } of listed) files.push({ ...file, path: `${dir}/${name}` });
    directories.push({
      index,
      dir,
      names: new Set([path.slice(dir.length + 1), ...listed.map(({ path: name }) => name)]),
    });
  }
  return { files, directories, odd };
}

/**
 * What a list names, by paths from its directory; `undefined` when it is not plain.
 *
 * @param {string} text
 * @param {ReadonlyMap<string, string>} known
 */
function filesIn(text, known) {
  /** @type {import("./hash_messages.ts").HashJob[]} */
  const files = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("DIST ")) continue;
    const [, tag, name = "", size, digests = ""] = FILE_LINE.exec(line) ?? [];
    const digest = digestIn(digests, known);
    if (digest === undefined || UNUSUAL_PATH.test(name)) return undefined;
    files.push({ path: tag === "AUX" ? `files/${name}` : name, size: Number(size), ...digest });
  }
  return new Set(files.map(({ path }) => path)).size === files.length ? files : undefined;
}

/** The first digest that proves something. @param {string} text @param {ReadonlyMap<string, string>} known */
function digestIn(text, known) {
  const fields = text.split(" ");
  for (let at = 1; at < fields.length; at += 2) {
    const [algorithms, digests] = [known.get(fields[at] ?? ""), fields[at + 1]];
    if (algorithms !== undefined && digests !== undefined) return { algorithms, digests };
  }
  return undefined;
}

/**
 * The first thing in a directory that is not among the names, and whether all could be listed; a name that begins with
 * a dot is nobody's.
 *
 * @param {import("./list_tree.js").Lister} lister
 * @param {string} top
 * @param {ReadonlySet<string>} names
 * @returns {{ stray: string | undefined, isListed: boolean }}
 */
function strayIn(lister, top, names) {
  const pending = [top];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const inside = dir;
    /** @type {string | undefined} */
    let stray;
    const isListed = lister.list(utf8.to.encode(`${inside}\0`), ({ bytes, count, starts, ends, types }) => {
      for (let index = 0; index < count; index++) {
        const start = starts[index] ?? 0;
        if (bytes[start] === DOT) continue;
        const path = `${inside}/${utf8.from.decode(bytes.subarray(start, ends[index]))}`;
        if (types[index] === DT_DIRECTORY) pending.push(path);
        else if (!names.has(path.slice(top.length + 1))) stray ??= path;
      }
    });
    if (!isListed || stray !== undefined) return { stray, isListed };
  }
  return { stray: undefined, isListed: true };
}
