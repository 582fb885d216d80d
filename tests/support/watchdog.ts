/** Ends this process when a case takes too long, which a case that never lets go of the thread would not let it do. */
export interface Watchdog extends Disposable {
  /** Says that a case begins. */
  begin(at: number): void;
}

/** Starts one, in a thread of its own. */
export function watchdog(name: string, longestMs: number): Watchdog {
  const current = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("watchdog_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage({ name, current, longestMs });
  return {
    begin: (at) => Atomics.store(current, 0, at),
    [Symbol.dispose]: () => worker.terminate(),
  };
}
