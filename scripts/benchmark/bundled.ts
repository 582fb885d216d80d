import { bundle } from "../packaging/bundle.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/**
 * Bundles modules of this folder as rcusync is bundled, each into one of its own in `dir`, so that what is measured
 * does not load a checkout's modules one by one; returns the words that run the first one.
 *
 * @param dir exists.
 * @param names without their endings.
 */
export async function bundled(dir: string, names: readonly [string, ...string[]]): Promise<string[]> {
  for (const name of names) await bundle(ROOT, dir, { entry: `scripts/benchmark/${name}.ts`, name: `${name}.js` });
  return [Deno.execPath(), "run", "-A", "--quiet", "--no-config", "--no-lock", `${dir}/${names[0]}.js`];
}
