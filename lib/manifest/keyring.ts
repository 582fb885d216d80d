import { errnoOf } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import { LIMITS } from "./limits.ts";
import { loadOpenPgp } from "./openpgp.ts";
import { type Problem, problem } from "./problem.ts";
import type { Keyring } from "./signature.ts";

/** Where the keys of a repository come from. */
export interface KeySource {
  /** Absolute path of the file of public keys, armored or binary; any of them may have signed. */
  readonly keyPath: string;
  /** Copies of these keys with what was learnt since the file was made; other keys among them do not count. */
  readonly keyUpdates?: Uint8Array | undefined;
  /** What these were read as before, to spare reading them again. */
  readonly keyring?: Keyring | undefined;
  /** When servers told of all of them, if that was just now: milliseconds since 1970. */
  readonly refreshedMs?: number | undefined;
}

/** Reads the keys that may sign. A problem names the key file. */
export async function readKeyring(
  { files }: Pick<System, "files">,
  { keyPath, keyUpdates, keyring }: KeySource,
): Promise<Keyring | Problem> {
  if (keyring !== undefined) return keyring;
  const bytes = readKeyFile(files, keyPath);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const openPgp = await loadOpenPgp();
  try {
    const keys = await openPgp.readKeys(bytes);
    if (keys.length === 0) return problem("keyring", keyPath, "Holds no public key");
    return keyUpdates === undefined ? { openPgp, keys } : await updatedKeyring({ openPgp, keys }, keyUpdates);
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    return problem("keyring", keyPath, "Not a file of usable public keys", { actual });
  }
}

/**
 * The keyring with what copies of its keys tell besides. Keys that are not in it never come in.
 *
 * @throws an `Error` of the library's when the bytes are no keys.
 */
export async function updatedKeyring({ openPgp, keys }: Keyring, updates: Uint8Array): Promise<Keyring> {
  const copies = await openPgp.readCopies(updates);
  return { openPgp, keys: await Promise.all(keys.map((key) => openPgp.merge(key, copies))) };
}

function readKeyFile(files: System["files"], path: string): Uint8Array | Problem {
  try {
    const stat = files.stat(path);
    if (stat?.type !== "file") return problem("keyring", path, "There is no such file of public keys");
    if (stat.size > LIMITS.keyFileBytes) return problem("keyring", path, "Too large for a file of public keys");
    return files.readBytes(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return problem("keyring", path, "The file of public keys cannot be read", { actual: errno });
  }
}
