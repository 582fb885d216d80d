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
  // From its text: a file beside this one would not be there in a bundle, nor a blob URL in a compiled executable.
  const url = `data:text/javascript,${encodeURIComponent(workerProgram)}`;
  const worker = new Worker(url, { type: "module", name: "rcusync warming worker" });
  const end = () => {
    signal.removeEventListener("abort", end);
    worker.terminate();
    resolve();
  };
  signal.addEventListener("abort", end);
  worker.onmessage = end;
  worker.onerror = (event) => {
    event.preventDefault();
    end();
  };
  worker.postMessage(tree);
  return promise;
}
