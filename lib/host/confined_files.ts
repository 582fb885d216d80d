import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Files } from "./files.ts";
import { errnoName, systemError } from "./libc.ts";

/** What opens a directory below another, going through no link. */
export interface BeneathOpener {
  /**
   * openat2(2) with O_PATH, RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS, of a path relative to `root`: a file descriptor, or
   * the number of the error, negative.
   */
  openBeneath(root: string, path: string): number;
  close(fd: number): void;
}

/** Where descriptors of this process can be gone through by name. */
const DESCRIPTORS = "/proc/self/fd";

/** Another process may rename what is on the way at the same moment. */
const MOST_TRIES = 100;

/**
 * The same file system, except that nothing below `root` is made, changed or removed by way of a symbolic link: for trees
 * that another account may write to, whose links would otherwise lead this process, which may do more, wherever that
 * account likes, also when they are put there between a look and the deed. Each directory is opened without following a
 * link, and what is done is done in what was opened. What leads through a link is a {@linkcode Fault} of kind `store`.
 *
 * Where the system lacks openat2(2) (before Linux 5.6) or /proc, `files` is returned as it is.
 */
export function confinedFiles(files: Files, opener: BeneathOpener, root: string): Files {
  if (files.stat(DESCRIPTORS) === undefined || !canOpen(opener)) return files;
  const open = (path: string): Opened => openedBeneath(opener, root, path);
  const isBelow = (path: string) => path.startsWith(`${root}/`);
  const within = <T>(path: string, call: (path: string) => T): T => {
    if (!isBelow(path)) return call(path);
    const at = path.lastIndexOf("/");
    using directory = open(path.slice(0, at));
    return telling(directory, () => call(`${directory.name}${path.slice(at)}`));
  };
  const both = (a: string, b: string, call: (a: string, b: string) => void) =>
    within(a, (first) => within(b, (second) => call(first, second)));
  return {
    ...files,
    createFile: (path, data, mode) => within(path, (at) => files.createFile(at, data, mode)),
    mkdir: (path, mode) => within(path, (at) => files.mkdir(at, mode)),
    symlink: (target, path) => within(path, (at) => files.symlink(target, at)),
    link: (from, to) => both(from, to, files.link),
    rename: (from, to) => both(from, to, files.rename),
    exchange: (a, b) => both(a, b, files.exchange),
    unlink: (path) => within(path, files.unlink),
    tryUnlink: (path) => unlessMissing(() => within(path, files.tryUnlink), "missing"),
    rmdir: (path) => within(path, files.rmdir),
    async removeTree(path) {
      if (!isBelow(path)) return await files.removeTree(path);
      const at = path.lastIndexOf("/");
      using directory = unlessMissing(() => open(path.slice(0, at)), undefined);
      if (directory !== undefined) await files.removeTree(`${directory.name}${path.slice(at)}`);
    },
    chmod(path, mode) {
      if (!isBelow(path)) return files.chmod(path, mode);
      using opened = open(path);
      telling(opened, () => files.chmod(opened.name, mode));
    },
    lchown: (path, uid, gid) => within(path, (at) => files.lchown(at, uid, gid)),
    setMtimeMs: (path, mtimeMs) => within(path, (at) => files.setMtimeMs(at, mtimeMs)),
    copyMtime: (from, path) => within(path, (at) => files.copyMtime(from, at)),
    copyFile(from, to) {
      // Neither end is opened by a name that could have become a link.
      using source = isBelow(from) ? open(from) : undefined;
      if (isBelow(to)) within(to, (at) => files.createFile(at, ""));
      using target = isBelow(to) ? open(to) : undefined;
      files.copyFile(source?.name ?? from, target?.name ?? to);
    },
    // Its threads go by paths of their own.
    linkTrees: undefined,
    // Once is enough.
    confined: undefined,
  };
}

/** A file or directory that is open; `name` leads to it whatever is renamed meanwhile. */
interface Opened extends Disposable {
  readonly name: string;
  readonly path: string;
}

/** What a kernel answers that does not know a call, and a filter that does not. */
const NO_CALL: ReadonlySet<string> = new Set(["ENOSYS", "EPERM"]);

function canOpen(opener: BeneathOpener): boolean {
  const fd = opener.openBeneath("/", ".");
  if (fd >= 0) opener.close(fd);
  return fd >= 0 || !NO_CALL.has(errnoName(-fd));
}

function unlessMissing<T, U>(call: () => T, otherwise: U): T | U {
  try {
    return call();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return otherwise;
    throw error;
  }
}

function openedBeneath(opener: BeneathOpener, root: string, path: string): Opened {
  const relative = path === root ? "." : path.slice(root.length + 1);
  const fd = opened(opener, root, relative);
  if (fd >= 0) return { path, name: `${DESCRIPTORS}/${fd}`, [Symbol.dispose]: () => opener.close(fd) };
  const errno = errnoName(-fd);
  if (errno !== "ELOOP" && errno !== "EXDEV") throw systemError(-fd, "openat2", path);
  throw new Fault("store", `A symbolic link leads out of ${quoted(path)}, where rcusync is at work`, {
    hint: `Somebody put it there: look at who may write to ${quoted(root)}`,
  });
}

function opened(opener: BeneathOpener, root: string, relative: string): number {
  for (let tries = 1;; tries++) {
    const fd = opener.openBeneath(root, relative);
    if (fd >= 0 || errnoName(-fd) !== "EAGAIN" || tries === MOST_TRIES) return fd;
  }
}

/** Has what goes wrong name the path that was meant. */
function telling<T>({ name, path }: Opened, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(name, path);
    throw error;
  }
}
