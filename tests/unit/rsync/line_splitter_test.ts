import { assertEquals } from "@std/assert";
import { lineSplitter } from "../../../lib/rsync/line_splitter.ts";

function split(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((bytes, from, to) => lines.push(new TextDecoder().decode(bytes.subarray(from, to))));
  for (const chunk of chunks) splitter.push(new TextEncoder().encode(chunk));
  splitter.end();
  return lines;
}

Deno.test("lines are whole wherever the chunks are cut", () => {
  const text = "one\n\ntwo three\nlast";
  const expected = text.split("\n");
  for (let at = 0; at <= text.length; at++) assertEquals(split([text.slice(0, at), text.slice(at)]), expected);
  assertEquals(split([...text]), expected);
});

Deno.test("a final line feed begins no further line", () => assertEquals(split(["a\n"]), ["a"]));
