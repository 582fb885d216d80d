/** What there is to compare of one entry of a tree. */
export interface TreeEntry {
  readonly type: "file" | "directory" | "symlink" | "other";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly ino: number;
  /** The SHA-256 of a file, the target of a link; empty for others. */
  readonly content: string;
}

/**
 * Every entry below `dir`, itself as `.`, by path, sorted: two trees are the same when these are equal.
 *
 * @param skip names directly below `dir` that are left out, with all below them.
 */
export async function treeOf(dir: string, skip: readonly string[] = []): Promise<Map<string, TreeEntry>> {
  const tree = new Map<string, TreeEntry>();
  for (const path of pathsBelow(dir, skip).sort()) tree.set(path, await entryOf(path === "." ? dir : `${dir}/${path}`));
  return tree;
}

/** A tree without its inode numbers and owners: what two copies have in common. */
export async function copyOf(dir: string): Promise<Map<string, Omit<TreeEntry, "ino" | "uid" | "gid">>> {
  const tree = await treeOf(dir);
  return new Map([...tree].map(([path, { type, mode, mtimeMs, content }]) => [path, { type, mode, mtimeMs, content }]));
}

/** Every path below `dir` and `.`, links not followed. */
function pathsBelow(dir: string, skip: readonly string[]): string[] {
  const below = (path: string): string[] =>
    [...Deno.readDirSync(`${dir}/${path}`)].flatMap(({ name, isDirectory }) => {
      const child = path === "" ? name : `${path}/${name}`;
      if (skip.includes(child)) return [];
      return isDirectory ? [child, ...below(child)] : [child];
    });
  return [".", ...below("")];
}

async function entryOf(path: string): Promise<TreeEntry> {
  const info = Deno.lstatSync(path);
  return {
    type: info.isFile ? "file" : info.isDirectory ? "directory" : info.isSymlink ? "symlink" : "other",
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    mtimeMs: info.mtime?.getTime() ?? 0,
    ino: info.ino ?? 0,
    content: info.isFile ? await sha256(path) : info.isSymlink ? Deno.readLinkSync(path) : "",
  };
}

async function sha256(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", Deno.readFileSync(path));
  return new Uint8Array(hash).toHex();
}
