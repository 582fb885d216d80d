import { gzipSync } from "node:zlib";
import { manifestEntry } from "./manifest_entry.ts";

/** What a test does to one Manifest before those above it are made. */
export interface ManifestEdit {
  /** Changes its lines. */
  text?(text: string): string | Uint8Array;
  /** Changes the bytes as stored. */
  bytes?(stored: Uint8Array): Uint8Array;
  /** Stores it under another name, in the same folder. */
  readonly storedAs?: string;
}

/** How {@linkcode writeOfficialManifests} works. */
export interface OfficialManifests {
  readonly timestamp: string;
  /** By the Manifest's usual path. */
  readonly edits: Readonly<Record<string, ManifestEdit>>;
  /** Signs the top-level Manifest and metadata/news/Manifest. */
  sign(text: string): Promise<string>;
}

const WHOLE = ["eclass", "licenses", "profiles"];
const IGNORED_IN_METADATA = ["timestamp", "timestamp.chk", "timestamp.commit", "timestamp.x"];

/**
 * Writes all Manifests of the tree at `root` in the layout of the official Gentoo tree, over those that are there,
 * from the bottom up.
 */
export async function writeOfficialManifests(root: string, options: OfficialManifests): Promise<void> {
  const write = (path: string, lines: readonly string[]) => store(root, path, { lines, edit: options.edits[path] });
  const folders = foldersIn(root, "");
  const named: string[] = [];
  for (const folder of folders) {
    if (folder === "metadata") named.push(await writeMetadata(root, options, write));
    else if (WHOLE.includes(folder)) named.push(write(`${folder}/Manifest.gz`, dataLines(root, folder)));
    else named.push(writeCategory(root, folder, write));
  }
  const files = write("Manifest.files.gz", [
    ...["distfiles", "local", "lost+found", "packages"].map((path) => `IGNORE ${path}`),
    ...filesIn(root, "").map((path) => fileLine("DATA", root, path)),
    ...named.map((path) => fileLine("MANIFEST", root, path)),
  ]);
  await writeSigned(root, "Manifest", { ...options, lines: [fileLine("MANIFEST", root, files)] });
}

type Write = (path: string, lines: readonly string[]) => string;

function writeCategory(root: string, category: string, write: Write): string {
  const packages = foldersIn(root, category).map((name) => {
    const dir = `${category}/${name}`;
    return write(`${dir}/Manifest`, packageLines(root, dir));
  });
  return write(`${category}/Manifest.gz`, [
    ...filesIn(root, category).map((path) => fileLine("DATA", root, path, category)),
    ...packages.map((path) => fileLine("MANIFEST", root, path, category)),
  ]);
}

function packageLines(root: string, dir: string): string[] {
  const distfile = manifestEntry("DIST", `${dir.split("/")[1]}-1.0.tar.gz`, { content: "dist" });
  const files = allFilesIn(root, dir).map((path) => {
    if (path.startsWith(`${dir}/files/`)) return fileLine("AUX", root, path, `${dir}/files`);
    return fileLine(path.endsWith(".ebuild") ? "EBUILD" : "MISC", root, path, dir);
  });
  return [...files, distfile].sort();
}

async function writeMetadata(root: string, options: OfficialManifests, write: Write): Promise<string> {
  const named: string[] = [];
  for (const folder of foldersIn(root, "metadata")) {
    const dir = `metadata/${folder}`;
    if (folder === "md5-cache") {
      const parts = foldersIn(root, dir).map((name) =>
        write(`${dir}/${name}/Manifest.gz`, dataLines(root, `${dir}/${name}`))
      );
      named.push(write(`${dir}/Manifest.gz`, parts.map((path) => fileLine("MANIFEST", root, path, dir))));
    } else if (folder === "news" || folder === "glsa") {
      const lines = [
        ...["timestamp.chk", "timestamp.commit"].map((path) => `IGNORE ${path}`),
        ...dataLines(root, dir),
      ];
      const files = write(`${dir}/Manifest.files.gz`, lines);
      named.push(
        await writeSigned(root, `${dir}/Manifest`, { ...options, lines: [fileLine("MANIFEST", root, files, dir)] }),
      );
    } else named.push(write(`${dir}/Manifest.gz`, dataLines(root, dir)));
  }
  return write("metadata/Manifest.gz", [
    ...IGNORED_IN_METADATA.map((path) => `IGNORE ${path}`),
    ...filesIn(root, "metadata").map((path) => fileLine("DATA", root, path, "metadata")),
    ...named.map((path) => fileLine("MANIFEST", root, path, "metadata")),
  ]);
}

