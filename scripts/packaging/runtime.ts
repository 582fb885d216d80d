import { run } from "./run.ts";

/** The npm packages that carry the deno runtime for the targets that rcusync runs on. */
const packages: ReadonlyMap<string, string> = new Map([
  ["x86_64-unknown-linux-gnu", "@deno/linux-x64-glibc"],
  ["aarch64-unknown-linux-gnu", "@deno/linux-arm64-glibc"],
]);

/** The path of the deno runtime for `target`: the running one, or the same version from npm, kept in .cache. */
export async function runtimeFor(target: string, root: string): Promise<string> {
  if (target === Deno.build.target) return Deno.execPath();
  const name = packages.get(target);
  if (name === undefined) throw new Error(`--target is one of ${[...packages.keys()].join(", ")} in this form`);
  const folder = `${root}/.cache/runtime-${Deno.version.deno}`;
  const args = ["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--force", "--prefix", folder];
  const { success, stderr } = await run("npm", [...args, `${name}@${Deno.version.deno}`]);
  if (!success) throw new Error(`npm could not install ${name}:\n${stderr}`);
  return `${folder}/node_modules/${name}/deno`;
}
