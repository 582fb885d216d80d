import { createHash } from "node:crypto";
import { writeDated } from "./write_dated.ts";

/**
 * Writes the Manifest of `dir`: a MANIFEST line for each folder that has one of its own, DATA lines for all other
 * files below, DIST lines beside ebuilds. Folders below must have theirs already: write from the bottom up.
 */
export function writeManifest(dir: string, time: Date, head = ""): void {
  writeDated(`${dir}/Manifest`, manifestText(dir, head), time);
}

/**
 * The folders whose Manifest does not describe what is there, all under `dir`. Empty exactly when every file belongs
 * to one generation of the tree: the test of a reader that must never see two generations mixed.
 */
export function mixedFolders(dir: string): string[] {
  const text = readIfThere(`${dir}/Manifest`);
  const below = [...Deno.readDirSync(dir)].filter((entry) => entry.isDirectory)
    .flatMap((entry) => mixedFolders(`${dir}/${entry.name}`));
  if (text === undefined || text === manifestText(dir, headOf(text))) return below;
  return [dir, ...below];
}

function manifestText(dir: string, head: string): string {
  return head + lines(dir, "").map((line) => line + "\n").join("");
}

/** IGNORE and TIMESTAMP lines stand first and describe no file. */
function headOf(text: string): string {
  return /^(?:(?:IGNORE|TIMESTAMP) .*\n)*/.exec(text)?.[0] ?? "";
}

function lines(dir: string, prefix: string): string[] {
  const entries = [...Deno.readDirSync(dir)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    const name = prefix + entry.name;
    if (entry.isDirectory) {
      const own = readIfThere(`${path}/Manifest`);
      return own === undefined ? lines(path, `${name}/`) : [line("MANIFEST", `${name}/Manifest`, own)];
    }
    if (name === "Manifest" || entry.name === "timestamp.chk") return [];
    const data = line("DATA", name, Deno.readTextFileSync(path));
    return name.endsWith(".ebuild") ? [line("DIST", `${name.slice(0, -7)}.tar.xz`, name), data] : [data];
  });
}

function line(tag: string, name: string, content: string): string {
  const hex = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
  return `${tag} ${name} ${content.length} BLAKE2B ${hex("blake2b512")} SHA512 ${hex("sha512")}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
