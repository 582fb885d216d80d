import { momentText } from "../base/moment.ts";
import { type Problem, problem } from "./problem.ts";

const DAY_MS = 86_400_000;

/** The state of a repository that was accepted last. Kept outside of the tree, and only ever replaced by a later one. */
export interface AcceptedState {
  readonly timestampMs: number;
  /** SHA-512 of the signed text of its top-level Manifest, in hex. */
  readonly textDigest: string;
}

/** What a TIMESTAMP is judged by. */
export interface TimestampPolicy {
  readonly nowMs: number;
  /** Whole days that the tree may be old; 0: any number. */
  readonly maxAgeDays: number;
  /** What a tree that is older is; a warning, as in Portage, when absent. */
  readonly maxAgeAction?: "warn" | "fail";
  readonly accepted?: AcceptedState | undefined;
}

/** What is wrong with a TIMESTAMP, and what is only worth a word. */
export interface TimestampVerdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Judges the TIMESTAMP of the top-level Manifest at `path`, which a key that has expired since may have signed. */
export function judgeTimestamp(
  path: string,
  top: AcceptedState & { readonly keyHasExpired: boolean },
  policy: TimestampPolicy,
): TimestampVerdict {
  const time = momentText(top.timestampMs);
  const { accepted, maxAgeDays, nowMs } = policy;
  const fail = (...rest: [Problem["code"], string]) => ({ problems: [problem(rest[0], path, rest[1])], warnings: [] });
  if (top.timestampMs > nowMs + DAY_MS) return fail("timestamp-in-future", `Made at ${time}, which is yet to come`);
  if (accepted !== undefined && top.timestampMs < accepted.timestampMs) {
    const before = momentText(accepted.timestampMs);
    return fail("rollback", `Made at ${time}, before the state of ${before} that was accepted already`);
  }
  if (top.timestampMs === accepted?.timestampMs && top.textDigest !== accepted.textDigest) {
    return fail("timestamp-reuse", `Made at ${time} like the state accepted already, but differs from it`);
  }
  const ageDays = Math.floor((nowMs - top.timestampMs) / DAY_MS);
  if (maxAgeDays === 0 || ageDays <= maxAgeDays) return { problems: [], warnings: [] };
  const message = `Made at ${time}, ${ageDays} days ago; more than ${maxAgeDays} is suspicious`;
  // Whoever holds an expired key may date signatures back.
  if (policy.maxAgeAction === "fail" || top.keyHasExpired) return fail("too-old", message);
  return { problems: [], warnings: [message] };
}
