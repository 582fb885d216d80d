import { dirname } from "@std/path";
import type { Files } from "../../host/files.ts";
import { WalkObjection } from "../../manifest/walk_objection.ts";
import type { Session } from "../../rsync/session.ts";
import { directoryCheck } from "../directory_check.ts";

/** A private directory for what one attempt fetches; all of it goes on disposal. */
export interface Incoming extends AsyncDisposable {
  /** Empty at first; rsync writes here. */
  readonly tree: string;
  /** For copies of files that need not come again when the mirror has the same. */
  readonly known: string;
  /** Removes all of it before disposal would. */
  remove(): Promise<void>;
}

/** Makes the directory at `dir`, which the session's account owns, so that nothing there is anybody else's. */
export async function openIncoming(
  files: Files,
  dir: string,
  { uid, gid }: Pick<Session, "uid" | "gid">,
): Promise<Incoming> {
  await files.removeTree(dir);
  const [tree, known] = [`${dir}/tree`, `${dir}/known`];
  for (const path of [dir, tree, known]) {
    files.mkdir(path, 0o700);
    const made = files.lstat(path);
    if (made !== undefined && (uid ?? gid) !== undefined) files.lchown(path, uid ?? made.uid, gid ?? made.gid);
  }
  const remove = () => files.removeTree(dir);
  return { tree, known, remove, [Symbol.asyncDispose]: remove };
}

/** Copies a file of `from` with its mode and time, so that rsync can tell that the mirror has the same. */
export function copyKnown(
  files: Files,
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  makeParents(files, to, dirname(path));
  const [source, target] = [`${from}/${path}`, `${to}/${path}`];
  files.copyFile(source, target);
  const stat = files.lstat(source);
  if (stat !== undefined) files.chmod(target, stat.mode);
  files.copyMtime(source, target);
}

/** The directory itself is nobody else's, so these can be open to the account that rsync runs under. */
function makeParents(files: Files, root: string, dir: string): void {
  if (dir === "." || files.lstat(`${root}/${dir}`) !== undefined) return;
  makeParents(files, root, dirname(dir));
  files.mkdir(`${root}/${dir}`, 0o755);
}

/**
 * Looks at every directory on the way to what came: nothing below a link may be touched. A mirror cannot make links
 * here; it is the rsync in between that is not believed.
 *
 * @throws {WalkObjection}
 */
export function refuseLinks(files: Pick<Files, "lstat">, tree: string, paths: readonly string[]): void {
  const isThere = directoryCheck(files, tree, (dir) => new WalkObjection(`${dir} did not come as a directory`));
  for (const path of paths) isThere(dirname(path));
}
