import type { Files } from "../host/files.ts";

/**
 * Replaces the file at `path` by one that holds `value` as JSON: written beside it under a temporary name and renamed
 * over it, so that a reader sees the old or the new one. The next barrier makes it durable.
 */
export function writeJsonFile(
  files: Pick<Files, "createFile" | "rename" | "lstat" | "unlink">,
  path: string,
  value: unknown,
): void {
  const temporary = `${path}.new`;
  if (files.lstat(temporary) !== undefined) files.unlink(temporary);
  files.createFile(temporary, `${JSON.stringify(value)}\n`, 0o644);
  files.rename(temporary, path);
}

/** The JSON in the file at `path`; `undefined` when there is none or it is torn. */
export function readJsonFile(files: Pick<Files, "readTextIfAny">, path: string): unknown {
  const text = files.readTextIfAny(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
