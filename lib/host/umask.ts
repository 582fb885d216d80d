/** Sets the file mode creation mask of this process and of the children to come. */
export function setUmask(mask: number): void {
  Deno.umask(mask);
}
