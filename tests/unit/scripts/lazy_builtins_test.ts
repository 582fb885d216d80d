import { assert, assertEquals } from "@std/assert";
import { withLazyBuiltins } from "../../../scripts/packaging/lazy_builtins.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PROGRAM = `import { createHash as hash, constants } from "node:crypto";
import * as zlib from "node:zlib";
const text = '\\nimport { x } from "node:fs";\\n';
if (Deno.args.length > 0) {
  const packed = zlib.gunzipSync(zlib.gzipSync("abc"));
  console.log(hash("sha1").update(packed).digest("hex"), constants.RSA_PKCS1_PADDING, "gzipSync" in zlib);
}
console.log(text.trim());
`;

Deno.test("a bundle's node: modules are loaded by their first use, and work as before", () => {
  const lazy = withLazyBuiltins(PROGRAM);
  assert(!/^import/m.test(lazy));
  assertEquals(run(lazy, "x"), run(PROGRAM, "x"));
  assertEquals(run(lazy), `import { x } from "node:fs";\n`);
});

function run(program: string, ...args: string[]): string {
  using dir = tempDir();
  Deno.writeTextFileSync(`${dir.path}/program.js`, program);
  const words = ["run", "-A", "--quiet", "--no-config", `${dir.path}/program.js`, ...args];
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), { args: words }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
