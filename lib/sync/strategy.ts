import { keptState } from "../store/accepted_state.ts";
import { storeLayout } from "../store/layout.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { unguidable } from "../rsync/guidable.ts";
import type { Strategy } from "../repos_conf/strategy.ts";
import { publishedTree, textDigestOf } from "./manifest_guided/published.ts";
import type { SyncDone } from "./event.ts";
import type { SyncJob } from "./sync_job.ts";
import type { UpdateContext } from "./update_context.ts";
import { verifiedBefore } from "./verified_before.ts";

/** How an update is found out and fetched, and why in that way. */
export interface ChosenStrategy {
  readonly name: NonNullable<SyncDone["strategy"]>["name"];
  /** Completes "NAME, because …". */
  readonly why: string;
}

/** What the user asks for: on the command line, else in repos.conf. */
function wantedStrategy({ repository, options }: Pick<SyncJob, "repository" | "options">): Strategy {
  return options.strategy ?? repository.strategy;
}

/**
 * Chooses the way to bring a repository up to date. Manifests guide it where they cover the whole tree, what is
 * published has been verified by them as a whole and not too long ago, and nothing is asked for that they cannot tell;
 * otherwise all of the tree is compared with the mirror.
 */
export async function chooseStrategy(context: UpdateContext): Promise<ChosenStrategy> {
  const { job, storage, mirrors } = context;
  if (storage.direct) return { name: "pass", why: "files are written where they are read" };
  if (mirrors.wholePass !== undefined) return { name: "pass", why: `of ${mirrors.wholePass}` };
  const wanted = wantedStrategy(job);
  if (wanted === "plan" || wanted === "full") return { name: wanted, why: "that is asked for" };
  const objection = await objectionTo(context, { isAskedFor: wanted === "manifest" });
  if (objection !== undefined) return { name: "plan", why: objection };
  const why = wanted === "manifest" ? "that is asked for" : "the published tree is verified and signed as a whole";
  return { name: "manifest", why };
}

async function objectionTo(
  { job, storage, mirrors, trust, reporter, isRecovered }: UpdateContext,
  { isAskedFor }: { readonly isAskedFor: boolean },
): Promise<string | undefined> {
  const { options, repository, system: { files } } = job;
  if (storage.published === undefined) return "nothing is published yet";
  if (trust === undefined) return "the tree is not verified";
  if (options.submodules.length > 0) return "a part of the tree is asked for";
  if (options.force) return "--force asks for a comparison of all";
  if (options.allowOlder) return "--allow-older asks for a comparison of all";
  const [session] = mirrors.sessions;
  const option = session && unguidable(session.words, storage.excludes);
  if (option !== undefined) return `of the rsync option ${option}`;
  const published = publishedTree(files, storage.published);
  if (published === undefined) return "what is published has no signed Manifest";
  if (repository.storage.kind !== "hardlink_rcu") {
    // Its commit is many steps: what was cut off is something between two trees.
    if (isRecovered) return "an earlier sync was cut off";
    return isAskedFor ? undefined : "nothing is remembered of what was verified before";
  }
  const layout = storeLayout(repository.storage.storeDir);
  if (latestSnapshot(files, layout) === undefined) return "there is no snapshot yet";
  if (isAskedFor) return undefined;
  const textDigest = await textDigestOf(published);
  const isVerified = verifiedBefore(job, reporter)?.unverified(textDigest) === undefined;
  if (!isVerified) return "the published tree has yet to be verified as a whole";
  // Manifests neither tell of hidden names nor of modes, which an unverified sync may have brought.
  const accepted = keptState(files, layout);
  const isCompared = accepted?.isCompared === true && accepted.textDigest === textDigest;
  return isCompared ? undefined : "the published tree has yet to be compared as a whole since it is verified";
}
