import type { Key, SignaturePacket, Subkey } from "openpgp";
import { mergeKey } from "./merge_key.ts";

/** OpenPGP as far as Manifests need it. This file and `merge_key.ts` are the ones that know the library. */
export interface OpenPgp {
  /**
   * Reads public keys, armored (any number of blocks) or binary.
   *
   * @throws an `Error` of the library's when the bytes are no keys, or a key has no valid user id.
   */
  readKeys(bytes: Uint8Array): Promise<readonly PublicKey[]>;
  /**
   * As `readKeys`, for copies of keys that are known already: they need not say whose they are.
   *
   * @throws an `Error` of the library's when the bytes are no keys.
   */
  readCopies(bytes: Uint8Array): Promise<readonly PublicKey[]>;
  /** The key with what copies of it tell besides; copies of other keys tell nothing. */
  merge(key: PublicKey, copies: readonly PublicKey[]): Promise<PublicKey>;
  /** The keys in binary form, as `readKeys` takes them. */
  writeKeys(keys: readonly PublicKey[]): Uint8Array<ArrayBuffer>;
  /** The mail addresses of a key's valid user ids. */
  addressesOf(key: PublicKey): Promise<readonly string[]>;
  /** @throws an `Error` of the library's when the bytes are no signatures. */
  readSignatures(packets: Uint8Array): Promise<readonly SignatureOfText[]>;
}

/** A primary key with its subkeys. */
export interface PublicKey {
  /** In upper-case hex. */
  readonly fingerprint: string;
  /** The library's own object. */
  readonly key: Key;
}

/** One signature of a block. */
export interface SignatureOfText {
  /** The digest, as in a `Hash:` header. */
  readonly hashName: string;
  /** Whether it is the kind of signature that a cleartext message carries. */
  readonly isOverText: boolean;
  readonly createdMs: number;
  /** `Infinity`: never. */
  readonly expiresMs: number;
  /** In upper-case hex. */
  readonly issuerKeyId: string;
  /** Those of `keys`, or of their subkeys, that may have made it. */
  signers(keys: readonly PublicKey[]): readonly Signer[];
}

/** A key or subkey for one signature. */
export interface Signer {
  readonly fingerprint: string;
  readonly primaryFingerprint: string;
  /** Whether it made the signature over `text`; times and the state of the key are not looked at. */
  hasSigned(text: Uint8Array): Promise<boolean>;
  /** Whether it or its primary key is revoked, even if only after the signature was made. */
  isRevoked(now: Date): Promise<boolean>;
  /** When it or its primary key expires, whichever is first; `Infinity`: never. */
  expiresMs(now: Date): Promise<number>;
  /**
   * Resolves when it may sign, times aside: it and its primary key belong together, are meant for this and not weak.
   *
   * @throws an `Error` of the library's that says why not.
   */
  checkMaySign(): Promise<void>;
}

type Library = typeof import("openpgp");

/** Loads the library, which takes a moment: for those who verify only. */
export async function loadOpenPgp(): Promise<OpenPgp> {
  const library = await import("openpgp");
  return {
    async readKeys(bytes) {
      const keys = await readKeys(library, bytes);
      for (const key of keys) await key.getPrimaryUser();
      return keys.map(publicKey);
    },
    readCopies: async (bytes) => (await readKeys(library, bytes)).map(publicKey),
    async merge({ key }, copies) {
      const merged = await library.readKey({ binaryKey: key.write() });
      for (const copy of copies) await mergeKey(library, merged, copy.key);
      return publicKey(merged);
    },
    writeKeys: (keys) => new Uint8Array(keys.flatMap(({ key }) => [...key.write()])),
    addressesOf: ({ key }) => addressesOf(key),
    async readSignatures(packets) {
      const signature = await library.readSignature({ binarySignature: packets });
      return Array.from(signature.packets, (packet) => signatureOfText(library, packet));
    },
  };
}

function publicKey(key: Key): PublicKey {
  return { fingerprint: key.getFingerprint().toUpperCase(), key };
}

async function addressesOf(key: Key): Promise<readonly string[]> {
  const valid = new Set((await key.verifyAllUsers()).filter((user) => user.valid).map(({ userID }) => userID));
  const addresses = key.users.map(({ userID }) => userID && valid.has(userID.userID) ? userID.email : "");
  return [...new Set(addresses)].filter((address) => address !== "");
}

async function readKeys(library: Library, bytes: Uint8Array): Promise<Key[]> {
  const text = new TextDecoder("latin1").decode(bytes);
  if (!text.includes("-----BEGIN PGP PUBLIC KEY BLOCK-----")) return await library.readKeys({ binaryKeys: bytes });
  const blocks = text.match(/-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g) ?? [];
  const keys: Key[] = [];
  for (const block of blocks) keys.push(...await library.readKeys({ armoredKeys: block }));
  return keys;
}

function signatureOfText(library: Library, packet: SignaturePacket): SignatureOfText {
  const { hash, signature } = library.enums;
  return {
    hashName: packet.hashAlgorithm === null ? "" : library.enums.read(hash, packet.hashAlgorithm).toUpperCase(),
    isOverText: packet.signatureType === signature.text,
    createdMs: packet.created?.getTime() ?? 0,
    expiresMs: Number(packet.getExpirationTime()),
    issuerKeyId: packet.issuerKeyID.toHex().toUpperCase(),
    signers: (keys) =>
      keys.flatMap(({ key }) => key.getKeys(packet.issuerKeyID).map((part: Key | Subkey) => signer(packet, key, part)))
        .filter(({ fingerprint }) => matches(packet, fingerprint)),
  };
}

/** Two keys may share a key id; a signature that names its maker's fingerprint tells them apart. */
function matches(packet: SignaturePacket, fingerprint: string): boolean {
  return packet.issuerFingerprint === null || packet.issuerFingerprint.toHex().toUpperCase() === fingerprint;
}

function signer(packet: SignaturePacket, primary: Key, part: Key | Subkey): Signer {
  const subkey = "mainKey" in part ? part : undefined;
  return {
    fingerprint: part.getFingerprint().toUpperCase(),
    primaryFingerprint: primary.getFingerprint().toUpperCase(),
    hasSigned: (text) => hasSigned(packet, part, text),
    isRevoked: async (now) => await primary.isRevoked(undefined, undefined, now) || await isRevoked(subkey, now),
    async expiresMs(now) {
      // Neither has a valid time when the signature that would state it is not valid.
      const times = [await primary.getExpirationTime(), await subkey?.getExpirationTime(now) ?? Infinity];
      return Math.min(...times.map(Number));
    },
    async checkMaySign() {
      await primary.getSigningKey(part.getKeyID(), null);
    },
  };
}

async function isRevoked(subkey: Subkey | undefined, now: Date): Promise<boolean> {
  for (const binding of subkey?.bindingSignatures ?? []) {
    if (await subkey?.isRevoked(binding, subkey.mainKey.keyPacket, now)) return true;
  }
  return false;
}

async function hasSigned(packet: SignaturePacket, part: Key | Subkey, text: Uint8Array): Promise<boolean> {
  const message = { getBytes: () => text };
  try {
    // The moment of its making, so that expiry is left to the caller.
    await packet.verify(part.keyPacket, 1, message, packet.created ?? new Date(0));
    return true;
  } catch {
    return false;
  }
}
