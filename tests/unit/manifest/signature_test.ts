import { assertEquals } from "@std/assert";
import * as openpgp from "openpgp";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { verifyTopManifest } from "../../../lib/manifest/verify_repository.ts";
import { rawClearsign, type RawSignatureOptions } from "../../support/raw_signature.ts";
import { type SignedTree, signedTree } from "../../support/signed_tree.ts";
import { type SigningKey, signingKey } from "../../support/signing_key.ts";
import { tempDir } from "../../support/temp_dir.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** The code of the verdict on a tree that `key` signs by `sign`, while the key file holds `keyFile`. */
async function verdictOf(
  { key, keyFile, sign, maxAgeDays = 0, tamper }: {
    key?: SigningKey;
    keyFile?: string | Uint8Array;
    sign?: (text: string, key: SigningKey) => Promise<string>;
    maxAgeDays?: number;
    tamper?: (tree: SignedTree) => void;
  },
): Promise<string> {
  using temp = tempDir();
  const signer = key ?? await signingKey();
  const options = { key: signer, ...(sign !== undefined && { sign: (text: string) => sign(text, signer) }) };
  const tree = await signedTree(`${temp.path}/tree`, options);
  if (typeof keyFile === "string") Deno.writeTextFileSync(tree.keyPath, keyFile);
  else if (keyFile !== undefined) Deno.writeFileSync(tree.keyPath, keyFile);
  tamper?.(tree);
  const verdict = await verifyTopManifest(thisMachine(), { tree: tree.dir, keyPath: tree.keyPath, maxAgeDays });
  return verdict.ok ? "ok" : verdict.problems.map(({ code }) => code).join();
}

const raw = (options: RawSignatureOptions) => (text: string, key: SigningKey) => rawClearsign(key, text, options);

Deno.test("T110 the key of another is unknown", async () => {
  assertEquals(await verdictOf({ keyFile: (await signingKey()).publicText() }), "no-public-key");
});

Deno.test("T111 any key of the key file may sign, however the file is made", async () => {
  const [first, second] = [await signingKey(), await signingKey()];
  const blocks = first.publicText() + second.publicText();
  assertEquals(await verdictOf({ key: second, keyFile: blocks }), "ok");
  const keys = [first, second].map((key) => key.privateKey.toPublic().write());
  assertEquals(await verdictOf({ key: second, keyFile: new Uint8Array(keys.flatMap((key) => [...key])) }), "ok");
});

Deno.test("The verdict names the primary key, the subkey and the time", async () => {
  using temp = tempDir();
  const tree = await signedTree(`${temp.path}/tree`);
  const verdict = await verifyTopManifest(thisMachine(), { tree: tree.dir, keyPath: tree.keyPath });
  const { privateKey } = tree.key;
  const signer = verdict.ok ? verdict.signedBy[0] : undefined;
  assertEquals(signer?.primaryFingerprint, privateKey.getFingerprint().toUpperCase());
  assertEquals(signer?.signerFingerprint, privateKey.subkeys[0]?.getFingerprint().toUpperCase());
  assertEquals(signer?.keyHasExpired, false);
});

Deno.test("T130 a signed message that is no cleartext is unsigned", async () => {
  const sign = async (text: string, { privateKey }: SigningKey) =>
    await openpgp.sign({ message: await openpgp.createMessage({ text }), signingKeys: privateKey });
  assertEquals(await verdictOf({ sign }), "unsigned");
});

Deno.test("T131 every one of several signatures must be good", async () => {
  const [first, second] = [await signingKey(), await signingKey()];
  const sign = (text: string) => first.clearsign(text, { with: [second] });
  assertEquals(await verdictOf({ sign, keyFile: first.publicText() + second.publicText() }), "ok");
  assertEquals(await verdictOf({ sign, keyFile: first.publicText() }), "no-public-key");
});

Deno.test("T132 weak digests are refused", async () => {
  const key = await signingKey({ rsaBits: 2048 });
  const { md5, sha1, sha224, sha256 } = openpgp.enums.hash;
  assertEquals(await verdictOf({ key, sign: raw({ hash: md5 }) }), "weak-signature-digest");
  assertEquals(await verdictOf({ key, sign: raw({ hash: sha1 }) }), "weak-signature-digest");
  assertEquals(await verdictOf({ key, sign: raw({ hash: sha224 }) }), "weak-signature-digest");
  assertEquals(await verdictOf({ key, sign: raw({ hash: sha256 }) }), "ok");
});

