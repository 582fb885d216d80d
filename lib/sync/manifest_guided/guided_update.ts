import { dirname } from "@std/path";
import { allEnded } from "../../base/all_ended.ts";
import { LOCAL_NAMES } from "../../base/local_names.ts";
import { type HashPool, hashPool } from "../../host/hash_pool.ts";
import { readKeyring } from "../../manifest/keyring.ts";
import { ManifestWalk, WalkObjection } from "../../manifest/manifest_walk.ts";
import { describeProblem } from "../../manifest/problem.ts";
import { checkTopManifest, TOP_MANIFEST } from "../../manifest/top_manifest.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import type { Session } from "../../rsync/session.ts";
import type { Attempt } from "../attempt.ts";
import { nowhere } from "../nowhere.ts";
import { mirrorRejected } from "../rejection.ts";
import type { Trust } from "../trust.ts";
import type { UpdateContext } from "../update_context.ts";
import { bringIn } from "./bring_in.ts";
import { directoryChanges } from "./directories.ts";
import { type Incoming, openIncoming } from "./incoming.ts";
import { type Opening, openingRound } from "./opening.ts";
import { type Construction, proveConstruction } from "./proof.ts";
import { type Published, publishedTree } from "./published.ts";
import { fetchRounds } from "./rounds.ts";
import { changedStamps } from "./stamps.ts";
import { treeChanges } from "./tree_changes.ts";

/** What came of an update guided by Manifests. */
export type GuidedAttempt =
  | Attempt
  /** Another way has to be taken. */
  | { readonly kind: "unsuited"; readonly why: string };

/** How often the same mirror is asked from the top when it changes meanwhile. */
const MAX_TURNS = 2;

/** How long a mirror that was caught in the middle of its own update is left alone. */
const PAUSE_MS = 2000;

/**
 * Brings the update up to a mirror by walking down its Manifests from the signed top to what changed (GLEP 74 makes the
 * tree a Merkle tree): the mirror is asked for these files by name, and lists nothing but directories that changed. Every
 * file is compared with its entry before it becomes part of the update, so that nothing of two generations is ever mixed.
 */
export async function guidedUpdate(
  context: UpdateContext & { readonly trust: Trust },
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
  context: UpdateContext & { readonly trust: Trust },
  session: Session,
): Promise<GuidedAttempt | Torn> {
  const { job, storage } = context;
  const { files } = job.system;
  const published = storage.published === undefined ? undefined : publishedTree(files, storage.published);
  if (published === undefined || storage.incoming === undefined) {
    return { kind: "unsuited", why: "no signed tree is published" };
  }
  await using incoming = await openIncoming(files, storage.incoming, session);
  // Manifests that differ are few, and each has to be read before the next.
  using pool = hashPool(1);
  try {
    return await walkDown(context, session, { published, incoming, pool });
  } catch (error) {
    if (error instanceof WalkObjection) return { kind: "unsuited", why: error.message };
    throw error;
  }
}

interface Means {
  readonly published: Published;
  readonly incoming: Incoming;
  readonly pool: HashPool;
}

async function walkDown(
  context: UpdateContext & { readonly trust: Trust },
  session: Session,
  { published, incoming, pool }: Means,
): Promise<GuidedAttempt | Torn> {
  const { files, clock } = context.job.system;
  const opening = await openingRound(context, session, { published, incoming });
  if (opening.kind !== "opened") return opening;
  const keyring = await readKeyring({ files }, context.trust.keys);
  // The check of the whole tree tells what is wrong with it.
  if ("code" in keyring) return { kind: "unsuited", why: describeProblem(keyring) };
  const check = await checkTopManifest({ files }, { root: incoming.tree, keyring }, policyOf(context));
  // What is published bears the same signature, and is judged next.
  if ("problems" in check) {
    if (opening.isSame) return { kind: "up-to-date" };
    const { problems } = check;
    return mirrorRejected(context.job, { ok: false, problems, problemCount: problems.length }, false);
  }
  context.reporter.phase("plan");
  const walk = new ManifestWalk(
    { files, pool, keyring, nowMs: clock.nowMs(), published: published.dir, incoming: incoming.tree },
    { before: published.text, after: check.top.text },
  );
  const answer = new AbortController();
  const asking = askForChanges(context, session, { ...opening, walk, incoming, published })
    .finally(() => answer.abort());
  const ahead = opening.isSame ? Promise.resolve() : context.storage.prepareUpdate(answer.signal);
  const [difference] = await allEnded([asking, ahead]);
  if (difference.kind !== "known") return difference;
  if (difference.arrived.length + difference.gone.length === 0) return { kind: "up-to-date" };
  const changes = treeChanges(files, { ...difference, published: published.dir, incoming: incoming.tree });
  return await stage(context, { published, changes, incoming, walk, top: check.top });
}

