/** What to put at a path: file contents, a link, or an empty directory. */
export type EntrySpec =
  | { readonly file: string; readonly mode?: number; readonly mtime?: number }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number };

const OLD = 1_600_000_000;

/** Creates entries below `root`, parents included, files with a fixed old mtime unless told otherwise. */
export function writeEntries(root: string, entries: Readonly<Record<string, EntrySpec>>): void {
  for (const [path, entry] of Object.entries(entries)) {
    const full = `${root}/${path}`;
    Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    writeEntry(full, entry);
  }
}

/** A file with these contents. */
export function file(text: string, attributes: { mode?: number; mtime?: number } = {}): EntrySpec {
  return { file: text, ...attributes };
}

function writeEntry(path: string, entry: EntrySpec): void {
  if ("link" in entry) return Deno.symlinkSync(entry.link, path);
  if ("directory" in entry) {
    Deno.mkdirSync(path, { recursive: true });
    return Deno.chmodSync(path, entry.mode ?? 0o755);
  }
  Deno.writeTextFileSync(path, entry.file);
  Deno.chmodSync(path, entry.mode ?? 0o644);
  Deno.utimeSync(path, entry.mtime ?? OLD, entry.mtime ?? OLD);
}
