// @ts-check
/**
 * Fills directories with what is in others: hard links to the files, directories likewise. The whole program of the
 * workers of tree_linker.ts, which get it as text; plain JavaScript, since they have no compiler at hand.
 *
 * Names stay bytes from getdents64(2) to linkat(2), since a tree has 200,000.
 */

import { O_DIRECTORY, O_NOFOLLOW } from "./open_flags.js";

/** What tree_linker.ts starts; anything else that imports this file is not a worker of its. */
const WORKER_NAME = "rcusync link worker";

/** States of the word that all workers look at. */
const [, HUNGRY, STOPPED] = [0, 1, 2];

const O_CLOEXEC = 0o2000000;
const [AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH] = [-100, 0x100, 0x1000];
const [DT_UNKNOWN, DT_DIR] = [0, 4];
const [S_IFMT, S_IFDIR] = [0o170000, 0o040000];
/** Of struct statx: type, mode, owner, group, modification time. */
const STATX_MASK = 0x1 | 0x2 | 0x8 | 0x10 | 0x40;

/** Fields of struct linux_dirent64: length of the record, type, name. */
const [LENGTH_AT, TYPE_AT, NAME_AT] = [16, 18, 19];

const DOT = 0x2e;
const ENOSYS = 38;

function openLibc() {
  try {
    return Deno.dlopen("libc.so.6", {
      __errno_location: { parameters: [], result: "pointer" },
      openat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
      statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
      mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
      fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
      fchmod: { parameters: ["i32", "u32"], result: "i32" },
      futimens: { parameters: ["i32", "buffer"], result: "i32" },
    }).symbols;
  } catch (error) {
    // Before glibc 2.30 there is no getdents64.
    throw Object.assign(new Error(`dlopen: ${error}`), { errno: ENOSYS });
  }
}

