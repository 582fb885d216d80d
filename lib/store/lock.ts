import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { momentText } from "../base/moment.ts";
import { printable, quoted } from "../base/printable.ts";
import type { FileLock } from "../host/lock.ts";
import type { System } from "../host/system.ts";
import { writeFault } from "./write_fault.ts";

/** How to take a lock that somebody else may hold. */
export interface LockOptions {
  /** Seconds to wait for another holder: 0 not at all, Infinity for ever. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
  /** Called once, when waiting begins, with who holds the lock. */
  readonly onWait: (holder: string) => void;
}

type LockSystem = Pick<System, "files" | "clock" | "environment">;

const POLL_MS = 100;

/**
 * Takes the exclusive flock(2) on the lock file at `path`, creating it, and writes into it who holds it. The text is
 * for people only: whether the lock is held is told by flock(2) alone, which crosses pid and mount namespaces and ends
 * with its holder.
 *
 * @param options `prepare` is called before each attempt, to make the directory, which the last holder may have
 *   removed.
 * @throws {Fault} `locked`, naming the holder, when the time is up; `store` or `disk-full` when the file cannot be
 *   written.
 */
export async function lockFile(
  system: LockSystem,
  path: string,
  options: LockOptions & { readonly prepare: () => void },
): Promise<FileLock> {
  const lock = await poll(system, path, options, () => tryLockFile(system.files, path, options));
  try {
    lock.write(`${JSON.stringify(holderOf(system))}\n`);
  } catch (error) {
    // Who cleans up a full disk needs the lock too, and can do without the text.
    if (isErrno(error, "ENOSPC", "EDQUOT")) return lock;
    lock[Symbol.dispose]();
    throw writeFault(path, error);
  }
  return lock;
}

/**
 * Takes the exclusive flock(2) on a directory, for repositories that have no store.
 *
 * @throws {Fault} `locked` when the time is up.
 */
export function lockDirectory(system: LockSystem, path: string, options: LockOptions): Promise<FileLock> {
  return poll(system, path, options, () => system.files.tryLock(path, "exclusive"));
}

/** Who holds a lock, by its own account. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly since: string;
}

function holderOf({ clock, environment }: LockSystem): Holder {
  return {
    pid: environment.pid,
    host: environment.hostname,
    command: "rcusync",
    since: new Date(clock.nowMs()).toISOString(),
  };
}

/** Who may open a file may lock it. */
const MODE = 0o600;

/** It was made by an earlier version, or the owner decided otherwise. */
function keepOthersOut(files: System["files"], path: string): void {
  try {
    files.chmod(path, MODE);
  } catch (error) {
    if (!isErrno(error, "EPERM", "EROFS", "EACCES")) throw error;
  }
}

/**
 * One attempt. The last holder may remove the file, and the directory with it, at any moment: a lock on a file that is
 * not there any more is worth nothing.
 */
function tryLockFile(
  files: System["files"],
  path: string,
  { prepare }: { readonly prepare: () => void },
): FileLock | undefined {
  try {
    prepare();
    if (files.lstat(path) === undefined) files.createFile(path, "", MODE);
    using held = new DisposableStack();
    const lock = held.use(files.tryLock(path, "exclusive"));
    const stat = files.lstat(path);
    if (lock === undefined || stat?.ino !== lock.ino) return undefined;
    if (stat.mode !== MODE) keepOthersOut(files, path);
    held.move();
    return lock;
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EEXIST")) throw writeFault(path, error);
  }
  return undefined;
}

async function poll(
  system: LockSystem,
  path: string,
  options: LockOptions,
  attempt: () => FileLock | undefined,
): Promise<FileLock> {
  const deadlineMs = system.clock.monotonicMs() + options.waitSeconds * 1000;
  for (let said = false;;) {
    const lock = attempt();
    if (lock !== undefined) return lock;
    if (system.clock.monotonicMs() >= deadlineMs) throw lockedFault(system, path);
    if (!said) options.onWait(holderText(system, path));
    said = true;
    await system.clock.sleep(POLL_MS, options.signal);
  }
}

function lockedFault(system: LockSystem, path: string): Fault {
  return new Fault("locked", `${quoted(path)} is locked by ${holderText(system, path)}`, {
    hint: "Wait for it to end, or give --wait=SECONDS to wait longer",
  });
}

/** Who holds the lock, as far as can be told: from the lock file, else from the kernel's table of locks. */
function holderText(system: LockSystem, path: string): string {
  const { files } = system;
  const holder = lockHolder(files, path);
  if (holder !== undefined) {
    const since = momentText(Date.parse(holder.since));
    return printable(`${holder.command}, process ${holder.pid} on ${holder.host} since ${since}`);
  }
  const pid = lockingPid(files, path);
  return pid === undefined ? "another process" : `process ${pid} (${commandOf(files, pid)})`;
}

/** What the last holder wrote into the lock file at `path`; whether it still holds the lock is another question. */
export function lockHolder(files: Pick<System["files"], "stat" | "readTextIfAny">, path: string): Holder | undefined {
  try {
    return files.stat(path)?.type === "file" ? parseHolder(files.readTextIfAny(path) ?? "") : undefined;
  } catch (error) {
    // It is for those who may write to the store.
    if (isErrno(error, "EACCES")) return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && "pid" in value && "host" in value && "command" in value &&
    "since" in value;
}

/** `/proc/locks` lists `FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE …`. */
function lockingPid(files: System["files"], path: string): number | undefined {
  const ino = files.stat(path)?.ino;
  const rows = (files.readTextIfAny("/proc/locks") ?? "").split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find((r) => r[1] === "FLOCK" && r[5]?.endsWith(`:${ino}`));
  const pid = Number(row?.[4]);
  return pid > 0 ? pid : undefined;
}

function commandOf(files: System["files"], pid: number): string {
  return printable((files.readTextIfAny(join("/proc", String(pid), "comm")) ?? "unknown").trim());
}
