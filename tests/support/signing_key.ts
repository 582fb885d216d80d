import * as openpgp from "openpgp";

/** A key made for one test: a primary key that certifies, and a subkey that signs. */
export interface SigningKey {
  readonly privateKey: openpgp.PrivateKey;
  /** Armored, as in a key file. */
  publicText(): string;
  /** Signs `text` as a cleartext message, with other keys as well when they are given. */
  clearsign(text: string, options?: { readonly date?: Date; readonly with?: readonly SigningKey[] }): Promise<string>;
}

/** What {@linkcode signingKey} makes. */
export interface SigningKeyOptions {
  /** When the key says it was made; a year ago when absent. */
  readonly date?: Date;
  /** Lifetime of the primary key in seconds; for ever when absent. */
  readonly expiresAfter?: number;
  /** Lifetime of the subkey in seconds. */
  readonly subkeyExpiresAfter?: number;
  /** Makes RSA keys of this size; Ed25519 ones when absent. */
  readonly rsaBits?: number;
  /** Makes a subkey for encryption instead. */
  readonly cannotSign?: boolean;
}

/** Makes a new key. */
export async function signingKey(options: SigningKeyOptions = {}): Promise<SigningKey> {
  const { date = new Date(Date.now() - 365 * 86_400_000), expiresAfter = 0, subkeyExpiresAfter = 0, rsaBits } = options;
  const { privateKey } = await openpgp.generateKey({
    userIDs: [{ name: "Test Tree", email: "tree@example.org" }],
    ...(rsaBits === undefined ? { type: "ecc", curve: "ed25519Legacy" } : { type: "rsa", rsaBits }),
    subkeys: [{ sign: options.cannotSign !== true, keyExpirationTime: subkeyExpiresAfter }],
    keyExpirationTime: expiresAfter,
    date,
    format: "object",
    config: { minRSABits: 1023 },
  });
  return fromPrivateKey(privateKey);
}

function fromPrivateKey(privateKey: openpgp.PrivateKey): SigningKey {
  return {
    privateKey,
    publicText: () => privateKey.toPublic().armor(),
    async clearsign(text, { date = new Date(), with: others = [] } = {}) {
      const message = await openpgp.createCleartextMessage({ text });
      const signingKeys = [privateKey, ...others.map((key) => key.privateKey)];
      // The library ends the lines of the text with CRLF; gpg, and so the official tree, with LF.
      return (await openpgp.sign({ message, signingKeys, date })).replaceAll("\r\n", "\n");
    },
  };
}
