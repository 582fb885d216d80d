import { basename, dirname, join } from "@std/path";
import { namesInAny } from "./entries.ts";
import { treeOf } from "./tree_of.ts";

/**
 * A tree as text, a line an entry: types, modes, modification times and contents. What rsync is not told to keep is
 * left out: times of directories and links, and the root itself.
 */
export async function treeText(dir: string): Promise<string> {
  return [...await treeOf(dir)].filter(([path]) => path !== ".").map(([path, { type, mode, mtimeMs, content }]) => {
    const attributes = type === "file" ? [mode.toString(8), mtimeMs] : type === "directory" ? [mode.toString(8)] : [];
    return [path, type, ...attributes, content].join(" ");
  }).join("\n");
}

/** The snapshots in a store, by number: all there is to know of each as text, inode numbers included. */
export async function snapshotsIn(store: string): Promise<Map<number, string>> {
  const dir = join(store, "snapshots");
  const all = namesInAny(dir).map(async (name) =>
    [Number(name), JSON.stringify([...await treeOf(join(dir, name))])] as const
  );
  return new Map(await Promise.all(all));
}

/** Names in a store and beside its location that are no part of a repository at rest. */
export function leftovers({ store, location }: { readonly store: string; readonly location: string }): string[] {
  const own = join(store, ".rcusync");
  const snapshots = namesInAny(join(store, "snapshots"));
  // The reserve is brought up to date by the journals of what came after it.
  const oldest = Math.min(...[...snapshots, ...namesInAny(join(own, "reserve"))].map(Number));
  const journals = namesInAny(join(own, "journal"));
  return [
    ...strange(dirname(location), [basename(location)]),
    ...strange(store, ["snapshots", "latest", ".rcusync"]),
    ...strange(join(store, "snapshots"), snapshots.filter((name) => /^[1-9][0-9]*$/.test(name))),
    ...strange(own, [
      "lock",
      "journal",
      "pins",
      "reserve",
      "rejected",
      "keys.pgp",
      "key_refresh.json",
      "last_sync.json",
      "accepted.json",
      "retired",
      "trash",
      "verified",
    ]),
    ...strange(join(own, "retired"), []),
    // What is on its way out bears the name it had and a number.
    ...namesInAny(join(own, "trash")).filter((name) => !/^([1-9][0-9]*|update|rejected)\.[0-9]+$/.test(name)),
    ...journals.filter((name) => !(Number(name) >= oldest)).map((name) => `journal/${name}`),
  ];
}

function strange(dir: string, expected: readonly string[]): string[] {
  return namesInAny(dir).filter((name) => !expected.includes(name)).map((name) => join(dir, name));
}
