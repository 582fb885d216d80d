import * as openpgp from "openpgp";
import type { SigningKey } from "./signing_key.ts";

/** What a signature says about itself, whether or not a sane program would make it. */
export interface RawSignatureOptions {
  readonly date?: Date;
  readonly hash?: openpgp.enums.hash;
  readonly type?: openpgp.enums.signature;
  /** Seconds that the signature is valid for. */
  readonly expiresAfter?: number;
}

const HASH_NAMES: Readonly<Record<number, string>> = {
  2: "SHA1",
  8: "SHA256",
  9: "SHA384",
  10: "SHA512",
  11: "SHA224",
};

/** Signs `text` as a cleartext message with the subkey of `key`, asking nothing: expired keys sign, weak digests do. */
export async function rawClearsign(
  key: SigningKey,
  text: string,
  { date = new Date(), hash = 10, type = 1, expiresAfter }: RawSignatureOptions,
): Promise<string> {
  const signer = key.privateKey.subkeys[0]?.keyPacket;
  if (!(signer instanceof openpgp.SecretSubkeyPacket)) throw new Error("The key has no subkey that signs");
  const lines = text.trimEnd();
  const packet = Object.assign(new openpgp.SignaturePacket(), {
    signatureType: type,
    hashAlgorithm: hash,
    publicKeyAlgorithm: signer.algorithm,
    ...(expiresAfter !== undefined && { signatureExpirationTime: expiresAfter, signatureNeverExpires: false }),
  });
  const bytes = new TextEncoder().encode(lines.replaceAll("\n", "\r\n"));
  // The declared types hide what the library reads the text through, and that it wants a configuration.
  const config = { ...openpgp.config, nonDeterministicSignaturesViaNotation: false };
  const data = { text: null, getBytes: () => bytes };
  await Reflect.apply(packet.sign, packet, [signer, data, date, false, config]);
  const list = new openpgp.PacketList<openpgp.SignaturePacket>();
  list.push(packet);
  const armor = new openpgp.Signature(list).armor().replaceAll("\r\n", "\n");
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: ${HASH_NAMES[hash]}\n\n${lines}\n${armor}`;
}
