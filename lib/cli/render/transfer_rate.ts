const WINDOW_MS = 5000;

/** How fast a transfer is, over its last five seconds. */
export interface TransferRate {
  /** Notes that `doneBytes` had been transferred at `atMs`, on a clock that never goes back. */
  add(atMs: number, doneBytes: number): void;
  /** Bytes a second; `undefined` as long as too little is known. */
  bytesPerSecond(): number | undefined;
}

/** A {@linkcode TransferRate} that knows nothing yet. */
export function transferRate(): TransferRate {
  const samples: { readonly atMs: number; readonly doneBytes: number }[] = [];
  return {
    add: (atMs, doneBytes) => {
      samples.push({ atMs, doneBytes });
      while (samples.length > 2 && (samples[0]?.atMs ?? atMs) < atMs - WINDOW_MS) samples.shift();
    },
    bytesPerSecond: () => {
      const first = samples[0];
      const last = samples.at(-1);
      if (first === undefined || last === undefined || last.atMs - first.atMs < 200) return undefined;
      return Math.max(0, (last.doneBytes - first.doneBytes) * 1000 / (last.atMs - first.atMs));
    },
  };
}
