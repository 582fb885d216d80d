import type { System } from "../../host/system.ts";
import { makeRoom } from "../apply.ts";
import { planUpdate } from "../plan.ts";
import type { Change } from "../../rsync/change.ts";

/**
 * Makes a staging tree what the mirror has: deletes what is gone and renames what was fetched into place, on the one file
 * system that both are on. Nothing is written to a file that is there already.
 */
export async function bringIn(
  { files }: Pick<System, "files">,
  { changes, incoming, staging }: {
    readonly changes: readonly Change[];
    readonly incoming: string;
    readonly staging: string;
  },
): Promise<void> {
  const plan = planUpdate(changes);
  // The rename that puts a file in place of a file leaves the old one's inode to the other snapshots.
  const replaced = new Set(changes.filter(({ kind }) => kind === "content").map(({ path }) => path));
  const replacements = plan.replacements.filter((path) => !replaced.has(path));
  await makeRoom({ files }, staging, { ...plan, replacements });
  for (const path of plan.directories) {
    if (files.lstat(`${staging}/${path}`) === undefined) files.mkdir(`${staging}/${path}`, 0o755);
  }
  for (const path of plan.replacements) files.rename(`${incoming}/${path}`, `${staging}/${path}`);
  const directories = changes.filter(({ kind, type }) => kind !== "delete" && type === "directory");
  for (const { path } of directories) copyAttributes(files, `${incoming}/${path}`, `${staging}/${path}`);
}

/** Owner first: a change of it may take mode bits away. */
function copyAttributes(files: System["files"], from: string, to: string): void {
  const [wanted, there] = [files.lstat(from), files.lstat(to)];
  if (wanted?.type !== "directory" || there?.type !== "directory") return;
  if (wanted.uid !== there.uid || wanted.gid !== there.gid) files.lchown(to, wanted.uid, wanted.gid);
  if (wanted.mode !== files.lstat(to)?.mode) files.chmod(to, wanted.mode);
}