Deno.test("A signature of another kind is refused", async () => {
  assertEquals(await verdictOf({ sign: raw({ type: openpgp.enums.signature.standalone }) }), "bad-signature");
});

Deno.test("T133 an expired signature is refused", async () => {
  assertEquals(await verdictOf({ sign: raw({ date: daysAgo(2), expiresAfter: 86_400 }) }), "signature-expired");
  assertEquals(await verdictOf({ sign: raw({ date: daysAgo(2), expiresAfter: 3 * 86_400 }) }), "ok");
});

Deno.test("T134 an expired key counts for what it signed before, as long as that is not too old", async () => {
  const expired = { expiresAfter: 200 * 86_400 };
  const older = raw({ date: daysAgo(300) });
  assertEquals(await verdictOf({ key: await signingKey(expired), sign: older }), "ok");
  assertEquals(await verdictOf({ key: await signingKey(expired), sign: older, maxAgeDays: 3 }), "ok");
  assertEquals(await verdictOf({ key: await signingKey(expired), sign: raw({ date: daysAgo(1) }) }), "key-expired");
});

Deno.test("T135 an expired subkey is no different", async () => {
  const expired = { subkeyExpiresAfter: 200 * 86_400 };
  assertEquals(await verdictOf({ key: await signingKey(expired), sign: raw({ date: daysAgo(300) }) }), "ok");
  assertEquals(await verdictOf({ key: await signingKey(expired), sign: raw({ date: daysAgo(1) }) }), "key-expired");
});

Deno.test("T136 a revoked key is refused, also for what it signed before", async () => {
  for (const flag of [openpgp.enums.reasonForRevocation.keyCompromised, openpgp.enums.reasonForRevocation.keyRetired]) {
    const key = await signingKey();
    const revoked = await openpgp.revokeKey({ key: key.privateKey, reasonForRevocation: { flag }, format: "object" });
    const sign = raw({ date: daysAgo(10) });
    assertEquals(await verdictOf({ key, sign, keyFile: revoked.publicKey.armor() }), "key-revoked");
  }
});

Deno.test("T136 a revoked subkey is refused", async () => {
  const key = await signingKey();
  const { privateKey } = key;
  const [subkey] = privateKey.subkeys;
  const primary = privateKey.keyPacket;
  if (subkey === undefined || !(primary instanceof openpgp.SecretKeyPacket)) throw new Error("The key has no subkey");
  const flag = openpgp.enums.reasonForRevocation.keySuperseded;
  privateKey.subkeys = [await subkey.revoke(primary, { flag }, daysAgo(1))];
  assertEquals(await verdictOf({ key, sign: raw({ date: daysAgo(10) }) }), "key-revoked");
});

Deno.test("A subkey that is not meant to sign must not", async () => {
  assertEquals(
    await verdictOf({ key: await signingKey({ rsaBits: 2048, cannotSign: true }), sign: raw({}) }),
    "untrusted",
  );
});

Deno.test("T137 Ed25519 and RSA keys are fine", async () => {
  assertEquals(await verdictOf({}), "ok");
  assertEquals(await verdictOf({ key: await signingKey({ rsaBits: 2048 }) }), "ok");
});

Deno.test("A key that is too short is refused", async () => {
  assertEquals(await verdictOf({ key: await signingKey({ rsaBits: 1024 }), sign: raw({}) }), "untrusted");
});

Deno.test("T138 a signature of the future is refused", async () => {
  assertEquals(await verdictOf({ sign: raw({ date: daysAgo(-30) }) }), "bad-signature");
  assertEquals(await verdictOf({ sign: raw({ date: daysAgo(-0.5) }) }), "ok");
});

Deno.test("T139 without usable keys nothing is good", async () => {
  assertEquals(await verdictOf({ keyFile: "" }), "keyring");
  assertEquals(await verdictOf({ keyFile: "garbage\n" }), "keyring");
  assertEquals(await verdictOf({ keyFile: new Uint8Array([0x99, 1, 2, 3]) }), "keyring");
  assertEquals(await verdictOf({ tamper: ({ keyPath }) => Deno.removeSync(keyPath) }), "keyring");
});
