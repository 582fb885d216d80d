/**
 * `scripts/bench [NAME] [--packages N] [--runs N] [--json] [--keep]`: measures rcusync against a reference in turns,
 * on a generated repository behind a loopback daemon.
 *
 * What counts is what the medians of one run say together; milliseconds depend on the machine. Each case is a file in
 * scripts/bench_cases/. 40,000 packages are the real size; it works below TMPDIR, and `--keep` leaves the files there
 * to look at.
 */

import { parseArgs } from "@std/cli/parse-args";
import { type BenchCase, type Comparison, median, resultOf, type Samples } from "./benchmark/bench_case.ts";
import { type BenchMirror, benchMirror, benchStage } from "./benchmark/bench_stage.ts";

interface Options {
  readonly name: string | undefined;
  readonly packages: number;
  readonly runs: number;
  readonly json: boolean;
  readonly keep: boolean;
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
  const cases = await casesNamed(options.name);
  const dir = await Deno.makeTempDir({ prefix: "rcusync-bench-" });
  const comparisons: Comparison[] = [];
  try {
    await using mirror = await benchMirror(`${dir}/mirror`, options.packages);
    for (const [name, bench] of cases) {
      comparisons.push(...await measure(bench, { dir: `${dir}/${name}`, mirror, runs: options.runs }));
    }
  } finally {
    if (options.keep) console.error(`kept ${dir}`);
    else await Deno.remove(dir, { recursive: true });
  }
  const { packages, runs } = options;
  if (options.json) console.log(JSON.stringify({ packages, runs, cases: comparisons.map(summary) }, undefined, 2));
  else console.log(table(comparisons));
}

async function casesNamed(name: string | undefined): Promise<[name: string, BenchCase][]> {
  const folder = new URL("./bench_cases/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name.replace(/\.ts$/, "")).sort();
  const chosen = names.filter((found) => name === undefined || found === name);
  if (chosen.length === 0) throw new Error(`no case ${name}; there are ${names.join(" ")}`);
  return await Promise.all(
    chosen.map(async (name): Promise<[string, BenchCase]> => [name, (await import(`${folder}${name}.ts`)).bench]),
  );
}

async function measure(
  bench: BenchCase,
  { dir, mirror, runs }: { readonly dir: string; readonly mirror: BenchMirror; readonly runs: number },
): Promise<Comparison[]> {
  await using mirrors = new AsyncDisposableStack();
  await Deno.mkdir(dir);
  return await bench.run(benchStage(dir, { mirror, runs, onMirror: (other) => mirrors.use(other) }));
}

function summary(comparison: Comparison) {
  const { name, reference, measured, bar } = comparison;
  const side = ({ what, unit, values }: Samples) => ({ what, unit, median: median(values), values });
  return { name, ratio: resultOf(comparison, "ratio"), bar, reference: side(reference), measured: side(measured) };
}

function table(comparisons: readonly Comparison[]): string {
  const cells = [["case", "reference", "", "measured", "", "ratio", "bar", ""], ...comparisons.map(row)];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const line = (line: readonly string[]) =>
    line.map((cell, column) =>
      /^[\d.]+( ms| MB)?$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
    );
  return cells.map((row) => line(row).join("  ").trimEnd()).join("\n");
}

function row(comparison: Comparison): string[] {
  const side = ({ what, unit, values }: Samples) => [what, `${median(values).toFixed(0)} ${unit}`];
  const { name, reference, measured } = comparison;
  return [
    name,
    ...side(reference),
    ...side(measured),
    resultOf(comparison, "ratio").toFixed(2),
    ...verdict(comparison),
  ];
}

/** The bar, and how it is met. */
function verdict(comparison: Comparison): string[] {
  const { bar, measured: { unit } } = comparison;
  if (bar === undefined) return ["", ""];
  const result = resultOf(comparison);
  const met = result <= bar.most ? "met" : "missed";
  switch (bar.of) {
    case "ratio":
      return [`ratio ≤ ${bar.most}`, met];
    case "difference":
      return [`≤ ${bar.most} ${unit} more`, `${met}: ${result.toFixed(0)} ${unit}`];
    case "measured":
      return [`≤ ${bar.most} ${unit}`, met];
  }
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
