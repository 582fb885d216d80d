import { assertEquals, assertLess } from "@std/assert";
import { parseItem } from "../../../lib/rsync/itemize.ts";

const item = (line: string) => parseItem(new TextEncoder().encode(line));

function change(line: string): unknown {
  const found = item(line);
  if (found?.kind !== "change") return found;
  const { kind, type, path, size } = found.change;
  return `${kind} ${type} ${path} ${size}`;
}

for (
  const [line, expected] of [
    [">f+++++++++ 12 a/b", "create file a/b 12"],
    [">f..t...... 12 a", "content file a 12"],
    [">f.s....... 0 a", "content file a 0"],
    ["cd+++++++++ 4096 a/", "create directory a 0"],
    [".d...p..... 4096 a/", "attributes directory a 0"],
    [".d...p..... 4096 ./", "attributes directory . 0"],
    [".d..tp..... 4096 ./", "attributes directory . 0"],
    [".f...p..... 5 a", "attributes file a 5"],
    [".f........x 5 a", "attributes file a 5"],
    ["cL+++++++++ 6 a -> b", "create symlink a -> b 6"],
    ["cLc........ 6 a", "content symlink a 6"],
    [".L..t...... 6 a", "attributes symlink a 6"],
    ["cS+++++++++ 0 a", "create special a 0"],
    ["cD+++++++++ 0 a", "create device a 0"],
    ["*deleting   0 a/b", "delete file a/b 0"],
    ["*deleting   0 a/", "delete directory a 0"],
    [">f+++++++++ 1  two  blanks ", "create file  two  blanks  1"],
    [">f+++++++++ 1 -rf", "create file -rf 1"],
    [">f+++++++++ 1 a\\#012b", "create file a\nb 1"],
    [">f+++++++++ 1 a\\#134#012b", "create file a\\#012b 1"],
    [">f+++++++++ 1 a\\#12b", "create file a\\#12b 1"],
    [">f+++++++++ 1 \\#303\\#251", "create file é 1"],
    [">f+++++++++ 1 ..a/b..", "create file ..a/b.. 1"],
  ] as const
) {
  Deno.test(`${JSON.stringify(line)} is: ${JSON.stringify(expected)}`, () => assertEquals(change(line), expected));
}

for (
  const line of [
    "",
    "hello",
    ".f          1 a",
    ".d..t...... 4096 ./",
    "*deleting",
    ">f+++++++++ x a",
    ">f+++++++++ 1 ",
  ]
) {
  Deno.test(`${JSON.stringify(line)} is no change`, () => assertEquals(item(line), undefined));
}

for (const name of ["../a", "a/../b", "/etc/passwd", "a//b", "a/./b", "..", "../", "a\\#000b", "\\#056\\#056/x", "/"]) {
  Deno.test(`the name ${name} is rejected`, () => assertEquals(item(`>f+++++++++ 1 ${name}`)?.kind, "rejected"));
}

Deno.test("a name that is not UTF-8 is rejected, and shown in a printable form", () => {
  const line = new Uint8Array([...new TextEncoder().encode(">f+++++++++ 1 a\u001b"), 0xff, 0x62]);
  assertEquals(parseItem(line), { kind: "rejected", name: "a\\u{1b}\\u{fffd}b" });
  assertEquals(item(">f+++++++++ 1 a\\#377")?.kind, "rejected");
});

Deno.test("200,000 lines are read in less than three seconds", () => {
  const lines = Array.from({ length: 200_000 }, (_, n) => `>f+++++++++ ${n} app-misc/pkg${n}/pkg-${n}.ebuild`)
    .map((line) => new TextEncoder().encode(line));
  const start = performance.now();
  assertEquals(lines.filter((line) => parseItem(line)?.kind === "change").length, 200_000);
  assertLess(performance.now() - start, 3000);
});
