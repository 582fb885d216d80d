import { mixedFolders } from "./manifest_tree.ts";

/** What a reader saw. */
export interface Readings {
  /** Times that the whole tree was read. */
  readonly reads: number;
  /** Reads that found no tree, or files of two generations. */
  readonly failures: readonly string[];
  /** The different trees that the location resolved to, in order. */
  readonly trees: readonly string[];
}

/**
 * Reads the generated tree at `location` over and over, as a consumer does: resolve the location once, then read
 * every file below what it resolved to, and check that all belong to one generation.
 *
 * The loop starts at once and gives way to other work between two reads; `stop` ends it.
 */
export function loopingReader(location: string): { stop(): Promise<Readings> } {
  const trees = new Set<string>();
  const failures: string[] = [];
  let reads = 0;
  let stopped = false;
  const readOnce = () => {
    reads++;
    try {
      const tree = Deno.realPathSync(location);
      trees.add(tree);
      failures.push(...mixedFolders(tree).map((folder) => `${folder} mixes two generations`));
    } catch (error) {
      failures.push(String(error));
    }
  };
  const loop = async () => {
    while (!stopped) {
      readOnce();
      await new Promise((resolve) => setTimeout(resolve));
    }
    return { reads, failures, trees: [...trees] };
  };
  const done = loop();
  return {
    stop: () => {
      stopped = true;
      return done;
    },
  };
}
