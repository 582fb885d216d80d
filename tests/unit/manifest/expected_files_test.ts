import { assertEquals } from "@std/assert";
import { ExpectedFiles } from "../../../lib/manifest/expected_files.ts";
import type { FileEntry } from "../../../lib/manifest/entry.ts";
import { HASH_ALGORITHMS } from "../../../lib/manifest/hash_algorithm.ts";

function entry(path: string, names: readonly string[], digit: number): FileEntry {
  const digests = names.flatMap((name) => {
    const algorithm = HASH_ALGORITHMS.get(name);
    return algorithm === undefined ? [] : [{ algorithm, hex: String(digit % 10).repeat(algorithm.hexDigits) }];
  });
  return { kind: "file", tag: "DATA", path, size: 1, digests, hasUnknownDigests: false, line: 1 };
}

Deno.test("Digests come back as they were, however many there are and of whatever length", () => {
  const files = new ExpectedFiles();
  const lists = [["BLAKE2B", "SHA512"], ["SHA512"], ["MD5", "SHA256", "SHA1"], []];
  const entries = Array.from(
    { length: 40_000 },
    (_, index) => entry(`f${index}`, lists[index % 7] ?? ["SHA512"], index),
  );
  for (const one of entries) assertEquals(files.add(one), undefined);
  assertEquals(files.count, entries.length);
  const wrong = entries.filter(({ digests, path }) =>
    files.digestsOf(path).join() !== digests.map(({ hex }) => hex).join()
  );
  assertEquals(wrong, []);
});

Deno.test("Digests that fill a chunk exactly come back as they were", () => {
  const files = new ExpectedFiles();
  for (let index = 0; index < 3 * 8192; index++) files.add(entry(`f${index}`, ["BLAKE2B", "SHA512"], index));
  const wrong = Array.from({ length: 3 * 8192 }, (_, index) => index)
    .filter((index) => files.digestsOf(`f${index}`)[1] !== String(index % 10).repeat(128));
  assertEquals(wrong, []);
});

Deno.test("A digest that a second entry adds makes a verified file unverified", () => {
  const files = new ExpectedFiles();
  files.add(entry("a", ["SHA512"], 1));
  const file = files.get("a");
  if (file !== undefined) file.verified = true;
  files.add(entry("a", ["SHA512"], 1));
  assertEquals(files.get("a")?.verified, true);
  files.add(entry("a", ["SHA512", "BLAKE2B"], 1));
  assertEquals(files.get("a")?.verified, false);
  assertEquals(files.digestsOf("a").length, 2);
});
