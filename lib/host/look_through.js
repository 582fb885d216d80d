// @ts-check
/**
 * Looks at every entry of a tree and forgets it: what the kernel had to read for that, it has at hand afterwards. The whole
 * program of the worker of tree_warmer.ts, which gets it as text; plain JavaScript, since it has no compiler at hand.
 */

/** What tree_warmer.ts starts; anything else that imports this file is not a worker of its. */
const WORKER_NAME = "rcusync warming worker";

const [O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC] = [0o200000, 0o400000, 0o2000000];
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const DT_DIRECTORY = 4;

/** Fields of struct linux_dirent64: length of the record, type, name. */
const [LENGTH_AT, TYPE_AT, NAME_AT] = [16, 18, 19];

const [DOT, SLASH] = [0x2e, 0x2f];

/** @param {string} tree */
function lookThrough(tree) {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  }).symbols;
  const entries = new Uint8Array(64 * 1024);
  const result = new Uint8Array(256);
  /** Paths that end with NUL. */
  const pending = [new TextEncoder().encode(`${tree}\0`)];

  /** @param {Uint8Array<ArrayBuffer>} dir @param {number} fd @param {number} filled */
  const look = (dir, fd, filled) => {
    for (let at = 0; at < filled; at += (entries[at + LENGTH_AT] ?? 0) | ((entries[at + LENGTH_AT + 1] ?? 0) << 8)) {
      const name = entries.subarray(at + NAME_AT);
      if (name[0] === DOT && (name[1] === 0 || (name[1] === DOT && name[2] === 0))) continue;
      libc.statx(fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, result);
      if (entries[at + TYPE_AT] !== DT_DIRECTORY) continue;
      const end = name.indexOf(0) + 1;
      const path = new Uint8Array(dir.length + end);
      path.set(dir);
      path[dir.length - 1] = SLASH;
      path.set(name.subarray(0, end), dir.length);
      pending.push(path);
    }
  };
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const fd = libc.open(dir, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    // Whoever really needs it will say what is wrong.
    if (fd < 0) continue;
    for (;;) {
      const filled = Number(libc.getdents64(fd, entries, BigInt(entries.length)));
      if (filled <= 0) break;
      look(dir, fd, filled);
    }
    libc.close(fd);
  }
}

if (globalThis.name === WORKER_NAME) {
  /** @type {unknown} */
  const post = Reflect.get(globalThis, "postMessage");
  globalThis.addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent)) return;
    lookThrough(event.data);
    if (typeof post === "function") post("done");
  });
}
