import { quoted } from "../base/printable.ts";
import { describeProblem } from "../manifest/problem.ts";
import type { Rejection } from "../manifest/verify_repository.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { SyncJob } from "./sync_job.ts";
import type { MirrorFailure } from "./update_context.ts";

/**
 * What a mirror has does not verify; the next mirror may be asked.
 *
 * @param retry whether the same mirror may do better in a moment. One that is behind is never final: the next one may be
 *   ahead.
 */
export function mirrorRejected({ repository }: SyncJob, rejected: Rejection, retry: boolean): MirrorFailure {
  return rejection(rejected, {
    retry: retry || isBehind(rejected),
    message: `What the mirror has of ${quoted(repository.name)} does not verify: ${summary(rejected)}`,
    hint: hintOn(repository, rejected),
  });
}

/** Whether a mirror has nothing worse than a state from before the one that was accepted. */
export function isBehind({ problems }: Rejection): boolean {
  return problems.length > 0 && problems.every(({ code }) => code === "rollback" || code === "timestamp-reuse");
}

function hintOn({ location, storage }: Repository, rejected: Rejection): string {
  // Readers have it already.
  const before = storage.kind === "inplace"
    ? `${location} was changed already and does not verify; the next good sync mends it`
    : "Nothing was published";
  const force = storage.kind === "inplace" ? " with --force" : "";
  return isBehind(rejected)
    ? `${before}; try another mirror${force}, or take what this one has with --allow-older`
    : `${before}; try again later, or another mirror${force}`;
}

/** What is published does not verify any more, and the mirror has nothing else. */
export function publishedDistrusted({ repository }: SyncJob, rejected: Rejection): MirrorFailure {
  return rejection(rejected, {
    retry: false,
    message: `What is published of ${quoted(repository.name)} is not to be trusted any more: ${summary(rejected)}`,
    hint: repository.storage.kind === "hardlink_rcu"
      ? "The mirror has nothing newer; until it has, see rcusync rollback for an earlier state"
      : "The mirror has nothing newer; try again later, or another mirror with --force",
  });
}

function rejection(
  rejected: Rejection,
  told: { readonly retry: boolean; readonly message: string; readonly hint: string },
): MirrorFailure {
  return { kind: "failed", diskFull: false, ...told, rejected };
}

function summary({ problems: [first], problemCount }: Rejection): string {
  return problemCount === 1 && first !== undefined ? describeProblem(first) : `${problemCount} problems`;
}
