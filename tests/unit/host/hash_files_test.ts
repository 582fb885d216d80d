import { assertEquals } from "@std/assert";
import { hashFiles } from "../../../lib/host/hash_files.js";
import { openLister } from "../../../lib/host/list_tree.js";
import { STAMP_REQUEST } from "../../../lib/host/stamps.ts";
import { testUnless, withoutCommand, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

const TEXT = "text";
/** Before any change, so that a mount with relatime notes each reading. */
const LONG_AGO = new Date("2020-01-01T00:00:00Z");
/** Root, but without the power to leave the time of access of somebody else's file alone. */
const POWERLESS = ["--bounding-set=-fowner", "--inh-caps=-fowner"] as const;

testUnless(withoutAccessTimes(), "reading files and directories leaves their times of access alone", () => {
  using dir = tempDir();
  const path = agedFile(dir.path);
  const lister = openLister(STAMP_REQUEST);
  const listed = lister === undefined ? [] : [dir.path];
  for (const one of listed) Deno.utimeSync(one, LONG_AGO, new Date());
  const { failures, bytes } = hashFiles(batchOf([path]));
  assertEquals({ failures, bytes }, { failures: [], bytes: TEXT.length });
  for (const one of listed) assertEquals(lister?.list(new TextEncoder().encode(`${one}\0`), () => {}), true);
  for (const one of [path, ...listed]) assertEquals(Deno.lstatSync(one).atime, LONG_AGO, one);
});

testUnless(
  withoutRoot() ?? withoutCommand("setpriv") ?? withoutPowerToDrop(),
  "files of somebody else's are read all the same",
  () => {
    using dir = tempDir();
    const files = ["one", "two"].map((name) => `${dir.path}/${name}`);
    for (const path of files) {
      Deno.writeTextFileSync(path, TEXT);
      Deno.chownSync(path, 65534, 65534);
    }
    const { paths, algorithms, digests } = batchOf(files);
    const program = `
      import { constants, openSync } from "node:fs";
      import { hashFiles } from ${JSON.stringify(import.meta.resolve("../../../lib/host/hash_files.js"))};
      let refusal;
      try { openSync(${JSON.stringify(files[0])}, constants.O_NOATIME); } catch ({ code }) { refusal = code; }
      const sizes = Float64Array.of(${files.map(() => TEXT.length)});
      const columns = ${JSON.stringify({ paths, algorithms, digests, keep: false })};
      const { bytes, failures } = hashFiles({ ...columns, sizes });
      console.log(refusal, bytes, failures.length);`;
    const args = [...POWERLESS, Deno.execPath(), "eval", "--no-lock", program];
    const { stdout, stderr } = new Deno.Command("setpriv", { args, env: { DENO_NO_UPDATE_CHECK: "1" } }).outputSync();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(out, `EPERM ${2 * TEXT.length} 0\n`, err);
  },
);

/** To be read, not hashed. */
function batchOf(paths: readonly string[]) {
  const nothing = paths.map(() => "").join("\0");
  const jobs = { paths: paths.join("\0"), sizes: Float64Array.from(paths, () => TEXT.length) };
  return { ...jobs, algorithms: nothing, digests: nothing, keep: false, stamp: undefined, compare: undefined };
}

function agedFile(dir: string): string {
  const path = `${dir}/file`;
  Deno.writeTextFileSync(path, TEXT);
  Deno.utimeSync(path, LONG_AGO, new Date());
  return path;
}

/** The reason to skip what looks for writes to times of access. */
function withoutAccessTimes(): string | undefined {
  using dir = tempDir();
  const path = agedFile(dir.path);
  Deno.readTextFileSync(path);
  return Deno.lstatSync(path).atime?.getTime() === LONG_AGO.getTime()
    ? "needs a mount with times of access"
    : undefined;
}

function withoutPowerToDrop(): string | undefined {
  const { success } = new Deno.Command("setpriv", { args: [...POWERLESS, "true"], stderr: "null" }).outputSync();
  return success ? undefined : "needs the capability CAP_SETPCAP";
}
