import { allEnded } from "../../base/all_ended.ts";
import { hashPool } from "../../host/hash_pool.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { WalkObjection } from "../../manifest/walk_objection.ts";
import type { Session } from "../../rsync/session.ts";
import type { RepoStorage, Update } from "../../storage/storage.ts";
import type { Attempt } from "../attempt.ts";
import type { UpdateContext } from "../update_context.ts";
import { type Arrivals, bringIn } from "./bring_in.ts";
import { directoryNames } from "./directory_names.ts";
import { openIncoming } from "./incoming.ts";
import { mirrorDifference, type Trees } from "./mirror_difference.ts";
import { openTop, type TrustedTop, type TrustingContext, type Unsuited } from "./open_top.ts";
import { constructionClock, proveConstruction } from "./proof.ts";
import { publishedTree } from "./published.ts";
import { treeChanges } from "./tree_changes.ts";

/** What came of an update guided by Manifests. */
export type GuidedAttempt = Attempt | Unsuited;

/** How often the same mirror is asked from the top when it changes meanwhile. */
const MAX_TURNS = 2;

/**
 * This one and others, unless the user says otherwise: each takes as long to start as a thousand files to be hashed.
 */
const MOST_THREADS = 3;

/** How long a mirror that was caught in the middle of its own update is left alone. */
const PAUSE_MS = 2000;

/**
 * Brings the update up to a mirror by walking down its Manifests from the signed top to what changed (GLEP 74 makes the
 * tree a Merkle tree): the mirror is asked for these files by name, and lists nothing but directories that changed.
 * Every file is compared with its entry before it becomes part of the update, so that nothing of two generations is
 * ever mixed.
 */
export async function guidedUpdate(
  context: TrustingContext,
  session: Session,
): Promise<GuidedAttempt> {
  const { job, reporter } = context;
  for (let turn = 1;; turn++) {
    const outcome = await attempt(context, session);
    if (outcome.kind !== "torn") return outcome;
    const message = `The mirror ${session.source} does not have ${outcome.path} as its own Manifests demand`;
    if (turn === MAX_TURNS) return { kind: "failed", retry: true, diskFull: false, message, isTorn: true };
    reporter.warn(`${message}; it may be in the middle of an update, so it is asked again`);
    await job.system.clock.sleep(PAUSE_MS, job.options.signal);
  }
}

type Torn = { readonly kind: "torn"; readonly path: string };

async function attempt(
  context: TrustingContext,
  session: Session,
): Promise<GuidedAttempt | Torn> {
  const { job, storage } = context;
  const { files } = job.system;
  const published = storage.published === undefined ? undefined : publishedTree(files, storage.published);
  if (published === undefined || storage.incoming === undefined) {
    return { kind: "unsuited", why: "no signed tree is published" };
  }
  await using incoming = await openIncoming(files, storage.incoming, session);
  try {
    return await walkDown(context, session, { published, incoming, names: directoryNames(files, published.dir) });
  } catch (error) {
    if (error instanceof WalkObjection) return { kind: "unsuited", why: error.message };
    throw error;
  }
}

async function walkDown(
  context: TrustingContext,
  session: Session,
  trees: Trees,
): Promise<GuidedAttempt | Torn> {
  const { job, storage } = context;
  const { system: { files, clock, environment }, repository } = job;
  const workers = repository.verification.jobs ?? Math.min(environment.processors, MOST_THREADS);
  using pool = hashPool(workers, { clock });
  const asked = await whileAsking(storage, async (onWait) => {
    const opened = await openTop(context, session, { ...trees, pool });
    if (opened.kind !== "opened") return opened;
    context.reporter.phase("plan");
    const asking = { ...trees, ...opened, pool, onWait: () => onWait(opened) };
    const difference = await mirrorDifference(context, session, asking);
    return difference.kind === "known" ? { ...opened, difference } : difference;
  });
  if (asked.kind !== "opened") return asked;
  const { difference, walk, top, scrub, seen } = asked;
  const { published, incoming } = trees;
  const changes = treeChanges(files, { ...difference, published: published.dir, incoming: incoming.tree, seen });
  if (changes.length === 0) return { kind: "up-to-date" };
  const { dir, resumed, followed } = await staged(context, { changes, incoming: incoming.tree, seen });
  if (resumed) return { kind: "unsuited", why: "an interrupted sync left a tree to go on with" };
  const made = { ...trees, staging: dir, changes, walk, top, followed };
  // The clock's file is made before the flush, which it would have to wait for.
  const tools = scrub && { pool, scrub, clock: constructionClock(job) };
  // What publication has to wait for goes to the medium while the tree is looked at, and what has come is all in its
  // place.
  const flushing = files.flush(storage.place);
  const proving = tools && proveConstruction(context, tools, made);
  const [proof] = await allEnded([Promise.resolve(proving), flushing, incoming.remove()]);
  const bytes = changes.reduce((sum, { size }) => sum + size, 0);
  return { kind: "ready", changes, bytes, ...(proof !== undefined && { proof }) };
}

/** Has the staging tree made, and scrubbed, while the mirror is being asked. */
type OnWait = (trusted: Pick<TrustedTop, "isSame" | "scrub">) => void;

async function whileAsking<T>(storage: RepoStorage, ask: (onWait: OnWait) => Promise<T>): Promise<T> {
  const answer = new AbortController();
  let preparing: Promise<void> | undefined;
  const onWait: OnWait = ({ isSame, scrub }) => {
    const goOn = () => {
      if (storage.ahead !== undefined) scrub?.goOn(storage.ahead);
    };
    if (!isSame) preparing ??= storage.prepareUpdate(answer.signal, goOn);
    // It is awaited when the mirror has answered; until then a rejection must not count as unhandled.
    preparing?.catch(() => {});
    goOn();
  };
  try {
    return await ask(onWait);
  } finally {
    answer.abort();
    await preparing;
  }
}

/** The update, with what was fetched in its place. */
async function staged(
  { job, storage, reporter }: UpdateContext,
  arrivals: Arrivals,
): Promise<Update & { readonly followed: SeenFiles }> {
  reporter.phase("stage");
  const update = await storage.initUpdate({ signal: job.options.signal, unshared: false });
  const followed = update.resumed ? new Map() : await bringIn(job.system, update.dir, arrivals);
  return { ...update, followed };
}