/** All that is to be known of the difference to the mirror; the files that it takes are in `incoming` then. */
async function askForChanges(
  context: UpdateContext,
  session: Session,
  { published, incoming, walk, ...opening }: Omit<Means, "pool"> & Opening & { readonly walk: ManifestWalk },
) {
  const { files } = context.job.system;
  const rounds = await fetchRounds(context, session, { walk, incoming });
  if (rounds.kind !== "complete") return rounds;
  const stamps = changedStamps(files, { published: published.dir, incoming: incoming.tree, walk, ...opening });
  const arrived = [
    ...(opening.isSame ? [] : [TOP_MANIFEST]),
    ...walk.changed().map(({ path }) => path),
    ...stamps.arrived,
  ];
  const gone = [...walk.gone(), ...stamps.gone];
  const kept = directoriesOfKept(walk);
  const difference = { published: published.dir, incoming: incoming.tree, arrived, gone, kept };
  if (arrived.length + gone.length === 0) return { kind: "known", vanished: [], appeared: [], ...difference } as const;
  const directories = await askForDirectories(context, session, difference);
  return directories.kind === "known" ? { ...difference, ...directories } : directories;
}

/** Where Manifests that were opened list a file that did not change. */
function directoriesOfKept({ differences }: ManifestWalk): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const { path } of differences.flatMap((difference) => difference.kept)) {
    for (let dir = dirname(path); dir !== "." && !kept.has(dir); dir = dirname(dir)) kept.add(dir);
  }
  return kept;
}

function policyOf({ job, trust }: UpdateContext & { readonly trust: Trust }) {
  const { maxAgeDays } = job.repository.verification;
  return { nowMs: job.system.clock.nowMs(), maxAgeDays, accepted: trust.accepted };
}

/** Which directories came and went, with those that came in `incoming`. */
async function askForDirectories(
  { job, storage, reporter }: UpdateContext,
  session: Session,
  difference: {
    readonly published: string;
    readonly incoming: string;
    readonly arrived: readonly string[];
    readonly gone: readonly string[];
    readonly kept: ReadonlySet<string>;
  },
) {
  const { files } = job.system;
  reporter.phase("plan");
  const local = new Set([...LOCAL_NAMES, ...storage.excludes.map((p) => p.slice(1))]);
  const found = await directoryChanges(files, session, { ...difference, local, nowhere: nowhere(job.system) });
  if (found.kind === "failed" || found.appeared.length === 0) return found;
  const fetched = await fetchNamed(session, { into: difference.incoming, paths: found.appeared, mostBytes: 0 });
  if (fetched.kind === "failed") return fetched;
  const appeared = found.appeared.filter((dir) => files.lstat(`${difference.incoming}/${dir}`)?.type === "directory");
  return { ...found, appeared };
}

async function stage(
  context: UpdateContext,
  { incoming, ...made }: Omit<Construction, "staging"> & { readonly incoming: Incoming },
): Promise<GuidedAttempt> {
  const { job, storage, reporter } = context;
  const { changes } = made;
  if (changes.length === 0) return { kind: "up-to-date" };
  reporter.phase("stage");
  const { dir, resumed } = await storage.initUpdate({ signal: job.options.signal, unshared: false });
  if (resumed) return { kind: "unsuited", why: "an interrupted sync left a tree to go on with" };
  await bringIn(job.system, { changes, incoming: incoming.tree, staging: dir });
  const bytes = changes.reduce((sum, { size }) => sum + size, 0);
  const prove = async () => {
    // What publication has to wait for goes to the medium meanwhile.
    const flushed = job.system.files.flush(storage.place);
    const [proof] = await allEnded([proveConstruction(context, { ...made, staging: dir }), flushed]);
    return proof;
  };
  return { kind: "ready", changes, bytes, prove };
}
