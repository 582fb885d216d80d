import type { Files } from "../host/files.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import type { StoreLayout } from "./layout.ts";

/** The last time that servers told of all keys of a repository. */
export interface KeyRefresh {
  readonly schema: 1;
  /** Milliseconds since 1970. */
  readonly refreshedMs: number;
  /** Of the keys that were told of. */
  readonly fingerprints: readonly string[];
}

/** Remembers a refresh, once the keys themselves are. Needs the store's lock; the next barrier makes it durable. */
export function rememberKeyRefresh(files: Files, layout: StoreLayout, refresh: KeyRefresh): void {
  writeJsonFile(files, layout.keyRefresh, refresh);
}

/** The last refresh, or `undefined` when nothing is known of any. */
export function lastKeyRefresh(files: Pick<Files, "readTextIfAny">, layout: StoreLayout): KeyRefresh | undefined {
  const value = readJsonFile(files, layout.keyRefresh);
  return isKeyRefresh(value) ? value : undefined;
}

function isKeyRefresh(value: unknown): value is KeyRefresh {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 &&
    "refreshedMs" in value && typeof value.refreshedMs === "number" && "fingerprints" in value &&
    Array.isArray(value.fingerprints) && value.fingerprints.every((fingerprint) => typeof fingerprint === "string");
}
