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
  /** Fingerprints of the primary keys that signed it, in upper-case hex. */
  readonly signers: readonly string[];
  /** Whether the tree was compared with a mirror as a whole since Manifests are checked: nothing else is in it. */
  readonly isCompared: boolean;
}

/** Keeps a state for the time after this tree. Needs the store's lock; the next barrier makes it durable. */
export function keepAcceptedState(files: Files, layout: StoreLayout, state: Omit<KeptState, "schema">): void {
  writeJsonFile(files, layout.accepted, { ...state, schema: 1 });
}

/** The state that was kept; `undefined` when there is none or it is torn. */
export function keptState(files: Pick<Files, "readTextIfAny">, layout: StoreLayout): KeptState | undefined {
  const value = readJsonFile(files, layout.accepted);
  return isKeptState(value) ? value : undefined;
}

function isKeptState(value: unknown): value is KeptState {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 &&
    "timestampMs" in value && typeof value.timestampMs === "number" && Number.isFinite(value.timestampMs) &&
    "textDigest" in value && typeof value.textDigest === "string" &&
    "isCompared" in value && typeof value.isCompared === "boolean" &&
    "signers" in value && Array.isArray(value.signers) && value.signers.every((signer) => typeof signer === "string");
}
