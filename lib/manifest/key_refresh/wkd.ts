import { createHash } from "node:crypto";
import type { PublicKey } from "../openpgp.ts";
import type { Keyring } from "../signature.ts";
import { type Fetched, fetchKeys, type FetchOptions, notFetched } from "./fetch_keys.ts";
import { zbase32 } from "./zbase32.ts";

/**
 * Fetches the keys of a keyring from the Web Key Directories of their mail addresses. It fails when an address of any
 * key cannot be asked, or when one of the keys is not among the answers.
 */
export async function fetchFromWkd({ openPgp, keys }: Keyring, options: FetchOptions): Promise<Fetched> {
  const addresses = new Set<string>();
  for (const key of keys) {
    const own = await openPgp.addressesOf(key);
    if (own.length === 0) return notFetched(`Key ${key.fingerprint} names no mail address`);
    own.forEach((address) => addresses.add(address));
  }
  const found: PublicKey[] = [];
  for (const address of addresses) {
    const fetched = await fetchOf(address, { ...options, openPgp });
    if (fetched.kind === "failed") return fetched;
    found.push(...fetched.keys);
  }
  return { kind: "fetched", keys: found };
}

async function fetchOf(address: string, options: FetchOptions & Pick<Keyring, "openPgp">): Promise<Fetched> {
  const failures: string[] = [];
  for (const url of wkdUrls(address)) {
    const fetched = await fetchKeys(url, options);
    if (fetched.kind === "fetched") return fetched;
    failures.push(fetched.message);
  }
  return notFetched(failures.join("; ") || `${address} is no mail address`);
}

/**
 * Where the Web Key Directory of a mail address may be: by the advanced method, then by the direct one
 * (draft-koch-openpgp-webkey-service, section 3.1). None for what is no address.
 *
 * @example
 * ```ts
 * import { wkdUrls } from "./wkd.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   wkdUrls("infrastructure@gentoo.org")[1]?.href,
 *   "https://gentoo.org/.well-known/openpgpkey/hu/gzhmqtt9d5d1y1bw4ufs47npj5wn8pyx?l=infrastructure",
 * );
 * ```
 */
export function wkdUrls(address: string): URL[] {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1).toLowerCase()];
  if (at < 1 || !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(domain)) return [];
  const lower = local.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const hash = zbase32(createHash("sha1").update(lower).digest());
  const rest = `hu/${hash}?l=${encodeURIComponent(local)}`;
  return [
    new URL(`https://openpgpkey.${domain}/.well-known/openpgpkey/${domain}/${rest}`),
    new URL(`https://${domain}/.well-known/openpgpkey/${rest}`),
  ];
}