async function writeSigned(
  root: string,
  path: string,
  { lines, timestamp, sign, edits }: OfficialManifests & { lines: readonly string[] },
): Promise<string> {
  const edit = edits[path];
  const text = withEnds([...lines, `TIMESTAMP ${timestamp}`]);
  const edited = edit?.text?.(text) ?? text;
  const signed = await sign(typeof edited === "string" ? edited : new TextDecoder().decode(edited));
  return store(root, path, { lines: signed.split("\n").slice(0, -1), edit: edit?.bytes && { bytes: edit.bytes } });
}

function store(
  root: string,
  path: string,
  { lines, edit }: { lines: readonly string[]; edit: ManifestEdit | undefined },
): string {
  const text = withEnds(lines);
  const edited = edit?.text?.(text) ?? text;
  const plain = typeof edited === "string" ? new TextEncoder().encode(edited) : edited;
  const target = edit?.storedAs === undefined ? path : path.replace(/[^/]*$/, edit.storedAs);
  const stored = target.endsWith(".gz") ? new Uint8Array(gzipSync(plain)) : plain;
  replaceFile(`${root}/${target}`, edit?.bytes?.(stored) ?? stored);
  if (target !== path) removeIfThere(`${root}/${path}`);
  return target;
}

function withEnds(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** As another inode: a hardlink to the old file keeps the old contents. */
function replaceFile(path: string, bytes: Uint8Array): void {
  removeIfThere(path);
  Deno.writeFileSync(path, bytes);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function fileLine(tag: string, root: string, path: string, dir = ""): string {
  const name = dir === "" ? path : path.slice(dir.length + 1);
  const escaped = name.replace(/[\\\s]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return manifestEntry(tag, escaped, { content: Deno.readFileSync(`${root}/${path}`) });
}

function dataLines(root: string, dir: string): string[] {
  return allFilesIn(root, dir).map((path) => fileLine("DATA", root, path, dir));
}

function foldersIn(root: string, dir: string): string[] {
  return namesIn(root, dir, (entry) => entry.isDirectory)
    .filter((name) => !["distfiles", "local", "lost+found", "packages"].includes(name));
}

/** Paths of the files directly in `dir` that Manifests list. */
function filesIn(root: string, dir: string): string[] {
  const names = namesIn(root, dir, (entry) => entry.isFile);
  return names.filter((name) => !/^Manifest(\.files)?(\.gz)?$/.test(name) && !isIgnored(dir, name))
    .map((name) => dir === "" ? name : `${dir}/${name}`);
}

function allFilesIn(root: string, dir: string): string[] {
  const below = namesIn(root, dir, (entry) => entry.isDirectory).flatMap((name) => allFilesIn(root, `${dir}/${name}`));
  return [...filesIn(root, dir), ...below].sort();
}

function isIgnored(dir: string, name: string): boolean {
  return /^metadata(\/(news|glsa))?$/.test(dir) && IGNORED_IN_METADATA.includes(name);
}

function namesIn(root: string, dir: string, want: (entry: Deno.DirEntry) => boolean): string[] {
  return [...Deno.readDirSync(`${root}/${dir}`)].filter((entry) => want(entry) && !entry.name.startsWith("."))
    .map(({ name }) => name).sort();
}
