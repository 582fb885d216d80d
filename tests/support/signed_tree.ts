import { dirname } from "@std/path";
import { type ManifestEdit, writeOfficialManifests } from "./official_manifests.ts";
import { type SigningKey, signingKey } from "./signing_key.ts";

/** A repository with full Manifests in the layout of the official one, signed. */
export interface SignedTree {
  readonly dir: string;
  /** The file of public keys to verify it with; beside the tree. */
  readonly keyPath: string;
  readonly key: SigningKey;
  /** Makes all Manifests anew for what is in the tree now, and signs; with another TIMESTAMP if one is given. */
  resign(timestamp?: string): Promise<void>;
}

/** What {@linkcode signedTree} makes. */
export interface SignedTreeOptions {
  /** Contents by path; {@linkcode GLEP74_FIXTURE} when absent. */
  readonly files?: Readonly<Record<string, string>>;
  /** Changes to Manifests, by path, before those above them are made and signed. */
  readonly edits?: Readonly<Record<string, ManifestEdit>>;
  /** As in a Manifest: `2026-01-02T03:04:05Z`; now when absent. */
  readonly timestamp?: string;
  /** A new one when absent. */
  readonly key?: SigningKey;
  /** Signs instead of the key, which is still the one in the key file. */
  readonly sign?: (text: string) => Promise<string>;
}

/**
 * Writes a signed tree into the folder `dir`, which is created where it is missing, and its key file beside it.
 * The caller removes both: put them into one temporary directory.
 */
export async function signedTree(dir: string, options: SignedTreeOptions = {}): Promise<SignedTree> {
  const key = options.key ?? await signingKey();
  const keyPath = `${dir}.asc`;
  Deno.mkdirSync(dir, { recursive: true });
  for (const [path, text] of Object.entries(options.files ?? GLEP74_FIXTURE)) {
    Deno.mkdirSync(dirname(`${dir}/${path}`), { recursive: true });
    Deno.writeTextFileSync(`${dir}/${path}`, text);
  }
  Deno.writeTextFileSync(keyPath, key.publicText());
  const { edits = {}, sign = (text) => key.clearsign(text), timestamp = timestampOf(new Date()) } = options;
  const resign = (time = timestamp) => writeOfficialManifests(dir, { edits, sign, timestamp: time });
  await resign();
  return { dir, keyPath, key, resign };
}

/** A time as a TIMESTAMP value. */
export function timestampOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** A small tree with one of everything. */
export const GLEP74_FIXTURE: Readonly<Record<string, string>> = {
  "app-foo/metadata.xml": "<cat/>\n",
  "app-foo/bar/bar-1.0.ebuild": 'EAPI=8\nDESCRIPTION="one"\n',
  "app-foo/bar/bar-2.0.ebuild": 'EAPI=8\nDESCRIPTION="two"\n',
  "app-foo/bar/metadata.xml": "<pkg/>\n",
  "app-foo/bar/files/fix.patch": "--- a\n+++ b\n",
  "app-foo/bar/files/sub/deep.patch": "deep\n",
  "eclass/foo.eclass": "# eclass\n",
  "eclass/tests/t.sh": "#!/bin/sh\n",
  "licenses/GPL-2": "gpl\n",
  "metadata/layout.conf": "masters =\n",
  "metadata/timestamp": "any\n",
  "metadata/timestamp.chk": "any\n",
  "metadata/timestamp.x": "any\n",
  "metadata/timestamp.commit": "any\n",
  "metadata/md5-cache/app-foo/bar-1.0": "EAPI=8\n_md5_=1\n",
  "metadata/md5-cache/app-foo/bar-2.0": "EAPI=8\n_md5_=2\n",
  "metadata/news/2026-01-01-x/2026-01-01-x.en.txt": "Title: x\n",
  "metadata/news/timestamp.chk": "any\n",
  "profiles/repo_name": "foo\n",
  "profiles/categories": "app-foo\n",
  "profiles/empty": "",
  "header.txt": "# hdr\n",
};
