import { join } from "@std/path";
import type { Files } from "../host/files.ts";

/** Which packages two trees mask for everybody, in `profiles/package.mask`. */
export interface MaskDifference {
  /** Masked since. */
  readonly masked: readonly string[];
  /** No longer masked. */
  readonly unmasked: readonly string[];
}

type MaskFiles = Pick<Files, "lstat" | "readDir" | "readTextIfAny">;

/** Compares the masks of two trees, atom by atom, sorted. */
export function maskDifference(files: MaskFiles, { from, to }: { from: string; to: string }): MaskDifference {
  const [before, after] = [masksOf(files, from), masksOf(files, to)];
  return {
    masked: [...after].filter((atom) => !before.has(atom)).sort(),
    unmasked: [...before].filter((atom) => !after.has(atom)).sort(),
  };
}

/** One file, or a directory of them as newer profiles have it. Only plain files are opened: a mirror made these. */
function masksOf(files: MaskFiles, tree: string): ReadonlySet<string> {
  const path = join(tree, "profiles", "package.mask");
  const paths = files.lstat(path)?.type === "directory"
    ? files.readDir(path).map(({ name }) => join(path, name))
    : [path];
  const texts = paths.filter((each) => files.lstat(each)?.type === "file").map((each) =>
    files.readTextIfAny(each) ?? ""
  );
  const lines = texts.flatMap((text) => text.split("\n")).map((line) => line.replace(/#.*/, "").trim());
  return new Set(lines.filter((line) => line !== ""));
}
