import type { HttpOptions } from "../../host/http.ts";
import type { System } from "../../host/system.ts";
import type { OpenPgp, PublicKey } from "../openpgp.ts";

/** What fetching keys needs. */
export interface FetchOptions extends Pick<HttpOptions, "signal" | "variables"> {
  readonly http: System["http"];
}

/** Keys, whosever they are; or why there are none. */
export type Fetched = { readonly kind: "fetched"; readonly keys: readonly PublicKey[] } | NotFetched;

/** Why keys could not be fetched. */
export interface NotFetched {
  readonly kind: "failed";
  readonly message: string;
  /** Asking again would bring the same. */
  readonly isFinal: boolean;
}

const LIMITS = { maxBytes: 4 * 2 ** 20, timeoutMs: 30_000 } as const;

/** Gets the keys at one URL. */
export async function fetchKeys(
  url: URL,
  { http, openPgp, ...options }: FetchOptions & { readonly openPgp: OpenPgp },
): Promise<Fetched> {
  const answer = await http.get(url, { ...options, ...LIMITS });
  if (answer.kind === "failed") {
    const isFinal = answer.status !== undefined && answer.status >= 400 && answer.status < 500;
    return notFetched(`${url.origin}: ${answer.message}`, { isFinal });
  }
  try {
    const keys = await openPgp.readCopies(answer.bytes);
    return keys.length > 0 ? { kind: "fetched", keys } : notFetched(`${url.origin}: The answer holds no key`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return notFetched(`${url.origin}: The answer is no key: ${reason}`);
  }
}

/** Makes a {@linkcode NotFetched}. */
export function notFetched(message: string, { isFinal = false }: { readonly isFinal?: boolean } = {}): NotFetched {
  return { kind: "failed", message, isFinal };
}
