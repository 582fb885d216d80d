import { joinedProgram, startTextWorker } from "./text_worker.ts";
import type { LookJob, LookResult, TreeSurvey } from "./tree_survey.ts";
import lookThroughText from "./look_through.js" with { type: "text" };
import openFlagsText from "./open_flags.js" with { type: "text" };

/** Where others are through by then, a thread would only have cost them time. */
const AFTER_MS = 200;

/**
 * Has another thread look at every entry of a tree, so that whoever looks at them next finds them in the kernel's
 * memory and not on a disk. It is only a help: it begins after a moment, what is in the way ends it, and nothing is
 * said.
 *
 * @param tree absolute; links are not followed.
 * @param signal ends it early.
 */
export async function warmTree(tree: string, signal: AbortSignal): Promise<void> {
  await pause(signal);
  if (!signal.aborted) await lookThrough({ tree, request: undefined }, signal);
}

function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const timer = setTimeout(resolve, AFTER_MS);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener("abort", end);
  return promise.finally(() => signal.removeEventListener("abort", end));
}

/** Runs the other thread to its end; `undefined` when it does not come to that. */
export function lookThrough(job: LookJob, signal: AbortSignal): Promise<TreeSurvey | undefined> {
  const { promise, resolve } = Promise.withResolvers<TreeSurvey | undefined>();
  const end = (survey?: TreeSurvey) => {
    signal.removeEventListener("abort", giveUp);
    worker.terminate();
    resolve(survey);
  };
  const giveUp = () => end();
  signal.addEventListener("abort", giveUp);
  const worker = startTextWorker(joinedProgram(openFlagsText, lookThroughText), "rcusync warming worker", {
    onMessage: ({ data }: MessageEvent<LookResult>) => end(data.survey),
    onError: giveUp,
  });
  worker.postMessage(job);
  return promise;
}
