import type { System } from "../host/system.ts";
import { type KeySource, readKeyring } from "./keyring.ts";
import type { Problem } from "./problem.ts";
import type { Memory } from "./memory.ts";
import type { SignedBy } from "./signature.ts";
import type { AcceptedState, TimestampPolicy } from "./timestamp_policy.ts";
import { checkTopManifest, type TopManifest } from "./top_manifest.ts";
import { shareScan } from "./shared_scan.ts";
import type { Counters } from "./verification.ts";
import { verifyTree } from "./verify_tree.ts";

/** What both checks of a repository take. */
export interface SignedRepository extends KeySource {
  /** Absolute path of the tree; a link to it is fine. */
  readonly tree: string;
  /** `sync-rsync-verify-max-age`: whole days; 0, the default: any age. */
  readonly maxAgeDays?: number;
  /** What an older tree is; a warning, as in Portage, when absent. */
  readonly maxAgeAction?: "warn" | "fail";
  /** The state that was accepted last: an older one, or another one of the same time, is refused. */
  readonly accepted?: AcceptedState | undefined;
}

/** What the whole check takes besides. */
export interface RepositoryToVerify extends SignedRepository {
  /** Threads that hash; the usable processors when absent. */
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((counters: Readonly<Counters>) => void) | undefined;
  /** What files are recognized by; absent: every file is read. */
  readonly memory?: Memory | undefined;
}

/** Outcome of {@linkcode verifyTopManifest}. */
export type TopManifestVerdict = SignedState | Rejection;

/** Outcome of {@linkcode verifyRepository}. */
export type RepositoryVerdict = (SignedState & Readonly<Counters>) | Rejection;

/** What an acceptable top-level Manifest tells. */
export interface SignedState extends AcceptedState {
  readonly ok: true;
  readonly signedBy: readonly [SignedBy, ...SignedBy[]];
  /** Sentences for the user, such as that the tree is old. */
  readonly warnings: readonly string[];
}

/** Nothing of the tree may be used. */
export interface Rejection {
  readonly ok: false;
  /** By path; at most 10,000. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

/**
 * Verifies a whole repository: who signed it, when, and every file.
 *
 * @throws the signal's reason when it aborts.
 */
export async function verifyRepository(
  system: Pick<System, "files" | "clock" | "environment">,
  repository: RepositoryToVerify,
): Promise<RepositoryVerdict> {
  const { jobs = system.environment.processors, memory, onProgress, signal } = repository;
  const root = rootOf(system, repository.tree);
  // The other thread lists while this one loads what checks signatures, reads what is known and checks the signature.
  using shared = shareScan(system, root, { stamps: memory?.mayKnow === true, jobs });
  const keyring = await readKeyring(system, repository);
  if ("code" in keyring) return rejection([keyring]);
  const timestampPolicy = policyOf(system, repository);
  const tree = { root, shared, keyring, timestampPolicy, jobs, memory, onProgress, signal };
  const verdict = await verifyTree(system, tree);
  return verdict.ok ? { ...stateOf(verdict.top), ...verdict.counters } : verdict;
}

/**
 * Checks the signature and time of the top-level Manifest alone: for a tree that is verified already, whose key may
 * have been revoked since.
 */
export async function verifyTopManifest(
  system: Pick<System, "files" | "clock">,
  repository: SignedRepository,
): Promise<TopManifestVerdict> {
  const keyring = await readKeyring(system, repository);
  if ("code" in keyring) return rejection([keyring]);
  const root = rootOf(system, repository.tree);
  const check = await checkTopManifest(system, { root, keyring }, policyOf(system, repository));
  return "top" in check ? stateOf(check.top) : rejection(check.problems);
}

function policyOf({ clock }: Pick<System, "clock">, repository: SignedRepository): TimestampPolicy {
  const { accepted, maxAgeAction, maxAgeDays = 0 } = repository;
  return { nowMs: clock.nowMs(), maxAgeDays, accepted, ...(maxAgeAction !== undefined && { maxAgeAction }) };
}

/** Links inside a tree are judged, one to the tree is the caller's. */
function rootOf({ files }: Pick<System, "files">, tree: string): string {
  return files.stat(tree) === undefined ? tree : files.realPath(tree);
}

function stateOf({ signedBy, textDigest, timestampMs, warnings }: TopManifest): SignedState {
  return { ok: true, timestampMs, textDigest, signedBy, warnings };
}

function rejection(problems: readonly Problem[]): Rejection {
  return { ok: false, problems, problemCount: problems.length };
}
