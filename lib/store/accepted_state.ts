import type { Files } from "../host/files.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import type { StoreLayout } from "./layout.ts";

/** The signed state of a repository that was published last, also when nothing of it is published any more. */
export interface KeptState {
  readonly schema: 1;
  /** The TIMESTAMP of its top-level Manifest; milliseconds since 1970. */
  readonly timestampMs: number;
  /** SHA-512 of the signed text of that Manifest, in hex. */
  readonly textDigest: string;
}

/** Keeps a state for the time after this tree. Needs the store's lock; the next barrier makes it durable. */
export function keepAcceptedState(files: Files, layout: StoreLayout, state: Omit<KeptState, "schema">): void {
  const { timestampMs, textDigest } = state;
  const kept = keptState(files, layout);
  if (kept?.timestampMs === timestampMs && kept.textDigest === textDigest) return;
  writeJsonFile(files, layout.accepted, { schema: 1, timestampMs, textDigest });
}

/** The state that was kept; `undefined` when there is none or it is torn. */
export function keptState(files: Pick<Files, "readTextIfAny">, layout: StoreLayout): KeptState | undefined {
  const value = readJsonFile(files, layout.accepted);
  return isKeptState(value) ? value : undefined;
}

function isKeptState(value: unknown): value is KeptState {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 &&
    "timestampMs" in value && typeof value.timestampMs === "number" && Number.isFinite(value.timestampMs) &&
    "textDigest" in value && typeof value.textDigest === "string";
}
