import type { HttpOptions } from "../../host/http.ts";
import type { System } from "../../host/system.ts";
import type { Keyring } from "../signature.ts";
import { type Fetched, type NotFetched, notFetched } from "./fetch_keys.ts";
import { fetchFromKeyserver } from "./keyserver.ts";
import { type RetryOptions, withRetries } from "./retry.ts";
import { fetchFromWkd } from "./wkd.ts";

/** How to refresh. */
export interface RefreshOptions extends RetryOptions, Pick<HttpOptions, "variables"> {
  /** `sync-openpgp-key-refresh`; `true`: a Web Key Directory, and if that fails a keyserver. */
  readonly mode: "true" | "wkd" | "keyserver";
  /** `sync-openpgp-keyserver`. */
  readonly keyserver: string | undefined;
}

/** The keyring with what was learnt about its keys, or why nothing was. */
export type Refreshed = { readonly kind: "refreshed"; readonly keyring: Keyring } | NotFetched;

/**
 * Learns what happened to the keys of a keyring: revocations, new subkeys and times. It succeeds only when every key
 * was heard of. Keys that were not in it before never come in.
 *
 * @throws the signal's reason when it aborts.
 */
export async function refreshKeys(
  system: Pick<System, "http" | "clock">,
  keyring: Keyring,
  options: RefreshOptions,
): Promise<Refreshed> {
  const { http } = system;
  const { keyserver, mode, signal, variables = {} } = options;
  const asking = { http, signal, variables };
  const byServer = async () => await merged(keyring, await fetchFromKeyserver(keyring, keyserver, asking));
  const wkd = mode === "keyserver" ? undefined : await merged(keyring, await fetchFromWkd(keyring, asking));
  if (wkd !== undefined && (wkd.kind === "refreshed" || mode === "wkd")) return wkd;
  const served = await withRetries(system, byServer, options);
  if (served.kind === "refreshed" || wkd === undefined) return served;
  return notFetched(`${wkd.message}; ${served.message}`);
}

async function merged({ openPgp, keys }: Keyring, fetched: Fetched): Promise<Refreshed> {
  if (fetched.kind === "failed") return fetched;
  const result: Keyring["keys"][number][] = [];
  for (const key of keys) {
    const copies = fetched.keys.filter(({ fingerprint }) => fingerprint === key.fingerprint);
    if (copies.length === 0) return notFetched(`Key ${key.fingerprint} was not among the answers`);
    result.push(await openPgp.merge(key, copies));
  }
  return { kind: "refreshed", keyring: { openPgp, keys: result } };
}
