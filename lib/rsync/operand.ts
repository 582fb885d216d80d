import type { SyncUri } from "./uri.ts";

/**
 * The word that names a source to rsync, without a trailing slash.
 *
 * The port of an ssh URI is not part of it (rsync would read it as a path); it goes into `--rsh`.
 *
 * @example
 * ```ts
 * import { operandOf } from "./operand.ts";
 * import { parseSyncUri } from "./uri.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(operandOf(parseSyncUri("ssh://me@host:2222/srv/tree")), "me@host:/srv/tree");
 * ```
 */
export function operandOf(uri: SyncUri): string {
  if (uri.kind === "file") return uri.path;
  const user = uri.user === undefined ? "" : `${uri.user}@`;
  const host = uri.host.includes(":") ? `[${uri.host}]` : uri.host;
  if (uri.kind === "ssh") return `${user}${host}:${uri.path}`;
  const port = uri.port === undefined ? "" : `:${uri.port}`;
  return `rsync://${user}${host}${port}${uri.path}`;
}
