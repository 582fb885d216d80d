import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { systemFiles } from "../../../lib/host/files.ts";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { STAMP_WORDS } from "../../../lib/host/stamps.ts";
import { wrongFiles } from "../../../lib/manifest/entry_files.ts";
import type { FileEntry } from "../../../lib/manifest/entry.ts";
import { parseManifest } from "../../../lib/manifest/parse.ts";
import type { SeenFiles } from "../../../lib/manifest/seen_files.ts";
import { verifyChanged } from "../../../lib/manifest/verify_changed.ts";
import { tempDir } from "../../support/temp_dir.ts";

const { stamps } = systemFiles();
const NAMES = ["a", "b", "c"];

function stampOf(root: string, name: string): Uint32Array<ArrayBuffer> {
  if (stamps === undefined) throw new Error("there is no C library");
  return stamps.of(root, [name]).slice(0, STAMP_WORDS);
}

/** A tree with three files, and their entries. */
function makeFiles(root: string): readonly FileEntry[] {
  const lines = NAMES.map((name) => {
    Deno.writeTextFileSync(`${root}/${name}`, name);
    return `DATA ${name} 1 SHA512 ${createHash("sha512").update(name).digest("hex")}`;
  });
  return parseManifest(lines.join("\n"), "Manifest").entries.flatMap((entry) => entry.kind === "file" ? entry : []);
}

/** Verifies the files, of which some are followed, after something happened; tells which of them were read. */
async function verified(followed: readonly string[], happens: (root: string) => void = () => {}) {
  if (stamps === undefined) throw new Error("there is no C library");
  using temp = tempDir();
  using pool = hashPool(1);
  const root = temp.path;
  const entries = makeFiles(root);
  const seen: SeenFiles = new Map(followed.map((name) => [name, stampOf(root, name)]));
  // Where times are coarse, too, what happens now bears another.
  await new Promise((resolve) => setTimeout(resolve, 30));
  happens(root);
  const read: string[] = [];
  const check: typeof pool.check = (jobs, options) => {
    read.push(...jobs.map(({ path }) => path.slice(root.length + 1)));
    return pool.check(jobs, options);
  };
  let settles = 0;
  const settle = () => {
    settles++;
    Deno.writeTextFileSync(`${root}/settled`, "");
    return Promise.resolve(stampOf(root, "settled"));
  };
  const right = await verifyChanged({ stamps, pool: { ...pool, check }, root, settle, followed: seen }, entries);
  const stampsAre = right?.every(({ path, stamp }) => stamp.join() === stampOf(root, path).join());
  return { right: right?.map(({ path }) => path).sort(), read, settles, stampsAre };
}

Deno.test("files that were followed are not read, and nothing waits for the clock when all were", async () => {
  assertEquals(await verified(NAMES), { right: NAMES, read: [], settles: 0, stampsAre: true });
  assertEquals(await verified(["b"]), { right: NAMES, read: ["a", "c"], settles: 1, stampsAre: true });
  assertEquals(await verified([]), { right: NAMES, read: NAMES, settles: 1, stampsAre: true });
});

Deno.test("a file that was followed and has another stamp now is read", async () => {
  const touched = await verified(NAMES, (root) => Deno.utimeSync(`${root}/b`, 1, 1));
  assertEquals(touched, { right: NAMES, read: ["b"], settles: 1, stampsAre: true });
  const damaged = await verified(NAMES, (root) => Deno.writeTextFileSync(`${root}/b`, "B"));
  assertEquals([damaged.right, damaged.read], [undefined, ["b"]]);
  assertEquals((await verified(NAMES, (root) => Deno.removeSync(`${root}/b`))).right, undefined);
});

for (const workers of [1, 2]) {
  Deno.test(`what is found right is noted with its stamp, what is wrong or not there is not, by ${workers}`, async () => {
    using temp = tempDir();
    using pool = hashPool(workers);
    pool.start();
    const [a, b, c] = makeFiles(temp.path);
    if (a === undefined || b === undefined || c === undefined) throw new Error("there are three");
    Deno.writeTextFileSync(`${temp.path}/a`, "A");
    const missing = { ...c, path: "missing" };
    const many = Array.from({ length: 30 }, () => [a, b, missing, c]).flat();
    const seen: SeenFiles = new Map();
    const wrong = await wrongFiles({ pool, root: temp.path, seen }, many);
    assertEquals([...wrong].sort(), ["a", "missing"]);
    const expected = new Map(["b", "c"].map((name) => [name, stampOf(temp.path, name)]));
    assertEquals(seen, expected);
  });
}
