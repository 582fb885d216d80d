import { Fault, type FaultKind } from "../base/fault.ts";
import type { Session } from "../rsync/session.ts";
import type { MirrorFailure, UpdateContext } from "./update_context.ts";

/**
 * Asks one mirror after the other until one has an answer, and warns of each that failed before it.
 *
 * @param onGivingUp called with the last failure before the fault is thrown.
 *
 * @throws {Fault} `mirror`, `verification` or `disk-full` with what the last one said; whatever the signal was aborted
 *   with.
 */
export async function tryMirrors<Answer extends { readonly kind: string }>(
  { job, mirrors, reporter }: Pick<UpdateContext, "job" | "mirrors" | "reporter">,
  ask: (session: Session) => Promise<Answer | MirrorFailure>,
  onGivingUp: (last: MirrorFailure) => Promise<void> = () => Promise.resolve(),
): Promise<Answer> {
  let last: MirrorFailure | undefined;
  let rejected: MirrorFailure | undefined;
  for (const session of mirrors.sessions) {
    if (last !== undefined) reporter.warn(last.message, last.hint);
    const answer = await ask(session);
    job.options.signal.throwIfAborted();
    if (!isFailure(answer)) return answer;
    last = answer;
    if (last.rejected !== undefined) rejected = last;
    if (!last.retry) break;
  }
  if (last !== undefined) await onGivingUp(last);
  // That a mirror has a bad tree matters more than that another one is away.
  const blamed = last?.diskFull ? last : rejected ?? last;
  throw new Fault(kindOf(blamed), blamed?.message ?? "There is no mirror to ask", {
    hint: blamed?.hint ?? "Check sync-uri and the network, and try again later",
  });
}

function kindOf(failure: MirrorFailure | undefined): FaultKind {
  if (failure?.diskFull) return "disk-full";
  return failure?.rejected === undefined ? "mirror" : "verification";
}

function isFailure(answer: { readonly kind: string }): answer is MirrorFailure {
  return answer.kind === "failed";
}
