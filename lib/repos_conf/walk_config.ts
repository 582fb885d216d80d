import { join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { VCS_DIRECTORIES } from "../base/vcs_directories.ts";
import type { Files, FileStat } from "../host/files.ts";
import { resolveWithin } from "../host/resolve.ts";

/** A configuration file and what it says. */
export interface ConfigFile {
  /** As it was found, links not resolved; as seen from here. */
  readonly path: string;
  /** Without a byte-order mark. */
  readonly text: string;
}

/** The slice of the file system that reading a configuration takes. */
export type ConfigFileSystem = Pick<Files, "lstat" | "stat" | "readLink" | "readDir" | "readText">;

/**
 * The files of a configuration path: a file, or all files of a directory and its subdirectories in code-point
 * order of their names, without those named `.*` or `*~` and what version control systems keep there. Links are
 * followed as inside `root`. A missing path gives `[]`.
 *
 * @throws {Fault} `configuration` naming the path that cannot be read.
 */
export function listConfigFiles(files: ConfigFileSystem, root: string, path: string): string[] {
  return walk({ files, root }, path, []).map((found) => found.path);
}

/**
 * Reads the files that {@linkcode listConfigFiles} lists.
 *
 * @throws {Fault} `configuration` naming the path that cannot be read.
 */
export function readConfigFiles(files: ConfigFileSystem, root: string, path: string): ConfigFile[] {
  return walk({ files, root }, path, []).map((found) => {
    const text = readable(found.path, () => files.readText(found.real));
    return { path: found.path, text: text.replace(/^\ufeff/, "") };
  });
}

interface Walk {
  readonly files: ConfigFileSystem;
  readonly root: string;
}

/** A file under the name it was found by, and under the one to open it by. */
interface FoundFile {
  readonly path: string;
  readonly real: string;
}

/** `above` identifies the directories on the way down, so that a link to one of them ends the descent. */
function walk(context: Walk, path: string, above: readonly string[]): FoundFile[] {
  const found = readable(path, () => find(context, path));
  if (found?.stat.type === "file") return [{ path, real: found.real }];
  if (found?.stat.type !== "directory") return [];
  const identity = `${found.stat.dev}:${found.stat.ino}`;
  if (above.includes(identity)) return [];
  const names = readable(path, () => context.files.readDir(found.real)).map((entry) => entry.name);
  return names.filter(isConfigName).sort(byCodePoint)
    .filter((name) => !isVcsDirectory(context, join(path, name), name))
    .flatMap((name) => walk(context, join(path, name), [...above, identity]));
}

/** `undefined` when there is nothing, a dangling link, or a link that goes in circles. */
function find({ files, root }: Walk, path: string): { real: string; stat: FileStat } | undefined {
  try {
    const real = resolveWithin(files, root, path);
    const stat = files.stat(real);
    return stat && { real, stat };
  } catch (error) {
    if (isErrno(error, "ELOOP")) return undefined;
    throw error;
  }
}

function isConfigName(name: string): boolean {
  return !name.startsWith(".") && !name.endsWith("~");
}

function isVcsDirectory(context: Walk, path: string, name: string): boolean {
  return VCS_DIRECTORIES.includes(name) && readable(path, () => find(context, path))?.stat.type === "directory";
}

/** The default order of strings is by UTF-16 units, which differs beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((char, index) => char !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}

function readable<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new Fault("configuration", `Cannot read ${quoted(path)}: ${reasonOf(error)}`, {
      hint: "Make it readable for this user, or remove it",
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (isErrno(error, "EACCES", "EPERM")) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
