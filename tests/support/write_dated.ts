/**
 * Writes a file anew, as another inode, and gives it a modification time: trees generated alike are alike for rsync
 * too, and hardlinks to what was there keep it.
 */
export function writeDated(path: string, text: string, time: Date): void {
  const partial = `${path}.new`;
  Deno.writeTextFileSync(partial, text);
  Deno.utimeSync(partial, time, time);
  Deno.renameSync(partial, path);
}
