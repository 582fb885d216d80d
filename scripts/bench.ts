/**
 * `scripts/bench [NAME] [--packages N] [--runs N] [--json] [--keep]`: measures rcusync against a reference in turns,
 * on a generated repository behind a loopback daemon.
 *
 * What counts is the ratio of the medians of one run; milliseconds depend on the machine. Each case is a file in
 * scripts/bench_cases/. 40,000 packages are the real size; `--keep` leaves the files there to look at.
 */

import { parseArgs } from "@std/cli/parse-args";
import { type BenchCase, type Comparison, median } from "./benchmark/bench_case.ts";
import { benchStage } from "./benchmark/bench_stage.ts";

interface Options {
  readonly name: string | undefined;
  readonly packages: number;
  readonly runs: number;
  readonly json: boolean;
  readonly keep: boolean;
}

interface Row extends Comparison {
  readonly name: string;
  /** The median of rcusync by that of the reference: below 1, rcusync is faster. */
  readonly ratio: number;
}

if (import.meta.main) {
  try {
    await main(optionsOf(Deno.args));
  } catch (error) {
    console.error(`scripts/bench: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}

async function main(options: Options): Promise<void> {
  const rows: Row[] = [];
  for (const bench of await casesNamed(options.name)) rows.push(await measure(bench, options));
  const { packages, runs } = options;
  if (options.json) console.log(JSON.stringify({ packages, runs, cases: rows.map(summary) }, undefined, 2));
  else console.log(table(rows));
}

async function casesNamed(name: string | undefined): Promise<BenchCase[]> {
  const folder = new URL("./bench_cases/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  const chosen = files.filter((file) => name === undefined || file === `${name}.ts`);
  if (chosen.length === 0) throw new Error(`no case ${name}; there are ${files.join(" ").replaceAll(".ts", "")}`);
  return await Promise.all(chosen.map(async (file) => (await import(new URL(file, folder).href)).bench));
}

async function measure(bench: BenchCase, { packages, runs, keep }: Options): Promise<Row> {
  const dir = await Deno.makeTempDir({ prefix: "rcusync-bench-" });
  try {
    await using stage = await benchStage(dir, { packages, runs });
    const comparison = await bench.run(stage);
    const ratio = median(comparison.rcusync.ms) / median(comparison.reference.ms);
    return { name: bench.name, ...comparison, ratio };
  } finally {
    if (keep) console.error(`kept ${dir}`);
    else await Deno.remove(dir, { recursive: true });
  }
}

function summary({ name, reference, rcusync, ratio }: Row) {
  const side = ({ what, ms }: Comparison["reference"]) => ({ what, medianMs: median(ms), ms });
  return { name, ratio, reference: side(reference), rcusync: side(rcusync) };
}

function table(rows: readonly Row[]): string {
  const side = ({ what, ms }: Comparison["reference"]) => [what, `${median(ms).toFixed(0)} ms`];
  const cells = [
    ["case", "reference", "", "measured", "", "ratio"],
    ...rows.map((row) => [row.name, ...side(row.reference), ...side(row.rcusync), row.ratio.toFixed(2)]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const line = (line: readonly string[]) =>
    line.map((cell, column) =>
      /\d$|ms$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
    );
  return cells.map((row) => line(row).join("  ").trimEnd()).join("\n");
}

function optionsOf(args: readonly string[]): Options {
  const parsed = parseArgs(args, {
    string: ["packages", "runs"],
    boolean: ["json", "keep"],
    default: { packages: "2000", runs: "5" },
    unknown: (arg) => {
      if (arg.startsWith("-")) throw new Error(`unknown option ${arg}`);
    },
  });
  const [name, ...others] = parsed._;
  if (others.length > 0) throw new Error("name one case, or none for all");
  return {
    name: name === undefined ? undefined : String(name),
    packages: positive("--packages", parsed.packages),
    runs: positive("--runs", parsed.runs),
    json: parsed.json === true,
    keep: parsed.keep === true,
  };
}

function positive(option: string, value: unknown): number {
  if (!/^[1-9][0-9]*$/.test(String(value))) throw new Error(`${option} takes a positive number`);
  return Number(value);
}
