/** Writes to a file behind its back: the inode and the modification time stay. */
export function overwriteAtSameTime(path: string, content: string | Uint8Array): void {
  const { mtime, atime } = Deno.statSync(path);
  write(path, content);
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
}

/** Puts another file in the place of one: the modification time stays, the inode is another one. */
export function replaceAtSameTime(path: string, content: string | Uint8Array): void {
  const { mtime, atime } = Deno.statSync(path);
  write(`${path}.new`, content);
  Deno.utimeSync(`${path}.new`, atime ?? 0, mtime ?? 0);
  Deno.renameSync(`${path}.new`, path);
}

function write(path: string, content: string | Uint8Array): void {
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
}
