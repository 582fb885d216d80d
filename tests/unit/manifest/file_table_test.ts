import { assertEquals } from "@std/assert";
import { type Demand, FileTable } from "../../../lib/manifest/file_table.ts";
import { ROW } from "../../../lib/manifest/row_flags.ts";
import { HASH_ALGORITHMS } from "../../../lib/manifest/hash_algorithm.ts";

function demand(names: readonly string[], digit: number, tag: Demand["tag"] = "DATA"): Demand {
  const algorithms = names.flatMap((name) => HASH_ALGORITHMS.get(name) ?? []);
  const hex = algorithms.map(({ hexDigits }) => String(digit % 10).repeat(hexDigits)).join("");
  return { tag, size: 1, algorithms, digests: Uint8Array.fromHex(hex), hasUnknownDigests: false };
}

function tableWith(count: number, demandOf: (index: number) => Demand): FileTable {
  const table = new FileTable();
  const group = table.groups.of(table.names.rowOfPath("Manifest"));
  for (let index = 0; index < count; index++) {
    assertEquals(table.expect(table.names.rowOfPath(`f${index}`), demandOf(index), group), undefined);
  }
  return table;
}

Deno.test("Digests come back as they were, however many there are and of whatever length", () => {
  const lists = [["BLAKE2B", "SHA512"], ["SHA512"], ["MD5", "SHA256", "SHA1"], []];
  const demandOf = (index: number) => demand(lists[index % 7] ?? ["SHA512"], index);
  const table = tableWith(40_000, demandOf);
  assertEquals(table.expectedCount, 40_000);
  const wrong = Array.from({ length: 40_000 }, (_, index) => index).filter((index) =>
    table.digestsOf(table.names.findPath(`f${index}`)).join("") !== demandOf(index).digests.toHex()
  );
  assertEquals(wrong, []);
});

Deno.test("Digests that fill a chunk exactly come back as they were", () => {
  const table = tableWith(3 * 8192, (index) => demand(["BLAKE2B", "SHA512"], index));
  const wrong = Array.from({ length: 3 * 8192 }, (_, index) => index)
    .filter((index) => table.digestsOf(table.names.findPath(`f${index}`))[1] !== String(index % 10).repeat(128));
  assertEquals(wrong, []);
});

Deno.test("Digests of more lists of algorithms than a byte counts are kept apart", () => {
  const names = [...HASH_ALGORITHMS.keys()];
  const listOf = (index: number) => [0, 1, 2].map((at) => names[Math.floor(index / 9 ** at) % 9] ?? "");
  const table = tableWith(729, (index) => demand([...new Set(listOf(index))], index));
  const wrong = Array.from({ length: 729 }, (_, index) => index).filter((index) =>
    table.algorithmsOf(table.names.findPath(`f${index}`)).map(({ name }) => name).join() !==
      [...new Set(listOf(index))].join()
  );
  assertEquals(wrong, []);
});

Deno.test("A digest that a second entry adds makes a verified file unverified", () => {
  const table = tableWith(1, () => demand(["SHA512"], 1));
  const [row, group] = [table.names.findPath("f0"), table.groups.of(table.names.rowOfPath("b/Manifest"))];
  table.mark(row, ROW.verified);
  table.expect(row, demand(["SHA512"], 1), group);
  assertEquals(table.is(row, ROW.verified), true);
  table.expect(row, demand(["SHA512", "BLAKE2B"], 1), group);
  assertEquals(table.is(row, ROW.verified), false);
  assertEquals(table.digestsOf(row).length, 2);
});

Deno.test("What two Manifests name, neither of them tells alone the next time", () => {
  const table = tableWith(1, () => demand(["SHA512"], 1));
  const [first] = table.groups.all;
  const second = table.groups.of(table.names.rowOfPath("b/Manifest"));
  assertEquals([first?.complete, second.complete], [true, true]);
  table.expect(table.names.findPath("f0"), demand(["SHA512"], 1), second);
  assertEquals([first?.complete, second.complete], [false, false]);
});

Deno.test("Paths are found again by their bytes, and by nothing else", () => {
  const { names } = new FileTable();
  const paths = Array.from({ length: 20_000 }, (_, index) => `d${index % 77}/ä${index}`);
  const rows = paths.map((path) => names.rowOfPath(path));
  assertEquals(paths.map((path) => names.findPath(path)), rows);
  assertEquals(rows.map((row) => names.pathOf(row)), paths);
  assertEquals(names.count, paths.length + 77);
  assertEquals(["d0/", "d0/x", "x/ä0", "ä0"].map((path) => names.findPath(path)), [-1, -1, -1, -1]);
});
