import { type SigningKey, signingKey } from "./signing_key.ts";

/** Signs generated trees. */
export interface TreeSigner {
  /** The file of public keys. */
  readonly keyPath: string;
  /** Signs the top-level Manifest of a tree, in place of the signature that it has, if any. */
  sign(tree: string): Promise<void>;
}

/** Makes a key, and the file `keyPath` for who verifies. */
export async function treeSigner(keyPath: string): Promise<TreeSigner> {
  const key = await signingKey();
  Deno.writeTextFileSync(keyPath, key.publicText());
  return { keyPath, sign: (tree) => signTree(tree, key) };
}

async function signTree(tree: string, key: SigningKey): Promise<void> {
  const path = `${tree}/Manifest`;
  const text = Deno.readTextFileSync(path);
  const signed = /\n\n([^]*?)\n-----BEGIN PGP SIGNATURE/.exec(text)?.[1] ?? text;
  Deno.writeTextFileSync(path, await key.clearsign(signed.trimEnd()));
}
