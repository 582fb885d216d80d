/** The first file in PATH that has the name of a program; `undefined` when there is none. */
export function programInPath(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.map((folder) => `${folder}/${name}`).find(isFile);
}

/** False for what cannot be looked at too: a shell goes on to the next folder. */
function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
