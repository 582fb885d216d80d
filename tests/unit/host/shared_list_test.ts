import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { type ListedPart, shareList, visitListed } from "../../../lib/host/shared_list.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** More than come in one part. */
const MANY = 9000;

/** Times so many that a few files are worth to be sent to another thread. */
const ENOUGH = 100;

/** The paths that a part tells of, of files and directories alike; a directory's own is noted in `directories`. */
function pathsOf(part: ListedPart, trees: readonly string[], directories: string[]): string[] {
  const paths: string[] = [];
  visitListed(part, (number, names) => {
    const above = number < 0 ? trees[-1 - number] : directories[number];
    if (names === undefined) return paths.push(`${above}: failed`);
    for (let index = names.first; index < names.first + names.count; index++) {
      const name = new TextDecoder().decode(names.bytes.subarray(names.starts[index], names.ends[index]));
      paths.push(`${above}/${name}`);
      if (names.types[index] === 4) directories.push(`${above}/${name}`);
    }
  });
  return paths;
}

Deno.test("another thread lists trees in parts, each directory by the number by which it was met", async () => {
  using temp = tempDir();
  const trees = ["a", "b", "missing"].map((name) => `${temp.path}/${name}`);
  const expected = [`${temp.path}/missing: failed`];
  const make = (path: string, isDirectory: boolean) => {
    expected.push(path);
    if (isDirectory) Deno.mkdirSync(path);
    else Deno.writeTextFileSync(path, "");
  };
  for (const tree of trees.slice(0, 2)) {
    Deno.mkdirSync(tree);
    for (const [path, isDirectory] of [["x", true], ["x/y", true], ["x/y/z", false], ["x/w", false]] as const) {
      make(`${tree}/${path}`, isDirectory);
    }
  }
  make(`${temp.path}/b/many`, true);
  for (let index = 0; index < MANY; index++) make(`${temp.path}/b/many/${index}`, false);
  make(`${temp.path}/b/v`, true);
  make(`${temp.path}/b/v/u`, false);

  using shared = shareList(trees, true);
  const [found, directories] = [[] as string[], [] as string[]];
  let parts = 0;
  for (let part = await shared.next(); part !== undefined; part = await shared.next()) {
    parts++;
    found.push(...pathsOf(part, trees, directories));
  }
  assertEquals(found.sort(), expected.sort());
  assertEquals(parts > 1, true);
  assertEquals([shared.take(), shared.arrived(), await shared.next()], [undefined, undefined, undefined]);
});

Deno.test("the thread that has listed trees hashes for a pool, which leaves it to its owner", async () => {
  using temp = tempDir();
  const path = `${temp.path}/file`;
  Deno.writeTextFileSync(path, "text");
  const job = { path, size: 4, algorithms: "sha512", digests: createHash("sha512").update("text").digest("hex") };
  const jobs = Array.from({ length: ENOUGH }, (_, index) => index % 10 === 0 ? { ...job, size: 5 } : job);
  using shared = shareList([temp.path], false);
  for (let round = 0; round < 2; round++) {
    using pool = hashPool(2, { lent: shared.thread });
    const answer = pool.check(jobs);
    assertEquals(shared.thread.waiting(), 1);
    assertEquals((await answer).failures.length, ENOUGH / 10);
  }
});
