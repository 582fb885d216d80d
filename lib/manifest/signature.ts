import type { Cleartext } from "./cleartext.ts";
import type { OpenPgp, PublicKey, SignatureOfText, Signer } from "./openpgp.ts";
import { type Problem, problem, type ProblemCode } from "./problem.ts";

/** Who signed, with what, when. */
export interface SignedBy {
  readonly primaryFingerprint: string;
  /** The key or subkey itself. */
  readonly signerFingerprint: string;
  readonly signatureMs: number;
  /** The key has expired since: the signature counts only as long as the Manifest is not too old. */
  readonly keyHasExpired: boolean;
}

/** The signatures of a message, all acceptable; or the first one that is not. */
export type SignatureCheck = { readonly signedBy: readonly [SignedBy, ...SignedBy[]] } | { readonly problem: Problem };

/** Public keys and the library that they belong to. */
export interface Keyring {
  readonly openPgp: OpenPgp;
  /** Any of them may sign. */
  readonly keys: readonly PublicKey[];
}

const STRONG_HASHES: ReadonlySet<string> = new Set(["SHA256", "SHA384", "SHA512"]);
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;
const MAX_SIGNATURES = 16;

/** Checks every signature of `message`, the cleartext signed Manifest at `path` (RFC 9580). */
export async function checkSignatures(
  keyring: Keyring,
  message: Cleartext,
  { path, nowMs }: { readonly path: string; readonly nowMs: number },
): Promise<SignatureCheck> {
  const refuse = (refusal: Refusal) => ({ problem: problem(refusal.code, path, refusal.message) });
  const signatures = await readSignatures(keyring.openPgp, message);
  if (signatures === undefined) return refuse({ code: "bad-signature", message: "The signature cannot be read" });
  const signedBy: SignedBy[] = [];
  for (const signature of signatures) {
    const result = await checkOne(keyring, signature, { message, nowMs });
    if ("code" in result) return refuse(result);
    signedBy.push(result);
  }
  const [first, ...others] = signedBy;
  if (first === undefined) return refuse({ code: "unsigned", message: "The signature block is empty" });
  return { signedBy: [first, ...others] };
}

interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
}

async function readSignatures(openPgp: OpenPgp, message: Cleartext): Promise<readonly SignatureOfText[] | undefined> {
  try {
    const signatures = await openPgp.readSignatures(message.signature);
    return signatures.length <= MAX_SIGNATURES ? signatures : undefined;
  } catch {
    // Whatever is in a block that the library cannot read, it is no signature.
    return undefined;
  }
}

async function checkOne(
  keyring: Keyring,
  signature: SignatureOfText,
  { message, nowMs }: { readonly message: Cleartext; readonly nowMs: number },
): Promise<SignedBy | Refusal> {
  const { hashName, issuerKeyId } = signature;
  if (!STRONG_HASHES.has(hashName)) return weak(`The signature is made with ${hashName || "an unknown digest"}`);
  if (!signature.isOverText) return bad("The signature is not one over text");
  if (!message.hashNames.includes(hashName)) return bad(`The Hash: header does not name ${hashName}`);
  const signers = signature.signers(keyring.keys);
  if (signers.length === 0) return { code: "no-public-key", message: `Signed by the unknown key ${issuerKeyId}` };
  const text = canonicalForm(message.signedText);
  for (const signer of signers) {
    if (await signer.hasSigned(text)) return await checkTimesAndKey(signature, signer, nowMs);
  }
  return bad(`The text is not what the key ${issuerKeyId} signed`);
}

/** What a signature over text covers: CRLF between lines. */
function canonicalForm(signedText: string): Uint8Array {
  return new TextEncoder().encode(signedText.replaceAll("\n", "\r\n"));
}

/** The text is right; may this key say so, and does it still? */
async function checkTimesAndKey(
  { createdMs, expiresMs }: SignatureOfText,
  signer: Signer,
  nowMs: number,
): Promise<SignedBy | Refusal> {
  const now = new Date(nowMs);
  const key = `Key ${signer.fingerprint}`;
  if (createdMs > nowMs + CLOCK_TOLERANCE_MS) return bad(`The signature is dated ${isoDate(createdMs)}, in the future`);
  if (expiresMs <= nowMs) {
    return { code: "signature-expired", message: `The signature expired on ${isoDate(expiresMs)}` };
  }
  if (await signer.isRevoked(now)) return { code: "key-revoked", message: `${key} is revoked` };
  const fault = await whyMayNotSign(signer);
  if (fault !== undefined) return { code: "untrusted", message: `${key} must not sign: ${fault}` };
  const keyExpiresMs = await signer.expiresMs(now);
  if (createdMs >= keyExpiresMs) {
    return { code: "key-expired", message: `${key} had expired on ${isoDate(keyExpiresMs)}, before it signed` };
  }
  return {
    primaryFingerprint: signer.primaryFingerprint,
    signerFingerprint: signer.fingerprint,
    signatureMs: createdMs,
    keyHasExpired: keyExpiresMs <= nowMs,
  };
}

async function whyMayNotSign(signer: Signer): Promise<string | undefined> {
  try {
    await signer.checkMaySign();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isoDate(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : "an unknown date";
}

function bad(message: string): Refusal {
  return { code: "bad-signature", message };
}

function weak(message: string): Refusal {
  return { code: "weak-signature-digest", message };
}
