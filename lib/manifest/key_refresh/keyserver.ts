import type { PublicKey } from "../openpgp.ts";
import type { Keyring } from "../signature.ts";
import { type Fetched, fetchKeys, type FetchOptions, notFetched } from "./fetch_keys.ts";

/** Who is asked when `sync-openpgp-keyserver` is not set: the server of Gentoo's own configuration. */
const DEFAULT_KEYSERVER = "hkps://keys.gentoo.org";

/** Fetches each key of a keyring from a keyserver, by its fingerprint. */
export async function fetchFromKeyserver(
  { openPgp, keys }: Keyring,
  keyserver: string | undefined,
  options: FetchOptions,
): Promise<Fetched> {
  const server = keyserverUrl(keyserver ?? DEFAULT_KEYSERVER);
  if (server === undefined) {
    return notFetched(`Keyserver "${keyserver}" is none: hkps://HOST is meant`, { isFinal: true });
  }
  const found: PublicKey[] = [];
  for (const { fingerprint } of keys) {
    const url = new URL(`/pks/lookup?op=get&options=mr&search=0x${fingerprint}`, server);
    const fetched = await fetchKeys(url, { ...options, openPgp });
    if (fetched.kind === "failed") return fetched;
    found.push(...fetched.keys);
  }
  return { kind: "fetched", keys: found };
}

/**
 * The web server behind a keyserver's name: `hkps` is https. Plain `hkp` is for this machine alone, since whoever is in
 * between could hold revocations back. `undefined` for everything else.
 *
 * @example
 * ```ts
 * import { keyserverUrl } from "./keyserver.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(keyserverUrl("hkps://keys.gentoo.org")?.href, "https://keys.gentoo.org/");
 * assertEquals(keyserverUrl("hkp://127.0.0.1")?.href, "http://127.0.0.1:11371/");
 * assertEquals(keyserverUrl("hkp://keys.gentoo.org"), undefined);
 * ```
 */
export function keyserverUrl(text: string): URL | undefined {
  const [, scheme, host, port] = /^(hkps|hkp|https):\/\/([^/?#@:[]+|\[[0-9a-f:.]+\])(?::(\d+))?\/?$/i.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const isPlain = scheme.toLowerCase() === "hkp";
  if (isPlain && !/^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/i.test(host)) return undefined;
  const origin = isPlain ? `http://${host}:${port ?? 11371}` : `https://${host}${port === undefined ? "" : `:${port}`}`;
  return URL.canParse(origin) ? new URL(origin) : undefined;
}
