import { directoriesAbove } from "../../base/directories_above.ts";
import type { Files } from "../../host/files.ts";
import { sizeOf } from "../../host/stamps.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { WalkObjection } from "../../manifest/walk_objection.ts";
import type { Change } from "../../rsync/change.ts";

/** All that differs between what is published and what the mirror has. */
export interface TreeDifference {
  readonly published: string;
  /** Holds the files that arrived, and the directories that they are in, with the mirror's attributes. */
  readonly incoming: string;
  /** What is known of files that arrived. */
  readonly seen: SeenFiles | undefined;
  readonly arrived: readonly string[];
  readonly gone: readonly string[];
  /** Directories. */
  readonly vanished: readonly string[];
  readonly appeared: readonly string[];
}

/**
 * The difference as a plan of rsync's would tell it: attributes of directories too, where they came with a file.
 *
 * @throws {WalkObjection} when the published tree is not what its Manifests say, or something else came than was asked
 *   for.
 */
export function treeChanges(files: Pick<Files, "lstat">, difference: TreeDifference): Change[] {
  const { arrived, gone, vanished, appeared } = difference;
  const missing = new Set(gone);
  const directories = new Set([
    ...arrived.flatMap(directoriesAbove),
    ...appeared.flatMap(directoriesAbove),
    ...appeared,
  ]);
  const created: Change[] = [
    ...[...directories].flatMap((path) => directoryChange(files, path, { ...difference, missing }) ?? []),
    ...arrived.map((path) => fileChange(files, path, difference)),
  ];
  const replaced = new Set([...directories, ...arrived]);
  const deleted = [
    ...gone.map((path): Change => deletion(path, "file")),
    ...vanished.map((path): Change => deletion(path, "directory")),
  ].filter(({ path }) => !replaced.has(path));
  for (const path of gone) refuseUnless(files, "file", path, difference);
  for (const dir of new Set(gone.flatMap(directoriesAbove))) refuseUnless(files, "directory", dir, difference);
  return [...created, ...deleted];
}

function refuseUnless(
  files: Pick<Files, "lstat">,
  wanted: "file" | "directory",
  path: string,
  { published }: TreeDifference,
): void {
  const type = files.lstat(`${published}/${path}`)?.type;
  if (type !== wanted) {
    throw new WalkObjection(`the published ${path} is ${type === undefined ? "missing" : `a ${type}`}`);
  }
}

/** Every directory on the way to a file is looked at, so that nothing is ever moved through a link. */
function directoryChange(
  files: Pick<Files, "lstat">,
  path: string,
  { published, incoming, missing }: TreeDifference & { readonly missing: ReadonlySet<string> },
): Change | undefined {
  const there = files.lstat(`${published}/${path}`);
  const wanted = files.lstat(`${incoming}/${path}`);
  if (there !== undefined && there.type !== "directory" && !missing.has(path)) {
    throw new WalkObjection(`the published ${path} is a ${there.type}`);
  }
  if (wanted?.type !== "directory") throw new WalkObjection(`${path} did not come as a directory`);
  const change = { path, type: "directory", size: 0 } as const;
  if (there?.type !== "directory") return { ...change, kind: "create" };
  return wanted.mode === there.mode ? undefined : { ...change, kind: "attributes" };
}

function fileChange(files: Pick<Files, "lstat">, path: string, difference: TreeDifference): Change {
  const { published, incoming, seen, vanished } = difference;
  const there = files.lstat(`${published}/${path}`);
  const stamp = seen?.get(path);
  const size = stamp === undefined ? sizeOfFile(files, `${incoming}/${path}`) : sizeOf(stamp, 0);
  if (size === undefined) throw new WalkObjection(`${path} did not come as a file`);
  if (there?.type === "directory" && !vanished.includes(path)) {
    throw new WalkObjection(`the published ${path} is a directory that holds something`);
  }
  return { path, type: "file", kind: there?.type === "file" ? "content" : "create", size };
}

function sizeOfFile(files: Pick<Files, "lstat">, path: string): number | undefined {
  const stat = files.lstat(path);
  return stat?.type === "file" ? stat.size : undefined;
}

function deletion(path: string, type: "file" | "directory"): Change {
  return { path, type, kind: "delete", size: 0 };
}
