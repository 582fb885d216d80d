import { assertEquals, assertNotMatch } from "@std/assert";
import { equals } from "@std/bytes/equals";
import { bundle } from "../../scripts/packaging/bundle.ts";
import { embeddedData } from "../support/embedded_data.ts";
import { longTest } from "../support/long_test.ts";
import { tempDir } from "../support/temp_dir.ts";

const checkout = new URL("../../", import.meta.url).pathname;

/** Copies what the program is made of to `root`, and bundles it in `work`; there is no commit to name then. */
async function bundleOfCopy(root: string, work: string): Promise<string> {
  for (const dir of [root, work]) await Deno.mkdir(dir, { recursive: true });
  for (const name of ["main.ts", "lib", "deno.json", "deno.lock"]) {
    const { success } = await new Deno.Command("cp", { args: ["-r", `${checkout}${name}`, root] }).output();
    assertEquals(success, true, name);
  }
  return await bundle(root, work);
}

longTest("the bundle has the same bytes wherever it is built, and names no file", async () => {
  using dir = tempDir();
  const [one, other] = [
    await bundleOfCopy(`${dir.path}/one`, `${dir.path}/work-1`),
    await bundleOfCopy(`${dir.path}/a/much deeper/other`, `${dir.path}/a/work-2`),
  ];
  const text = await Deno.readTextFile(one);
  assertEquals(await Deno.readTextFile(other) === text, true);
  assertNotMatch(text, /work-1|registry|= __(?:esm|commonJS)\(\{\n {2}"/);
  assertEquals((await Deno.stat(one)).mtime, (await Deno.stat(other)).mtime);
});

/** Builds the binary twice with scripts/compile, and returns its bytes after checking them against each other. */
async function builtTwice(dir: string, args: readonly string[], env: Record<string, string> = {}): Promise<Uint8Array> {
  const digests = [];
  for (const name of ["first", "second"]) {
    const words = [...args, "--output", `${dir}/${name}/rcusync`];
    const { success, stderr } = await new Deno.Command(`${checkout}scripts/compile`, { args: words, env }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    digests.push(await Deno.readTextFile(`${dir}/${name}/rcusync.sha256`));
  }
  const binary = await Deno.readFile(`${dir}/first/rcusync`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", binary));
  assertEquals(digests, [`${digest.toHex()}  rcusync\n`, `${digest.toHex()}  rcusync\n`]);
  return binary;
}

longTest("deno compile embeds the bundle and nothing else, with the same bytes each time", async () => {
  using dir = tempDir();
  // Deno embeds into whatever executable it is given: into itself, where denort cannot be had. What comes of it does
  // not run, but has the same data.
  const binary = await builtTwice(dir.path, ["--form", "compile"], { DENORT_BIN: Deno.execPath() });
  const path = await bundle(checkout.replace(/\/$/, ""), dir.path);
  const [program, { mtime }] = [await Deno.readFile(path), await Deno.stat(path)];
  const { metadata, tree, content } = embeddedData(binary, (await Deno.stat(Deno.execPath())).size);
  assertEquals(tree, [{ File: { n: "rcusync.js", o: [0, program.length], u: true, t: mtime?.getTime() } }]);
  assertEquals(equals(content, program), true);
  assertEquals([metadata.argv, metadata.entrypoint_key, metadata.app_name], [[], "rcusync.js", "rcusync"]);
});

longTest("the self-extracting binary has the same bytes each time, and its SHA-256 beside it", async () => {
  using dir = tempDir();
  const binary = await builtTwice(dir.path, ["--form", "self-extracting"]);
  assertEquals(new TextDecoder().decode(binary.subarray(0, 10)), "#!/bin/sh\n");
});
