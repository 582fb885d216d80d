import { dirname } from "@std/path";
import type { Random } from "./random.ts";

const NAMES = ["a", "b", "c-d", "e.f"] as const;
const MODES = [0o755, 0o700, 0o711, 0o2755] as const;
const DEEPEST = 4;

/**
 * Changes a tree at random, as a transfer does: whatever changes is a new inode, but for directories. Types change into
 * each other, directories come and go with all that is in them, attributes change alone.
 */
export function editAtRandom(tree: string, random: Random): void {
  for (let count = 1 + random.below(12); count > 0; count--) {
    const path = randomPath(random);
    // Nothing is done through a link, nor below a file.
    if (ancestors(path).some((dir) => typeAt(`${tree}/${dir}`) === "other")) continue;
    random.pick(EDITS)({ full: `${tree}/${path}`, random });
  }
}

interface Place {
  readonly full: string;
  readonly random: Random;
}

const EDITS: readonly [(place: Place) => void, ...((place: Place) => void)[]] = [
  writeFile,
  writeFile,
  writeFile,
  remove,
  makeLink,
  makeDirectory,
  changeMode,
  changeTime,
];

function writeFile({ full, random }: Place): void {
  makeWay(full);
  Deno.writeTextFileSync(full, `text ${random.next()}`);
  Deno.chmodSync(full, random.pick([0o644, 0o600, 0o755]));
}

function remove({ full }: Place): void {
  if (typeAt(full) !== undefined) Deno.removeSync(full, { recursive: true });
}

/** To somewhere in the tree, out of it or to nowhere. */
function makeLink({ full, random }: Place): void {
  makeWay(full);
  Deno.symlinkSync(`${random.pick(["..", "../..", ".", "/nowhere"])}/${random.pick(NAMES)}-${random.below(1e9)}`, full);
}

function makeDirectory({ full, random }: Place): void {
  if (typeAt(full) === "directory") return;
  makeWay(full);
  Deno.mkdirSync(full);
  Deno.chmodSync(full, random.pick(MODES));
}

function changeMode({ full, random }: Place): void {
  if (typeAt(full) === "directory") Deno.chmodSync(full, random.pick(MODES));
}

function changeTime({ full, random }: Place): void {
  if (typeAt(full) === "directory") Deno.utimeSync(full, 0, 1_000_000 + random.below(1_000_000));
}

function makeWay(full: string): void {
  if (typeAt(full) !== undefined) Deno.removeSync(full, { recursive: true });
  Deno.mkdirSync(dirname(full), { recursive: true });
}

function randomPath(random: Random): string {
  return Array.from({ length: 1 + random.below(DEEPEST) }, () => random.pick(NAMES)).join("/");
}

function ancestors(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

function typeAt(path: string): "directory" | "other" | undefined {
  try {
    return Deno.lstatSync(path).isDirectory ? "directory" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
