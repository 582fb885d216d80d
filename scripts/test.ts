/**
 * `scripts/test [--long] [--binary] [FILTER…]`: formatting, lint, types, all tests and the examples in doc comments.
 *
 * A FILTER is a path of a test file or folder, or part of test names; with one, only the tests that it selects run,
 * without the static checks. `--long` adds the long sweeps. `--binary` builds dist/rcusync and has the end-to-end tests
 * run that in place of the checkout; without a FILTER only these run. The last line counts everything; the exit status
 * is 0 only when something passed and nothing failed.
 */

import { bundleName } from "../tests/support/program.ts";
import { bundle } from "./packaging/bundle.ts";
import { addCounts, countRun, summaryLine, type TestCounts } from "./test_summary.ts";

if (import.meta.main) {
  const isBinary = Deno.args.includes("--binary");
  const given = Deno.args.filter((arg) => arg !== "--long" && arg !== "--binary");
  const filters = isBinary && given.length === 0 ? ["tests/e2e"] : given;
  const unknown = filters.find((filter) => filter.startsWith("-"));
  if (unknown !== undefined) {
    console.error(`scripts/test: unknown option ${unknown}\nUsage: scripts/test [--long] [--binary] [FILTER...]`);
    Deno.exit(2);
  }
  if (Deno.args.includes("--long")) Deno.env.set("RCUSYNC_LONG", "1");
  if (isBinary) await testBinary();
  const counts = filters.length > 0 ? await selectedTests(filters) : await everything();
  console.log(summaryLine(counts));
  Deno.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
}

/** The form that needs no denort is the one that can be built anywhere. */
async function testBinary(): Promise<void> {
  heading("binary");
  const success = await deno(["run", "-A", "--quiet", "--frozen", "scripts/compile.ts", "--form", "self-extracting"]);
  if (!success) Deno.exit(1);
  Deno.env.set("RCUSYNC", `${Deno.cwd()}/dist/rcusync`);
}

async function everything(): Promise<TestCounts> {
  return addCounts(
    await check("formatting", ["fmt", "--check"]),
    await check("lint", ["lint"]),
    await check("types", ["check", "--quiet", "--frozen", "main.ts", "lib", "tests", "scripts"]),
    await withBundles(() => tests("tests", ["tests"])),
    await tests("examples", ["--doc", "lib"]),
  );
}

/** Bundles what all tests together run thousands of times: it starts in two thirds of the time. */
async function withBundles(run: () => Promise<TestCounts>): Promise<TestCounts> {
  const root = Deno.cwd();
  await Deno.mkdir(".cache", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${root}/.cache`, prefix: "bundles-" });
  // Some tests run the program as another user.
  await Deno.chmod(folder, 0o755);
  try {
    for (const entry of ["main.ts", "tests/support/killed_main.ts"]) {
      await bundle(root, folder, { entry, name: bundleName(entry) });
    }
    Deno.env.set("RCUSYNC_BUNDLES", folder);
    return await run();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Paths select files, the other filters select by name; both kinds together narrow each other. */
async function selectedTests(filters: readonly string[]): Promise<TestCounts> {
  const paths = filters.filter(exists);
  const names = filters.filter((filter) => !paths.includes(filter)).map((name) => RegExp.escape(name));
  const filter = names.length > 0 ? new RegExp(names.join("|")) : undefined;
  return await tests("selected tests", paths.length > 0 ? paths : ["tests"], filter);
}

/** A static check counts as one test. */
async function check(title: string, args: readonly string[]): Promise<TestCounts> {
  heading(title);
  const success = await deno(args);
  return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
}

async function tests(title: string, args: readonly string[], filter?: RegExp): Promise<TestCounts> {
  heading(title);
  await Deno.mkdir(".cache", { recursive: true });
  const report = await Deno.makeTempFile({ dir: ".cache", prefix: "junit-", suffix: ".xml" });
  try {
    const options = ["-A", "--frozen", "--no-check", "--parallel", `--junit-path=${report}`];
    const byName = filter === undefined ? [] : ["--filter", String(filter)];
    const success = await deno(["test", ...options, ...byName, ...args]);
    return countRun(await Deno.readTextFile(report), success, filter);
  } finally {
    await Deno.remove(report);
  }
}

/** Most tests wait for rsync most of the time, so one file more than there are processors is under way. */
async function deno(args: readonly string[]): Promise<boolean> {
  const env = { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1) };
  const child = new Deno.Command(Deno.execPath(), { args: [...args], stdin: "null", env }).spawn();
  return (await child.status).success;
}

function heading(title: string): void {
  console.log(`\n== ${title}`);
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
