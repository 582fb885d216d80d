import { dirname } from "@std/path";
import type { FileType } from "../host/files.ts";
import { isUnverified } from "./ignored_paths.ts";
import { type Problem, problem } from "./problem.ts";
import type { Verification } from "./verification.ts";

/** Where a symbolic link of the tree leads. */
export interface FollowedLink {
  readonly type: FileType;
  /** From the root, free of links. */
  readonly path: string;
  /** Of a directory: entries name files below the link, or it is empty. Any other is not worth a walk. */
  readonly holdsCovered: boolean;
}

/**
 * Follows the link at `path`. A link may lead only to another verified part of the tree, and never to a directory
 * that it lies in: the target of any other can change unnoticed.
 */
export function followLink(verification: Verification, path: string): FollowedLink | Problem {
  const { ignored, locator, root, system, table } = verification;
  const place = locator.locate(path);
  if (place.kind === "missing") return problem("missing", path, "A link to nothing");
  if (place.kind === "io") return problem("io", path, "Cannot be followed", { actual: place.errno });
  if (place.kind === "escape") return problem("symlink-escape", path, place.message);
  if (isUnverified(ignored, place.path)) {
    return problem("symlink-escape", path, "Leads to a part of the tree that is not verified");
  }
  if (place.type !== "directory") return { type: place.type, path: place.path, holdsCovered: false };
  if (holds(place.path, parentOf(path)) || holds(place.path, realParentOf(verification, path))) {
    return problem("symlink-escape", path, "Leads to a directory that it lies in");
  }
  // Without this, a few links to links would make a tree of endless size.
  const holdsCovered = table.holdsBelow(path) || system.files.readDir(`${root}/${place.path}`).length === 0;
  return { type: "directory", path: place.path, holdsCovered };
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

function realParentOf({ locator }: Verification, path: string): string {
  const parent = locator.locate(parentOf(path));
  return parent.kind === "found" ? parent.path : "";
}

/** Whether `directory` is `path` or above it. */
function holds(directory: string, path: string): boolean {
  return directory === "" || directory === path || path.startsWith(`${directory}/`);
}
