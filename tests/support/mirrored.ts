import { assertEquals } from "@std/assert";
import { copyOf } from "./tree_of.ts";

/** Asserts that a tree holds what the mirror has: names, types and modes of everything, contents and times of files. */
export async function assertMirrors(tree: string, up: string): Promise<void> {
  assertEquals(await comparable(tree), await comparable(up));
}

async function comparable(dir: string) {
  const tree = await copyOf(dir);
  tree.delete(".");
  return new Map(
    [...tree].map(([path, entry]) => [path, entry.type === "file" ? entry : { ...entry, mtimeMs: 0 }]),
  );
}
