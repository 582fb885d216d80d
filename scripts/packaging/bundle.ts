import type { Build } from "../../lib/base/build.ts";
import { withLazyBuiltins } from "./lazy_builtins.ts";
import { run } from "./run.ts";

/**
 * Bundles main.ts of the checkout `root`, with what it was built from, into one module in `workDir`; returns its path.
 * The same commit gives the same bytes and the same mtime, wherever it is built.
 *
 * @param options another module of the checkout, by its path there, and the name of what becomes of it.
 */
export async function bundle(
  root: string,
  workDir: string,
  { entry, name } = { entry: "main.ts", name: "rcusync.js" },
): Promise<string> {
  const build = await buildOf(root);
  await Deno.writeTextFile(`${workDir}/build.ts`, `export const BUILD = ${JSON.stringify(build)};\n`);
  const config = await writeConfig(root, workDir);
  const output = `${workDir}/${name}`;
  // Not minified: that takes a `using` whose variable is read once for a plain expression, and the lock stays held.
  const options = ["--quiet", "--config", config, "--lock", `${root}/deno.lock`, "--output", output];
  const { success, stderr } = await run(Deno.execPath(), ["bundle", ...options, `${root}/${entry}`], { cwd: root });
  if (!success) throw new Error(`deno bundle failed:\n${stderr}`);
  await Deno.writeTextFile(output, inAscii(withLazyBuiltins(withoutPaths(await Deno.readTextFile(output)))));
  // deno compile embeds the time, too.
  const time = new Date(build.date ?? 0);
  await Deno.utime(output, time, time);
  return output;
}

/** Drops the names of each module's file, in comments and where late loading has them: they differ between machines. */
function withoutPaths(bundled: string): string {
  return bundled.replaceAll(/^\/\/ \S+\.(?:[cm]?js|ts|json)\n/gm, "")
    .replaceAll(/(= __(?:esm|commonJS)\(\{\n {2})"[^"\n]+"\(/g, "$1module(");
}

/**
 * Escapes what is not ASCII, in comments of libraries: of a single such character V8 makes 16 bits each of all of the
 * text.
 */
function inAscii(bundled: string): string {
  return bundled.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The build of the checkout; without git, or outside a repository, only the version is known. */
async function buildOf(root: string): Promise<Build> {
  const { version } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const log = await git(root, ["log", "-1", "--format=%H %cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]);
  const [commit, date] = log?.split(" ") ?? [];
  if (commit === undefined || date === undefined) return { version };
  const dirty = await git(root, ["status", "--porcelain"]);
  return { version, commit: dirty === "" ? commit : `${commit}-dirty`, date };
}

async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await run("git", ["-C", root, ...args], { env: { TZ: "UTC" } });
    return success ? stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** deno.json with one more mapping: what imports lib/base/build.ts gets the generated module instead. */
async function writeConfig(root: string, workDir: string): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const generated = { [`file://${root}/lib/base/build.ts`]: `file://${workDir}/build.ts` };
  const config = `${workDir}/deno.json`;
  await Deno.writeTextFile(config, JSON.stringify({ nodeModulesDir: "none", imports: { ...imports, ...generated } }));
  return config;
}
