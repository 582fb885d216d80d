import { dirname } from "@std/path";
import type { Files } from "../../host/files.ts";
import { parseManifest } from "../../manifest/parse.ts";
import { TOP_MANIFEST } from "../../manifest/top_manifest.ts";
import { TIMESTAMP_PATH } from "../../rsync/timestamp.ts";
import { readJournal } from "../../store/journal.ts";
import { storeLayout } from "../../store/layout.ts";
import { latestSnapshot } from "../../store/snapshots.ts";
import type { SyncJob } from "../sync_job.ts";

/** Manifests asked for before it is known whether they changed, at most. */
const MOST_GUESSES = 64;

/** Bytes of them together, as they are now. */
const MOST_GUESSED_BYTES = 256 * 1024;

/** The usual names; it is a guess. */
const MANIFEST = /(^|\/)Manifest[^/]*$/;

/** What the official mirrors write beside their tree each time; no Manifest covers it. */
const STAMPS = [TIMESTAMP_PATH, "metadata/timestamp", "metadata/timestamp.commit", "metadata/timestamp.x"] as const;

/** Names of the kind, wherever one is published. */
const STAMP = /^timestamp(\.[A-Za-z0-9_-]+)?$/;

/** Where every change of a package shows, besides the package itself. */
const RESTLESS = ["metadata", "metadata/md5-cache"] as const;

/**
 * Manifests that have most likely changed when anything has: those that the published top-level Manifest names, those
 * of the metadata, and those that changed with both of the last two syncs. To have them in the first round saves the
 * rounds that would ask for them.
 */
export function guessedManifests(
  { system: { files }, repository: { storage } }: SyncJob,
  published: string,
  topText: string,
): string[] {
  const named = parseManifest(topText, TOP_MANIFEST).entries.flatMap((entry) =>
    entry.kind === "file" && entry.tag === "MANIFEST" ? entry.path : []
  );
  const restless = storage.kind === "hardlink_rcu" ? changedTwice(files, storage.storeDir) : [];
  // A top-level Manifest that names many tells at once which of them changed.
  const inMetadata = RESTLESS.flatMap((dir) => manifestsIn(files, published, dir));
  const guesses = new Set([...(named.length <= MOST_GUESSES ? named : []), ...inMetadata, ...restless]);
  const sizes = [...guesses].flatMap((path) => {
    const stat = files.lstat(`${published}/${path}`);
    return stat?.type === "file" ? { path, size: stat.size } : [];
  }).sort((a, b) => a.size - b.size);
  let bytes = 0;
  return sizes.slice(0, MOST_GUESSES).filter(({ size }) => (bytes += size) <= MOST_GUESSED_BYTES).map(({ path }) =>
    path
  );
}

function changedTwice(files: Files, storeDir: string): string[] {
  const layout = storeLayout(storeDir);
  const latest = latestSnapshot(files, layout);
  const last = latest && readJournal(files, layout, latest.id);
  const earlier = last?.base === undefined || last.base === null ? undefined : readJournal(files, layout, last.base);
  const before = new Set(earlier?.changes?.map(([, path]) => path));
  return (last?.changes ?? []).flatMap(([kind, path]) =>
    kind === "*" && before.has(path) && MANIFEST.test(path) && path !== TOP_MANIFEST ? path : []
  );
}

function manifestsIn(files: Files, published: string, dir: string): string[] {
  if (files.lstat(`${published}/${dir}`)?.type !== "directory") return [];
  return files.readDir(`${published}/${dir}`).map(({ name }) => `${dir}/${name}`).filter((path) => MANIFEST.test(path));
}

/** The mirror's timestamps: the usual ones, and what is published in `metadata` and the directories there. */
export function stampPaths(files: Files, published: string): string[] {
  const found = stampsIn(files, published, dirname(TIMESTAMP_PATH));
  return [...new Set([...STAMPS, ...found])];
}

function stampsIn(files: Files, published: string, dir: string): string[] {
  if (files.lstat(`${published}/${dir}`)?.type !== "directory") return [];
  return files.readDir(`${published}/${dir}`).flatMap(({ name, isDirectory, isFile }) => {
    if (isFile && STAMP.test(name)) return `${dir}/${name}`;
    return isDirectory && !dir.includes("/") ? stampsIn(files, published, `${dir}/${name}`) : [];
  });
}
