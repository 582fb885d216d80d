import { assertEquals } from "@std/assert";
import { hashFiles } from "../../../lib/host/hash_files.js";
import { openLister } from "../../../lib/host/list_tree.js";
import { STAMP_REQUEST } from "../../../lib/host/stamps.ts";
import { testUnless, withoutCommand, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

const TEXT = "text";
/** Before any change, so that a mount with relatime would note each reading. */
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** To be read, not hashed. */
function batchOf(path: string) {
  const jobs = { paths: path, sizes: Float64Array.of(TEXT.length), algorithms: "", digests: "" };
  return { ...jobs, keep: false, stamp: undefined, compare: undefined };
}

Deno.test("reading files and directories leaves their times of access alone", () => {
  using dir = tempDir();
  const path = `${dir.path}/file`;
  Deno.writeTextFileSync(path, TEXT);
  for (const one of [path, dir.path]) Deno.utimeSync(one, LONG_AGO, new Date());
  const { failures, bytes } = hashFiles(batchOf(path));
  assertEquals({ failures, bytes }, { failures: [], bytes: TEXT.length });
  let names = 0;
  const done = openLister(STAMP_REQUEST)?.list(new TextEncoder().encode(`${dir.path}\0`), ({ count }) => {
    names += count;
  });
  if (done !== undefined) assertEquals({ done, names }, { done: true, names: 1 });
  for (const one of [path, dir.path]) assertEquals(Deno.lstatSync(one).atime, LONG_AGO, one);
});

testUnless(withoutRoot() ?? withoutCommand("setpriv"), "a file of somebody else's is read all the same", () => {
  using dir = tempDir();
  const files = ["one", "two"].map((name) => `${dir.path}/${name}`);
  for (const path of files) {
    Deno.writeTextFileSync(path, TEXT);
    Deno.chownSync(path, 65534, 65534);
  }
  // Root, but without the power to leave such a file's time of access alone.
  const program = [
    `import { hashFiles } from ${JSON.stringify(import.meta.resolve("../../../lib/host/hash_files.js"))};`,
    `const reports = ${JSON.stringify(files)}.map((paths) => hashFiles({`,
    `paths, sizes: Float64Array.of(${TEXT.length}), algorithms: "", digests: "", keep: false }));`,
    `console.log(JSON.stringify(reports.map(({ bytes, failures }) => [bytes, failures])));`,
  ].join(" ");
  const args = ["--bounding-set=-fowner", "--inh-caps=-fowner", Deno.execPath(), "eval", "--no-lock", program];
  const { stdout, stderr } = new Deno.Command("setpriv", { args, env: { DENO_NO_UPDATE_CHECK: "1" } }).outputSync();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(out, "[[4,[]],[4,[]]]\n", err);
});
