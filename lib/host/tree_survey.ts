import { lookThrough } from "./tree_warmer.ts";

/** Which entries a survey is about. */
export interface SurveyRequest {
  /** Two words that nobody else knows, with which every hash begins. */
  readonly seed: Uint32Array<ArrayBuffer>;
  /** Names at the top of the tree that are passed over with all that is in them. */
  readonly skipped: readonly string[];
  /** Names that begin with a dot; there is no survey of a tree with such a directory, wherever it is. */
  readonly unwanted: readonly string[];
}

/** All paths of a tree, in a few arrays. */
export interface TreeSurvey {
  /** Two words for each entry: `hashOn` of its path from the tree. What is in one directory is in a row. */
  readonly hashes: Uint32Array<ArrayBuffer>;
  /** By directory: how many entries there are up to its last one. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Paths of the directories from the tree, with a slash at the end, one after the other; the tree's own is empty. */
  readonly paths: Uint8Array<ArrayBuffer>;
  /** By directory: where its path ends. */
  readonly pathEnds: Uint32Array<ArrayBuffer>;
}

/** What the other thread is sent. */
export interface LookJob {
  readonly tree: string;
  readonly request: SurveyRequest | undefined;
}

/** What it answers. */
export interface LookResult {
  readonly survey: TreeSurvey | undefined;
}

/**
 * Has another thread look at every entry of a tree, as `warmTree` does, and tell which there are.
 *
 * @param tree absolute, and no link.
 * @param signal ends it early.
 * @returns `undefined` when something was in the way, or when it was ended.
 */
export async function surveyTree(
  tree: string,
  { signal, ...request }: SurveyRequest & { readonly signal: AbortSignal },
): Promise<TreeSurvey | undefined> {
  return signal.aborted ? undefined : await lookThrough({ tree, request }, signal);
}
