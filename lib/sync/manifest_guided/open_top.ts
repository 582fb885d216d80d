import { equals } from "@std/bytes/equals";
import type { Files } from "../../host/files.ts";
import type { HashPool } from "../../host/hash_pool.ts";
import { readKeyring } from "../../manifest/keyring.ts";
import { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { describeProblem } from "../../manifest/problem.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { checkTopManifest, TOP_MANIFEST, type TopManifest } from "../../manifest/top_manifest.ts";
import type { Session } from "../../rsync/session.ts";
import { hasFineTimes } from "../../storage/fine_times.ts";
import { storeLayout } from "../../store/layout.ts";
import type { Attempt } from "../attempt.ts";
import { mirrorRejected } from "../rejection.ts";
import type { Trust, TrustSource } from "../trust.ts";
import type { UpdateContext } from "../update_context.ts";
import type { Trees } from "./mirror_difference.ts";
import { type Opening, openingRound } from "./opening.ts";
import { startScrub } from "./proof.ts";
import type { RotatingScrub } from "./rotating_scrub.ts";
import { WalkAhead } from "./walk_ahead.ts";

/** What a guided update takes. */
export type TrustingContext = UpdateContext & { readonly trust: TrustSource };

/** Another way has to be taken. */
export interface Unsuited {
  readonly kind: "unsuited";
  readonly why: string;
}

/** A signed top-level Manifest that may be believed, and what follows it. */
export interface TrustedTop {
  readonly kind: "trusted";
  readonly top: TopManifest;
  /** Whether it is the very one that is published. */
  readonly isSame: boolean;
  readonly walk: ManifestWalk;
  readonly scrub: RotatingScrub | undefined;
  /** What is found right where it is fetched to; `undefined` where it would have to be read again nevertheless. */
  readonly seen: SeenFiles | undefined;
}

/** The same once the first connection has ended. */
export interface OpenedTop extends Omit<TrustedTop, "kind"> {
  readonly kind: "opened";
  readonly opening: Opening;
}

interface TopSources extends Trees {
  readonly pool: HashPool;
}

/** Judges the top-level Manifest when it comes, and walks on from it while the rest of the first round still comes. */
export async function openTop(
  context: TrustingContext,
  session: Session,
  sources: TopSources,
): Promise<OpenedTop | Attempt | Unsuited> {
  const { files } = context.job.system;
  const path = `${sources.incoming.tree}/${TOP_MANIFEST}`;
  let early: TrustedTop | undefined;
  const begin = async () => {
    const judged = await judgeTop(context, sources);
    if (judged.kind === "trusted") early = judged;
    return early?.walk;
  };
  const ahead = new WalkAhead(() => files.lstat(path)?.type === "file" ? begin() : undefined);
  const meanwhile = async () => {
    await context.trust();
    // A thread gets ready while the mirror is waited for, unless that has nothing new.
    if (!holds(files, path, sources.published.bytes)) sources.pool.start();
  };
  const round = { ...sources, meanwhile, onArrival: () => ahead.goOn() };
  const opening = await openingRound(context, session, round).finally(() => ahead.rest());
  if (opening.kind !== "opened") return opening;
  await ahead.ended();
  // Nothing is held against a mirror before all has come; and what is believed must be what came last.
  const isStill = early !== undefined && holds(files, path, early.top.bytes);
  const judged = early !== undefined && isStill ? early : await judgeTop(context, sources);
  return judged.kind === "trusted" ? { ...judged, kind: "opened", opening } : judged;
}

async function judgeTop(
  context: TrustingContext,
  { published, incoming, pool }: TopSources,
): Promise<TrustedTop | Attempt | Unsuited> {
  const { job } = context;
  const { files, clock } = job.system;
  const path = `${incoming.tree}/${TOP_MANIFEST}`;
  const trust = await context.trust();
  const keyring = await readKeyring({ files }, trust.keys);
  // The check of the whole tree tells what is wrong with it.
  if ("code" in keyring) return { kind: "unsuited", why: describeProblem(keyring) };
  const isSame = holds(files, path, published.bytes);
  const check = await checkTopManifest({ files }, { root: incoming.tree, keyring }, policyOf(context, trust));
  // What is published bears the same signature, and is judged next.
  if ("problems" in check && isSame) return { kind: "up-to-date" };
  if ("problems" in check) {
    const { problems } = check;
    return mirrorRejected(job, { ok: false, problems, problemCount: problems.length }, false);
  }
  const { top } = check;
  const isFollowed = !isSame && knowsAgain(context);
  const seen: SeenFiles | undefined = isFollowed ? new Map() : undefined;
  const walk = new ManifestWalk(
    { files, pool, keyring, nowMs: clock.nowMs(), published: published.dir, incoming: incoming.tree, seen },
    { before: published.text, after: top.text },
  );
  return { kind: "trusted", top, isSame, walk, seen, scrub: await startScrub(context, { published, walk, pool }) };
}

/** Whether a file that was read is known again wherever it is renamed to. */
function knowsAgain({ job: { system: { files }, repository: { storage } } }: UpdateContext): boolean {
  return storage.kind === "hardlink_rcu" && hasFineTimes(files, storeLayout(storage.storeDir));
}

/** Whether a file has just these bytes; of another size it is not read. */
function holds(files: Pick<Files, "lstat" | "readBytes">, path: string, bytes: Uint8Array): boolean {
  const stat = files.lstat(path);
  return stat?.type === "file" && stat.size === bytes.length && equals(files.readBytes(path), bytes);
}

function policyOf({ job }: UpdateContext, trust: Trust) {
  const { maxAgeDays, maxAgeAction } = job.repository.verification;
  return { nowMs: job.system.clock.nowMs(), maxAgeDays, maxAgeAction, accepted: trust.accepted };
}
