import { assert, assertEquals } from "@std/assert";
import { HashSet } from "../../../lib/base/hash_set.ts";

Deno.test("a set of hashes has what was added, each once, and nothing else", () => {
  const hashes = Uint32Array.from({ length: 20_000 }, (_, at) => Math.imul(at + 1, 0x9e3779b1));
  const set = new HashSet();
  for (let index = 0; index < 10_000; index += 2) set.add(hashes, index);
  for (let index = 0; index < 10_000; index += 2) set.add(hashes, index);
  assertEquals(set.size, 5000);
  for (let index = 0; index < 20_000; index += 2) assertEquals(set.has(hashes, index), index < 10_000);
});

Deno.test("hashes that belong into one place, or that are zeros, are told apart", () => {
  const hashes = Uint32Array.of(0, 0, 1, 0, 0, 7, 1, 7, 2, 7, 0, 0xffff_ffff);
  const set = new HashSet();
  for (let index = 0; index < hashes.length; index += 2) {
    assert(!set.has(hashes, index));
    set.add(hashes, index);
    assert(set.has(hashes, index));
  }
  assertEquals(set.size, hashes.length / 2);
});
