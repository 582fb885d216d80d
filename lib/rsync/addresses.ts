import type { Address, Network } from "../host/network.ts";
import { isNear } from "./near.ts";
import { optionsOf } from "./option_words.ts";
import type { SyncUri } from "./uri.ts";

/** What decides which addresses of a mirror are tried, and in which order. */
export interface AddressOptions {
  /** The words for rsync; `-4` and `-6` among them choose a family. */
  readonly words: readonly string[];
  /** The environment of rsync: with a non-empty RSYNC_PROXY nothing is looked up here. */
  readonly env: Readonly<Record<string, string>>;
  /** At least 0 and below 1, as Math.random. */
  readonly random: () => number;
}

/** A source to try. */
export interface Candidate {
  readonly uri: SyncUri;
  /** False when looking up the host gave nothing, so that rsync itself will most likely fail as well. */
  readonly resolved: boolean;
  /** Whether it is on this host or in a private network, as far as that is known; see {@linkcode isNear}. */
  readonly isNear: boolean;
}

/**
 * The sources to try, in order: one for each address of the host, so that a dead mirror of a rotation does not
 * stop the sync. Each family is shuffled on its own; the resolver's first family goes first.
 *
 * The URI is left as it is when there is one address or none, behind a proxy, and for ssh, which goes through
 * the addresses itself and knows host keys and aliases by name.
 */
export async function candidates(
  uri: SyncUri,
  network: Network,
  options: AddressOptions,
): Promise<readonly Candidate[]> {
  const asIs = (resolved: boolean, address = "") => [{ uri, resolved, isNear: isNear(address) }];
  if (uri.kind !== "rsync" || options.env.RSYNC_PROXY) return asIs(true);
  if (isAddress(uri.host)) return asIs(true, uri.host);
  const family = chosenFamily(options.words);
  const found = (await network.addressesOf(uri.host)).filter((a) => family === undefined || a.family === family);
  if (found.length <= 1) return asIs(found.length === 1, found[0]?.text);
  return inOrder(found, options.random).map(({ text }) => ({
    uri: { ...uri, host: text },
    resolved: true,
    isNear: isNear(text),
  }));
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function chosenFamily(words: readonly string[]): 4 | 6 | undefined {
  const names = optionsOf(words).map((option) => option.name);
  // Portage looks for the first of them; rsync itself lets the last one win.
  if (names.includes("ipv4")) return 4;
  return names.includes("ipv6") ? 6 : undefined;
}

function inOrder(found: readonly Address[], random: () => number): Address[] {
  const first = found[0]?.family;
  return [
    ...shuffled(found.filter((a) => a.family === first), random),
    ...shuffled(found.filter((a) => a.family !== first), random),
  ];
}

/** Fisher-Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const pool = [...items];
  const result: T[] = [];
  while (pool.length > 0) result.push(...pool.splice(Math.floor(random() * pool.length), 1));
  return result;
}
