/// <reference lib="deno.worker" />

interface Orders {
  readonly name: string;
  /** Holds the number of the case. */
  readonly current: Int32Array<SharedArrayBuffer>;
  readonly longestMs: number;
}

self.onmessage = ({ data: { name, current, longestMs } }: MessageEvent<Orders>) => {
  let seen = -1;
  setInterval(() => {
    const at = Atomics.load(current, 0);
    if (at === seen) {
      console.error(`${name}: case ${at} does not end`);
      Deno.kill(Deno.pid, "SIGKILL");
    }
    seen = at;
  }, longestMs);
};
