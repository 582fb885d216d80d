/** What kind of thing an entry of a tree is, as rsync tells them apart. */
export type EntryType = "file" | "directory" | "symlink" | "device" | "special";

/**
 * One difference between a mirror and a tree, as `rsync --itemize-changes` reports it.
 *
 * - `create`: not there yet, or there as another type
 * - `content`: there, with other contents (or another link target)
 * - `attributes`: only mode, owner, group or times differ
 * - `delete`: gone from the mirror
 */
export interface Change {
  /** Relative to the tree, without a leading or trailing slash; the tree's root is `.`. */
  readonly path: string;
  readonly type: EntryType;
  readonly kind: "create" | "content" | "attributes" | "delete";
  /** Bytes on the mirror; 0 for deletions and directories. */
  readonly size: number;
}
