import { assertEquals } from "@std/assert";
import { endOfName, entryNumber, isEntryTalk, NAME_AT } from "../../../lib/rsync/entry_lines.ts";

function nameIn(line: string): string | undefined {
  const bytes = new TextEncoder().encode(`before${line}behind`);
  const end = endOfName(bytes, 6, bytes.length - 6);
  return end === undefined ? undefined : new TextDecoder().decode(bytes.subarray(6 + NAME_AT, end));
}

for (const name of [".", "a", "a/b", "a,1", "a,1)", "recv_generator(a,1)", " ", ",", "é"]) {
  Deno.test(`the name ${name} is read from its line`, () => assertEquals(nameIn(`recv_generator(${name},12)`), name));
}

for (
  const line of ["", ")", "recv_generator(", "recv_generator(12)", "recv_generator(a,1", "Recv_generator(a,1)", "a,1)"]
) {
  Deno.test(`${line || "an empty line"} names nothing`, () => assertEquals(nameIn(line), undefined));
}

Deno.test("the number of an entry is read from its line", () => {
  const bytes = new TextEncoder().encode("recv_generator(a,1),1203)");
  assertEquals(entryNumber(bytes, endOfName(bytes, 0, bytes.length) ?? 0, bytes.length), 1203);
});

Deno.test("what rsync says of itself besides is known", () => {
  const isTalk = (line: string) => isEntryTalk(new TextEncoder().encode(line));
  assertEquals(["generator starting pid=7", "generate_files phase=1", "generate_files finished"].map(isTalk), [
    true,
    true,
    true,
  ]);
  assertEquals(["", "generate", "Welcome"].map(isTalk), [false, false, false]);
});
