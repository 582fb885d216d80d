/** How a reader holds on to the tree that it resolved: by a lease, as its working directory, or not at all. */
export type Hold = "lease" | "directory" | "nothing";

/** What a reader saw. */
export interface Readings {
  /** Times that all files were read. */
  reads: number;
  /** Different generations. */
  readonly trees: number;
  /** Opens that failed. */
  readonly failed: string[];
  /** Reads that saw more than one generation. */
  mixed: number;
}

/** Readers at work, each a process of its own. */
export interface SnapshotReaders extends AsyncDisposable {
  /** Ends them and adds up what they saw. */
  stop(): Promise<Readings>;
}

/** Starts one reader of `location` for each of `holds`; resolves when all of them read. */
export async function snapshotReaders(location: string, holds: readonly Hold[]): Promise<SnapshotReaders> {
  const readers = await Promise.all(holds.map((hold) => startReader(location, hold)));
  let done: Promise<Readings> | undefined;
  const stop = () => done ??= Promise.all(readers.map(({ stop }) => stop())).then(sum);
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

async function startReader(location: string, hold: Hold): Promise<{ stop(): Promise<Readings> }> {
  const main = new URL("snapshot_reader_main.ts", import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--frozen", "--no-check", `--config=${config}`, main, location, hold],
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { value, done } = await lines.read();
      if (done) return;
      text += value;
    }
  };
  await readUntil(() => text.includes("\n"));
  return {
    stop: async () => {
      await child.stdin.close();
      await readUntil(() => false);
      await child.status;
      return JSON.parse(text.slice(text.indexOf("\n")));
    },
  };
}

function sum(all: readonly Readings[]): Readings {
  return {
    reads: all.reduce((total, { reads }) => total + reads, 0),
    trees: Math.max(...all.map(({ trees }) => trees)),
    failed: all.flatMap(({ failed }) => failed),
    mixed: all.reduce((total, { mixed }) => total + mixed, 0),
  };
}
