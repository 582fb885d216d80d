import { createHash } from "node:crypto";
import { errnoOf } from "../base/errno.ts";
import type { System } from "../host/system.ts";
import { readCleartext } from "./cleartext.ts";
import type { Entry } from "./entry.ts";
import { LIMITS } from "./limits.ts";
import { parseManifest } from "./parse.ts";
import { type Problem, problem } from "./problem.ts";
import { checkSignatures, type Keyring, type SignedBy } from "./signature.ts";
import { judgeTimestamp, type TimestampPolicy } from "./timestamp_policy.ts";

/** The name of the top-level Manifest, which is never compressed. */
export const TOP_MANIFEST = "Manifest";

/** A top-level Manifest whose signature and time are acceptable. */
export interface TopManifest {
  /** The whole file. */
  readonly bytes: Uint8Array;
  readonly entries: readonly Entry[];
  readonly timestampMs: number;
  /** The signed text. */
  readonly text: string;
  /** SHA-512 of the signed text, in hex. */
  readonly textDigest: string;
  readonly signedBy: readonly [SignedBy, ...SignedBy[]];
  readonly warnings: readonly string[];
}

/** The Manifest, or everything that is wrong with it. */
export type TopManifestCheck = { readonly top: TopManifest } | { readonly problems: readonly Problem[] };

/** Reads the top-level Manifest of the tree at `root` once, and believes only what its signature covers. */
export async function checkTopManifest(
  system: Pick<System, "files">,
  { root, keyring }: { readonly root: string; readonly keyring: Keyring },
  policy: TimestampPolicy,
): Promise<TopManifestCheck> {
  const read = readTop(system, root);
  if ("problem" in read) return { problems: [read.problem] };
  const framing = readCleartext(read.bytes, TOP_MANIFEST);
  if ("problem" in framing) return { problems: [thinManifest(read.bytes) ?? framing.problem] };
  const { message } = framing;
  const check = await checkSignatures(keyring, message, { path: TOP_MANIFEST, nowMs: policy.nowMs });
  if ("problem" in check) return { problems: [check.problem] };
  const { entries, problems } = parseManifest(message.signedText, TOP_MANIFEST);
  if (problems.length > 0) return { problems: problems.map((p) => inFile(p, message.firstLine)) };
  const { signedText: text } = message;
  return judge({ bytes: read.bytes, entries, text, textDigest: sha512(text), signedBy: check.signedBy }, policy);
}

function judge(read: Omit<TopManifest, "timestampMs" | "warnings">, policy: TimestampPolicy): TopManifestCheck {
  // With several, the first counts.
  const timestamp = read.entries.find((entry) => entry.kind === "timestamp");
  if (timestamp === undefined) return { problems: [problem("no-timestamp", TOP_MANIFEST, "Has no TIMESTAMP")] };
  const { timestampMs } = timestamp;
  const keyHasExpired = read.signedBy.some((signature) => signature.keyHasExpired);
  const verdict = judgeTimestamp(TOP_MANIFEST, { ...read, timestampMs, keyHasExpired }, policy);
  if (verdict.problems.length > 0) return { problems: verdict.problems };
  return { top: { ...read, timestampMs, warnings: verdict.warnings } };
}

function readTop({ files }: Pick<System, "files">, root: string): { bytes: Uint8Array } | { problem: Problem } {
  const path = `${root}/${TOP_MANIFEST}`;
  try {
    const stat = files.lstat(path);
    // Opening what is no regular file could wait for ever.
    if (stat?.type !== "file") {
      const details = { expected: "a file", actual: stat?.type ?? "nothing" };
      return { problem: problem("no-manifest", TOP_MANIFEST, "There is no top-level Manifest", details) };
    }
    if (stat.size > LIMITS.topManifestBytes) {
      return { problem: problem("too-large", TOP_MANIFEST, `Larger than ${LIMITS.topManifestBytes} bytes`) };
    }
    return { bytes: files.readBytes(path) };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return { problem: problem("io", TOP_MANIFEST, "Cannot be read", { actual: errno }) };
  }
}

/** A Manifest of distfiles alone, as repositories in git have them, was never meant for this. */
function thinManifest(bytes: Uint8Array): Problem | undefined {
  const lines = new TextDecoder().decode(bytes).split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 || !lines.every((line) => line.startsWith("DIST "))) return undefined;
  return problem("not-a-full-tree-manifest", TOP_MANIFEST, "Lists distfiles only: the tree cannot be verified");
}

function inFile(found: Problem, firstLine: number): Problem {
  return found.line === undefined ? found : { ...found, line: found.line + firstLine - 1 };
}

function sha512(text: string): string {
  return createHash("sha512").update(text).digest("hex");
}
