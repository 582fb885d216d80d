import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { bundle } from "../../scripts/packaging/bundle.ts";
import { manyFiles } from "../support/many_files.ts";
import { signedTree } from "../support/signed_tree.ts";
import { longTest } from "../support/long_test.ts";
import { tempDir } from "../support/temp_dir.ts";

const scripts = new URL("../../scripts/", import.meta.url).pathname;

/** Runs a command as somebody who is not root where possible, so that the binary's cache is under `home`. */
async function run(command: string, args: readonly string[], home?: string) {
  const user = home !== undefined && Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const env = { PATH: Deno.env.get("PATH") ?? "", ...(home === undefined ? {} : { HOME: home }) };
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], env, ...user }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

longTest("the self-extracting binary answers like the checkout does", async () => {
  using dir = tempDir();
  const home = `${dir.path}/home`;
  Deno.mkdirSync(home);
  if (Deno.uid() === 0) {
    Deno.chmodSync(dir.path, 0o755);
    Deno.chownSync(home, 65534, 65534);
  }
  const binary = `${dir.path}/rcusync`;
  const built = await run(`${scripts}compile`, ["--form", "self-extracting", "--output", binary]);
  assertEquals(built.code, 0, built.stderr);

  for (const args of [["--version"], ["sync", "--help"], ["no-such-command"]]) {
    assertEquals(await run(binary, args, home), await run(`${scripts}rcusync`, args), args.join(" "));
  }
  // It takes other threads, whose programs are in the binary too.
  const { dir: tree, keyPath } = await signedTree(`${dir.path}/tree`, { files: manyFiles() });
  const verify = ["verify", "--tree", tree, "--key", keyPath];
  const verified = await run(binary, verify, home);
  assertEquals([verified.code, verified.stderr], [0, ""], verified.stdout);
  Deno.writeTextFileSync(`${tree}/eclass/many/4599.eclass`, "other");
  assertEquals((await run(binary, verify, home)).code, 12);
  assert(keptCode(`${home}/.cache/rcusync/deno-dir`) > 300_000, "nothing that was compiled is kept");
  const sum = await run("sh", ["-c", `cd "$1" && sha256sum -c rcusync.sha256`, "sh", dir.path]);
  assertStringIncludes(sum.stdout, "rcusync: OK");
});

/** The bytes of compiled code that the runtime keeps for the next start. */
function keptCode(dir: string): number {
  const files = [...Deno.readDirSync(dir)].filter(({ name }) => name.startsWith("v8_code_cache"));
  return files.reduce((sum, { name }) => sum + Deno.statSync(`${dir}/${name}`).size, 0);
}

longTest("the bundle names no path and lets go of what `using` holds", async () => {
  using dir = tempDir();
  const [root, work] = [`${dir.path}/checkout`, `${dir.path}/work`];
  Deno.mkdirSync(root);
  Deno.mkdirSync(work);
  Deno.writeTextFileSync(`${root}/deno.json`, `{ "version": "1.2.3", "imports": {} }`);
  Deno.writeTextFileSync(`${root}/deno.lock`, `{ "version": "5" }`);
  const main = `function hold(path: string): Disposable | undefined {
  const file = Deno.openSync(path);
  if (file.tryLockSync(true)) return { [Symbol.dispose]: () => file.close() };
}
function isHeld(path: string): boolean {
  using lock = hold(path);
  return lock === undefined;
}
console.log(isHeld("."), isHeld("."));
`;
  Deno.writeTextFileSync(`${root}/main.ts`, main);
  const program = await bundle(root, work);
  assertEquals(await run(Deno.execPath(), ["run", "-A", "--no-config", program]), {
    code: 0,
    stdout: "false false\n",
    stderr: "",
  });
  assertNotMatch(Deno.readTextFileSync(program), /main\.ts/);
});
