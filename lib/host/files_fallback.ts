/*
 * What the C library does in one call, by Deno's: where there is none that fits.
 */

/** Deno has one call for both; the type is looked at so that neither does the other's work. */
export function unlinkFallback(path: string): void {
  if (Deno.lstatSync(path).isDirectory) {
    throw Object.assign(new Error(`EISDIR: unlink '${path}'`), {
      code: "EISDIR",
    });
  }
  Deno.removeSync(path);
}

/** chown(2) follows links, so a link keeps its owner here. */
export function lchownFallback(path: string, uid: number, gid: number): void {
  if (!Deno.lstatSync(path).isSymlink) Deno.chownSync(path, uid, gid);
}

/** The time of `from` to the millisecond; a link keeps its own. */
export function copyMtimeFallback(from: string, path: string): void {
  const info = Deno.lstatSync(from);
  if (info.isSymlink || info.mtime === null) return;
  Deno.utimeSync(path, info.mtime, info.mtime);
}

/** sync(1) of the one file system, or of all where it does not know `-f` (busybox). */
export async function flushFallback(path: string): Promise<void> {
  for (const args of [["-f", path], []]) {
    const { success } = await new Deno.Command("sync", { args, stderr: "null" })
      .output();
    if (success) return;
  }
  throw Object.assign(new Error(`EIO: sync '${path}'`), { code: "EIO" });
}
