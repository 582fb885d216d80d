import { errnoOf } from "../base/errno.ts";
import { manifestContents } from "./manifest_contents.ts";
import { PlainManifest } from "./plain_manifest.ts";
import { type Problem, problem } from "./problem.ts";
import type { Verification } from "./verification.ts";

/**
 * Reads the digests of a row, and of all others of its Manifest, if that was recognized and not read so far: of a file
 * that is not as it was remembered they have to be compared. Returns why that cannot be done.
 */
export function recallDigests(verification: Verification, row: number): Problem | undefined {
  const { root, system, table } = verification;
  if (!table.isUnread(row)) return undefined;
  const manifest = table.groups.ownerOf(row)?.manifest ?? row;
  const path = table.names.pathOf(manifest);
  try {
    const bytes = system.files.readBytes(`${root}/${path}`);
    const contents = manifestContents(table, { manifest, bytes }, new PlainManifest());
    if (contents.kind === "entries") contents.takeFiles(table, (other, demand) => table.complete(other, demand));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return problem("io", path, "Cannot be read", { actual: errno });
  }
  if (!table.isUnread(row)) return undefined;
  return problem("manifest-mismatch", path, "This Manifest changed while the tree was being verified");
}
