import type { BenchCase } from "../benchmark/bench_case.ts";
import { timeCommand } from "../benchmark/timed_run.ts";

/** Those that Portage probes with, and rcusync to the letter as well. */
const PROBE_WORDS: readonly string[] = [
  ...["--recursive", "--links", "--safe-links", "--perms", "--times", "--omit-dir-times", "--compress", "--force"],
  ...["--whole-file", "--delete", "--stats", "--human-readable", "--timeout=180", "--exclude=/distfiles"],
  ...["--exclude=/local", "--exclude=/packages", "--exclude=/.git", "--quiet", "--inplace"],
];

/** Nothing changed upstream: what remains is one look at the mirror's timestamp. */
export const bench: BenchCase = {
  async run({ dir, mirror, runs, client }) {
    const rcusync = client("client");
    const probe = [...PROBE_WORDS, `${mirror.uri}/metadata/timestamp.chk`, `${dir}/timestamp.chk`];
    const reference: number[] = [];
    const measured: number[] = [];
    await rcusync.run("sync");
    for (let round = 1; round <= 3 * runs; round++) {
      reference.push(await timeCommand("rsync", probe));
      measured.push((await rcusync.run("sync")).ms);
    }
    return [{
      name: "up_to_date",
      reference: { what: "the probe's rsync alone", unit: "ms", values: reference },
      measured: { what: "rcusync sync", unit: "ms", values: measured },
      bar: { of: "difference", most: 150 },
    }];
  },
};