/** @param {import("./tree_linker.ts").LinkWork} work */
function linkTrees({ from, to, isRoot, state }) {
  const libc = openLibc();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const entries = new Uint8Array(64 * 1024);
  const fields = new DataView(entries.buffer);
  const fromStatus = new DataView(new ArrayBuffer(256));
  const toStatus = new DataView(new ArrayBuffer(256));
  const times = new BigInt64Array(4);
  const nothing = new Uint8Array(1);
  const word = new Int32Array(state);

  /** @param {string} call @param {string} path */
  const fail = (call, path) => {
    const location = libc.__errno_location();
    const errno = location === null ? 0 : new Deno.UnsafePointerView(location).getInt32();
    return Object.assign(new Error(`${call} '${path}'`), { errno, call, path });
  };
  /** @param {string} path */
  const openDirectory = (path) => {
    const fd = libc.openat(AT_FDCWD, encoder.encode(`${path}\0`), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) throw fail("open", path);
    return fd;
  };
  /** @param {number} fd @param {Uint8Array<ArrayBuffer>} name @param {DataView<ArrayBuffer>} result @param {string} path */
  const look = (fd, name, result, path) => {
    const flags = AT_SYMLINK_NOFOLLOW | (name === nothing ? AT_EMPTY_PATH : 0);
    if (libc.statx(fd, name, flags, STATX_MASK, result) !== 0) throw fail("statx", path);
  };
  /** The name at `at`, decoded. @param {number} at @param {string} dir */
  const nameAt = (at, dir) => {
    const bytes = entries.subarray(at, entries.indexOf(0, at));
    try {
      return decoder.decode(bytes);
    } catch {
      throw Object.assign(new Error("undecodable"), { undecodable: `${dir}/${new TextDecoder().decode(bytes)}` });
    }
  };
  /** Whether a name is in ASCII, and so needs no decoder to be sure of. @param {number} at */
  const isPlain = (at) => {
    for (; entries[at] !== 0; at++) if ((entries[at] ?? 0) > 0x7f) return false;
    return true;
  };
  /** @param {number} at */
  const isDots = (at) =>
    entries[at] === DOT && (entries[at + 1] === 0 || (entries[at + 1] === DOT && entries[at + 2] === 0));

  /**
   * @param {string} dir
   * @param {import("./tree_linker.ts").LinkAnswer} answer
   * @returns {string[]} the directories in it
   */
  const fill = (dir, answer) => {
    const [source, target] = [`${from}/${dir}`, `${to}/${dir}`];
    const below = [];
    const left = [];
    const fromFd = openDirectory(source);
    const toFd = openDirectory(target);
    for (;;) {
      const length = Number(libc.getdents64(fromFd, entries, BigInt(entries.length)));
      if (length < 0) throw fail("getdents64", source);
      if (length === 0) break;
      for (let at = 0; at < length; at += fields.getUint16(at + LENGTH_AT, true)) {
        const nameOffset = at + NAME_AT;
        if (isDots(nameOffset)) continue;
        const name = entries.subarray(nameOffset);
        if (isDirectory(at, name, fromFd, source)) {
          const text = nameAt(nameOffset, source);
          if (libc.mkdirat(toFd, name, 0o755) !== 0) throw fail("mkdir", `${target}/${text}`);
          below.push(`${dir}/${text}`);
        } else {
          if (!isPlain(nameOffset)) nameAt(nameOffset, source);
          if (libc.linkat(fromFd, name, toFd, name, 0) !== 0) left.push(nameAt(nameOffset, source));
        }
      }
    }
    // The caller does these, with all that may be wrong with them, and sets the time then.
    if (left.length > 0) answer.left.push({ dir, names: left });
    copyAttributes(fromFd, toFd, target);
    libc.close(fromFd);
    libc.close(toFd);
    return below;
  };
  /** @param {number} at @param {Uint8Array<ArrayBuffer>} name @param {number} fromFd @param {string} source */
  const isDirectory = (at, name, fromFd, source) => {
    if (entries[at + TYPE_AT] !== DT_UNKNOWN) return entries[at + TYPE_AT] === DT_DIR;
    look(fromFd, name, fromStatus, source);
    return (fromStatus.getUint16(28, true) & S_IFMT) === S_IFDIR;
  };
  /** @param {number} fromFd @param {number} toFd @param {string} target */
  const copyAttributes = (fromFd, toFd, target) => {
    look(fromFd, nothing, fromStatus, target);
    look(toFd, nothing, toStatus, target);
    const [uid, gid, mode] = [fromStatus.getUint32(20, true), fromStatus.getUint32(24, true), modeOf(fromStatus)];
    const isOurs = uid === toStatus.getUint32(20, true) && gid === toStatus.getUint32(24, true);
    if (!isOurs && isRoot && libc.fchown(toFd, uid, gid) !== 0) throw fail("chown", target);
    if ((!isOurs || mode !== modeOf(toStatus)) && libc.fchmod(toFd, mode) !== 0) throw fail("chmod", target);
    // Times of access do not matter; UTIME_OMIT.
    times[1] = 0x3ffffffen;
    times[2] = fromStatus.getBigInt64(112, true);
    times[3] = BigInt(fromStatus.getUint32(120, true));
    if (libc.futimens(toFd, times) !== 0) throw fail("utimensat", target);
  };
  /** @param {DataView<ArrayBuffer>} statx */
  const modeOf = (statx) => statx.getUint16(28, true) & 0o7777;

  /**
   * Fills directories and all that is below them, but what others ask for meanwhile.
   *
   * @param {readonly string[]} dirs
   * @param {(dirs: readonly string[]) => void} giveAway
   */
  return (dirs, giveAway) => {
    /** @type {import("./tree_linker.ts").LinkAnswer} */
    const answer = { left: [] };
    let stack = [...dirs];
    for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
      for (const path of fill(dir, answer)) stack.push(path);
      const seen = Atomics.load(word, 0);
      if (seen === STOPPED) break;
      if (seen === HUNGRY && stack.length > 1 && Atomics.compareExchange(word, 0, HUNGRY, 0) === HUNGRY) {
        // Those at the bottom are nearest to the root, and so the biggest.
        const half = Math.ceil(stack.length / 2);
        giveAway(stack.slice(0, half));
        stack = stack.slice(half);
      }
    }
    return answer;
  };
}

/** @param {unknown} error */
function failureOf(error) {
  const known = error instanceof Error ? error : new Error(String(error));
  return { ...known, message: known.message };
}

if (globalThis.name === WORKER_NAME) {
  /** @type {unknown} */
  const post = Reflect.get(globalThis, "postMessage");
  const answer = (/** @type {unknown} */ message) => typeof post === "function" && post(message);
  /** @type {ReturnType<typeof linkTrees> | undefined} */
  let link;
  globalThis.addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent)) return;
    try {
      if (link === undefined) link = linkTrees(event.data);
      else answer(link(event.data, (given) => answer({ given })));
    } catch (error) {
      answer({ failure: failureOf(error) });
    }
  });
}
