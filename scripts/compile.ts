/**
 * `scripts/compile [--target T] [--form auto|compile|self-extracting] [--output F]`: builds the single executable.
 *
 * `compile` is `deno compile`, with the denort that Deno downloads or that DENORT_BIN names. `self-extracting` packs
 * the deno runtime beside the program and needs no denort. `auto`, the default, tries the first and falls back to the
 * second, saying so. Beside the output lies its SHA-256.
 */

import { parseArgs } from "@std/cli/parse-args";
import { dirname, resolve } from "@std/path";
import { bundle } from "./packaging/bundle.ts";
import { compileWithDeno } from "./packaging/deno_compile.ts";
import { runtimeFor } from "./packaging/runtime.ts";
import { packSelfExtracting } from "./packaging/self_extracting.ts";

const forms = ["auto", "compile", "self-extracting"];
const root = dirname(import.meta.dirname ?? "");

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(`scripts/compile: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const { target, form, output } = options(args);
  const work = `${root}/.cache/compile-${Deno.pid}`;
  await Deno.mkdir(work, { recursive: true });
  await Deno.mkdir(dirname(output), { recursive: true });
  try {
    const program = await bundle(root, work);
    // Whoever runs the old binary keeps it, and nobody finds half a new one.
    const partial = `${work}/rcusync`;
    const built = await build({ program, target, form, output: partial });
    await Deno.chmod(partial, 0o755);
    await writeChecksum(partial, output);
    await Deno.rename(partial, output);
    console.log(`${output} (${built})`);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Builds `output` and returns the form it got. */
async function build(
  { program, target, form, output }: { program: string; target: string; form: string; output: string },
): Promise<string> {
  if (form !== "self-extracting") {
    const refusal = await compileWithDeno({ program, target, output });
    if (refusal === undefined) return "compile";
    if (form === "compile") throw new Error(`deno compile failed:\n${refusal}`);
    console.error(`deno compile could not (${causeOf(refusal)}): building the self-extracting form`);
  }
  await packSelfExtracting({ program, runtime: await runtimeFor(target, root), output });
  return "self-extracting";
}

/** The first cause in what Deno says of a failure; what is wrapped around it tells nothing more. */
function causeOf(refusal: string): string {
  const causes = [...refusal.matchAll(/^ *\d+: (.*)$/gm)].map(([, cause = ""]) => cause);
  return causes.find((cause) => !cause.startsWith("Setting up")) ?? refusal.trim();
}

function options(args: readonly string[]): { target: string; form: string; output: string } {
  const parsed = parseArgs(args, {
    string: ["target", "form", "output"],
    default: { target: Deno.build.target, form: "auto", output: `${root}/dist/rcusync` },
    unknown: (arg) => {
      throw new Error(`unknown argument ${arg}`);
    },
  });
  const form = String(parsed.form);
  if (!forms.includes(form)) throw new Error(`--form is one of ${forms.join(", ")}`);
  return { target: String(parsed.target), form, output: resolve(String(parsed.output)) };
}

/** In the format of sha256sum, beside `output`. */
async function writeChecksum(built: string, output: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(built)));
  await Deno.writeTextFile(`${output}.sha256`, `${digest.toHex()}  ${output.slice(output.lastIndexOf("/") + 1)}\n`);
}
