/** What is known of a row, besides what an entry says: bits. */
export const ROW = {
  /** An entry names it. */
  expected: 1,
  /** An entry has the tag MISC. */
  misc: 2,
  /** An entry has the tag MANIFEST. */
  manifest: 4,
  /** There were digests of unknown algorithms, which nobody checks. */
  hasUnknownDigests: 8,
  /** Found to be right in this run. */
  verified: 16,
  /** A regular file of this name is in the tree, and no link leads to it. */
  present: 32,
  /** It has the stamp that is known of it. */
  recognized: 64,
  /** It has the inode that is known of it, and was written to. */
  altered: 128,
  /** Judged in this run, or about to be. */
  met: 256,
  /** What is known of it holds for the stamp that the file has now. */
  proven: 512,
  /** A Manifest whose entries have been taken over, or are about to be. */
  named: 1024,
  /** Its file was read in this run and is right, so that more is known of it than before. */
  learnt: 2048,
} as const;
