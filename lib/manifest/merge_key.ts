import type { enums, Key, SignaturePacket, Subkey, User } from "openpgp";

type Library = typeof import("openpgp");

/**
 * Adds to `key` what `copy` tells of the same key besides: revocations, user ids, subkeys, and newer signatures of its
 * own over them, which carry the times of expiry. Only what the key itself has signed comes in. A copy of another key
 * is passed over.
 *
 * The library's own `update` replaces the signature of a subkey by a newer one that it does not check, so that whoever
 * serves keys could make one useless.
 */
export async function mergeKey(library: Library, key: Key, copy: Key): Promise<void> {
  if (key.getFingerprint() !== copy.getFingerprint()) return;
  const { signature } = library.enums;
  const adder = signatureAdder(key);
  await adder(key.revocationSignatures, copy.revocationSignatures, signature.keyRevocation, { key: key.keyPacket });
  for (const user of copy.users) await mergeUser(library, { key, user, adder });
  for (const subkey of copy.subkeys) await mergeSubkey(library, { key, subkey, adder });
}

type Add = (
  to: SignaturePacket[],
  from: readonly SignaturePacket[],
  type: enums.signature,
  signed: object,
) => Promise<void>;

/** Adds the signatures that are not there yet and that the primary key has made; their times are for the verifier. */
function signatureAdder({ keyPacket }: Key): Add {
  return async (to, from, type, signed) => {
    const known = new Set(to.map(textOf));
    for (const packet of from) {
      if (known.has(textOf(packet)) || !await isMadeBy(keyPacket, packet, { type, signed })) continue;
      known.add(textOf(packet));
      to.push(packet);
    }
  };
}

function textOf(packet: SignaturePacket): string {
  return packet.write().toString();
}

async function isMadeBy(
  key: Key["keyPacket"],
  packet: SignaturePacket,
  { type, signed }: { readonly type: enums.signature; readonly signed: object },
): Promise<boolean> {
  try {
    await packet.verify(key, type, signed, packet.created ?? new Date(0));
    return true;
  } catch {
    // Whatever the library finds wrong with it, it is no signature of the key's.
    return false;
  }
}

async function mergeUser(
  { enums }: Library,
  { key, user, adder }: { readonly key: Key; readonly user: User; readonly adder: Add },
): Promise<void> {
  const { userID } = user;
  // A picture says nothing about a key.
  if (userID === null) return;
  const signed = { userID, key: key.keyPacket };
  const known = key.users.find((other) => other.userID?.userID === userID.userID);
  const target = known ?? emptied(user);
  await adder(target.selfCertifications, user.selfCertifications, enums.signature.certGeneric, signed);
  await adder(target.revocationSignatures, user.revocationSignatures, enums.signature.certRevocation, signed);
  if (known === undefined && target.selfCertifications.length > 0) key.users.push(target);
}

async function mergeSubkey(
  { enums }: Library,
  { key, subkey, adder }: { readonly key: Key; readonly subkey: Subkey; readonly adder: Add },
): Promise<void> {
  const signed = { key: key.keyPacket, bind: subkey.keyPacket };
  const known = key.subkeys.find((other) => other.getFingerprint() === subkey.getFingerprint());
  const bindings = known?.bindingSignatures ?? [];
  const revocations = known?.revocationSignatures ?? [];
  await adder(bindings, subkey.bindingSignatures, enums.signature.subkeyBinding, signed);
  await adder(revocations, subkey.revocationSignatures, enums.signature.subkeyRevocation, signed);
  if (known !== undefined || bindings.length === 0) return;
  key.subkeys.push(Object.assign(subkey, { bindingSignatures: bindings, revocationSignatures: revocations }));
}

/** A user id of a copy without what others, or nobody, have signed. */
function emptied(user: User): User {
  return Object.assign(user.clone(), { selfCertifications: [], otherCertifications: [], revocationSignatures: [] });
}
