import { startTextWorker } from "./text_worker.ts";
import workerProgram from "./look_through.js" with { type: "text" };

/** Where others are through by then, a thread would only have cost them time. */
const AFTER_MS = 200;

/**
 * Has another thread look at every entry of a tree, so that whoever looks at them next finds them in the kernel's memory
 * and not on a disk. It is only a help: it begins after a moment, what is in the way ends it, and nothing is said.
 *
 * @param tree absolute; links are not followed.
 * @param signal ends it early.
 */
export async function warmTree(tree: string, signal: AbortSignal): Promise<void> {
  await pause(signal);
  if (!signal.aborted) await lookThrough(tree, signal);
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

function lookThrough(tree: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    signal.removeEventListener("abort", end);
    worker.terminate();
    resolve();
  };
  signal.addEventListener("abort", end);
  const worker = startTextWorker(workerProgram, "rcusync warming worker", { onMessage: end, onError: end });
  worker.postMessage(tree);
  return promise;
}
