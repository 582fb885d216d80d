import { assert, assertEquals } from "@std/assert";
import * as openpgp from "openpgp";
import { type Keyring } from "../../../lib/manifest/signature.ts";
import { updatedKeyring } from "../../../lib/manifest/keyring.ts";
import { loadOpenPgp } from "../../../lib/manifest/openpgp.ts";
import { type SigningKey, signingKey } from "../../support/signing_key.ts";

async function keyringOf(...texts: string[]): Promise<Keyring> {
  const openPgp = await loadOpenPgp();
  return { openPgp, keys: await openPgp.readKeys(bytesOf(texts.join(""))) };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What is left of `key` in a keyring after it was updated by `copy`. */
async function updated(key: SigningKey, copy: openpgp.Key): Promise<openpgp.Key> {
  const { keys } = await updatedKeyring(await keyringOf(key.publicText()), bytesOf(copy.armor()));
  assertEquals(keys.length, 1);
  return keys[0]?.key ?? copy;
}

/** A new key of the same owner, with another subkey besides. */
async function withNewSubkey({ privateKey }: SigningKey): Promise<openpgp.PublicKey> {
  return (await privateKey.addSubkey({ sign: true, type: "ecc", curve: "ed25519Legacy" })).toPublic();
}

Deno.test("a copy of a key adds a revocation, a subkey and a user id", async () => {
  const key = await signingKey();
  const revoked = await openpgp.revokeKey({ key: key.privateKey, format: "object" });
  assertEquals(await (await updated(key, revoked.publicKey)).isRevoked(), true);
  assertEquals((await updated(key, await withNewSubkey(key))).subkeys.length, 2);
  const renamed = await openpgp.reformatKey({
    privateKey: key.privateKey,
    userIDs: [{ name: "New Name", email: "new@example.org" }],
    format: "object",
  });
  assertEquals((await updated(key, renamed.publicKey)).getUserIDs(), [
    "Test Tree <tree@example.org>",
    "New Name <new@example.org>",
  ]);
});

Deno.test("a newer signature of a key over itself takes its time of expiry along", async () => {
  const key = await signingKey({ expiresAfter: 400 * 86_400 });
  const longer = await openpgp.reformatKey({
    privateKey: key.privateKey,
    userIDs: [{ name: "Test Tree", email: "tree@example.org" }],
    keyExpirationTime: 800 * 86_400,
    format: "object",
  });
  const before = Number(await (await keyringOf(key.publicText())).keys[0]?.key.getExpirationTime());
  assert(Number(await (await updated(key, longer.publicKey)).getExpirationTime()) > before);
});

Deno.test("what another key has signed, and a copy of another key, add nothing", async () => {
  const [key, other] = [await signingKey(), await signingKey()];
  const before = (await keyringOf(key.publicText())).keys[0]?.key.write();
  assertEquals((await updated(key, other.privateKey.toPublic())).write(), before);

  const stolen = key.privateKey.toPublic();
  const foreign = (await openpgp.revokeKey({ key: other.privateKey, format: "object" })).publicKey;
  stolen.revocationSignatures.push(...foreign.revocationSignatures);
  const [binding] = other.privateKey.subkeys[0]?.bindingSignatures ?? [];
  if (binding !== undefined) stolen.subkeys[0]?.bindingSignatures.push(binding);
  assertEquals((await updated(key, stolen)).write(), before);
});

Deno.test("the same copy twice adds nothing the second time", async () => {
  const key = await signingKey();
  const { publicKey } = await openpgp.revokeKey({ key: key.privateKey, format: "object" });
  const { openPgp, ...ring } = await updatedKeyring(await keyringOf(key.publicText()), bytesOf(publicKey.armor()));
  const again = await updatedKeyring({ openPgp, ...ring }, bytesOf(publicKey.armor()));
  assertEquals(openPgp.writeKeys(again.keys), openPgp.writeKeys(ring.keys));
});
