import type { Files } from "../../lib/host/files.ts";
import type { FileLock } from "../../lib/host/lock.ts";

/** One call to the operating system. */
export interface Step {
  readonly name: string;
  readonly path: string;
  /** Whether it changes something, rather than looks. */
  readonly changes: boolean;
}

/** Is given each step and does it, or something else: dies, or throws. */
export type Around = <T>(step: Step, act: () => T) => T;

/**
 * The given files, with each call put into the hands of `around`. What is not one system call is taken apart, so that
 * it can be cut off in the middle: a new or copied file is there with half of its contents first, and a tree is removed
 * entry by entry.
 */
export function steppedFiles(files: Files, around: Around): Files {
  return { ...files, ...steppedLooks(files, around), ...steppedChanges(files, around) };
}

function steppedLooks(files: Files, around: Around) {
  const look = <T>(name: string, call: (path: string) => T) => (path: string): T =>
    around({ name, path, changes: false }, () => call(path));
  return {
    lstat: look("lstat", files.lstat),
    stat: look("stat", files.stat),
    readBytes: look("readBytes", files.readBytes),
    readText: look("readText", files.readText),
    readTextIfAny: look("readTextIfAny", (path) => files.readTextIfAny(path)),
    readDir: look("readDir", files.readDir),
    readLink: look("readLink", files.readLink),
    realPath: look("realPath", files.realPath),
    space: look("space", files.space),
    tryLock: (path: string, mode: "exclusive" | "shared") => {
      const lock = around({ name: "tryLock", path, changes: false }, () => files.tryLock(path, mode));
      return lock && steppedLock(lock, path, around);
    },
  } satisfies Partial<Files>;
}

function steppedLock(lock: FileLock, path: string, around: Around): FileLock {
  return {
    ino: lock.ino,
    write: (text) => around({ name: "lock.write", path, changes: true }, () => lock.write(text)),
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

function steppedChanges(files: Files, around: Around) {
  const change = <T>(name: string, path: string, act: () => T): T => around({ name, path, changes: true }, act);
  const removeStepwise = (path: string): void => {
    const stat = files.lstat(path);
    if (stat === undefined) return;
    if (stat.type !== "directory") return change("unlink", path, () => files.unlink(path));
    for (const { name } of files.readDir(path)) removeStepwise(`${path}/${name}`);
    change("rmdir", path, () => files.rmdir(path));
  };
  return {
    createFile: (path, data, mode) => {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      const half = bytes.length >> 1;
      change("createFile", path, () => files.createFile(path, bytes.subarray(0, half), mode));
      change("append", path, () => Deno.writeFileSync(path, bytes.subarray(half), { append: true }));
    },
    copyFile: (from, to) => {
      change("copyFile", to, () => files.createFile(to, halfOf(files.readBytes(from)), 0o600));
      change("copyFile again", to, () => files.copyFile(from, to));
    },
    mkdir: (path, mode) => change("mkdir", path, () => files.mkdir(path, mode)),
    symlink: (target, path) => change("symlink", path, () => files.symlink(target, path)),
    link: (from, to) => change("link", to, () => files.link(from, to)),
    rename: (from, to) => change("rename", to, () => files.rename(from, to)),
    exchange: (a, b) => change("exchange", b, () => files.exchange(a, b)),
    unlink: (path) => change("unlink", path, () => files.unlink(path)),
    tryUnlink: (path) => change("unlink", path, () => files.tryUnlink(path)),
    rmdir: (path) => change("rmdir", path, () => files.rmdir(path)),
    removeTree: (path) => Promise.try(() => removeStepwise(path)),
    chmod: (path, mode) => change("chmod", path, () => files.chmod(path, mode)),
    lchown: (path, uid, gid) => change("lchown", path, () => files.lchown(path, uid, gid)),
    setMtimeMs: (path, mtimeMs) => change("setMtimeMs", path, () => files.setMtimeMs(path, mtimeMs)),
    copyMtime: (from, path) => change("copyMtime", path, () => files.copyMtime(from, path)),
    flush: (path) => Promise.try(() => change("flush", path, () => files.flush(path))),
  } satisfies Partial<Files>;
}

function halfOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length >> 1);
}
