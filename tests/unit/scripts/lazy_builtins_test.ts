import { assertEquals } from "@std/assert";
import { withLazyBuiltins } from "../../../scripts/packaging/lazy_builtins.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PROGRAM = `import { createHash as hash, constants } from "node:crypto";
import * as zlib from "node:zlib";
const worker_default = \`// \\\`text\\\`
import { y } from "node:fs";
\`;
const text = '\\nimport { x } from "node:fs";\\n';
if (Deno.args.length > 0) {
  const packed = zlib.gunzipSync(zlib.gzipSync("abc"));
  console.log(hash("sha1").update(packed).digest("hex"), constants.RSA_PKCS1_PADDING, "gzipSync" in zlib);
}
console.log(text.trim(), worker_default);
`;

Deno.test("a bundle's node: modules are loaded by their first use, and work as before", () => {
  const lazy = withLazyBuiltins(PROGRAM);
  // What is text is left alone.
  assertEquals(lazy.match(/^import.*/gm), [`import { y } from "node:fs";`]);
  assertEquals(run(lazy, "x"), run(PROGRAM, "x"));
  assertEquals(run(lazy), run(PROGRAM));
  assertEquals(run(lazy).match(/import.*/g)?.length, 2);
});

function run(program: string, ...args: string[]): string {
  using dir = tempDir();
  Deno.writeTextFileSync(`${dir.path}/program.js`, program);
  const words = ["run", "-A", "--quiet", "--no-config", `${dir.path}/program.js`, ...args];
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), { args: words }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
