import { assert, assertEquals } from "@std/assert";
import { printable, withoutPasswords } from "../../../lib/base/printable.ts";

const urls: readonly (readonly [text: string, shown: string])[] = [
  ["rsync://user:secret@host/m", "rsync://user:***@host/m"],
  ["rsync://user:se@cr/et@host/m", "rsync://user:***@host/m"],
  ["from ssh://u:p@h/x to rsync://v:q@i/y", "from ssh://u:***@h/x to rsync://v:***@i/y"],
  ["rsync://user@host:873/m", "rsync://user@host:873/m"],
  ["rsync://host:873/m@2", "rsync://host:873/m@2"],
  ["user@host::module", "user@host::module"],
];

for (const [text, shown] of urls) {
  Deno.test(`${text} is shown as ${shown}`, () => assertEquals(withoutPasswords(text), shown));
}

Deno.test("what drives a terminal is escaped, all else stays", () => {
  assertEquals(printable("a\u001b[2J\n\u202eé"), "a\\u{1b}[2J\\u{a}\\u{202e}é");
});

Deno.test("a long line takes no longer than its length", () => {
  const startedMs = performance.now();
  withoutPasswords("a-".repeat(200_000));
  const took = performance.now() - startedMs;
  assert(took < 2000, `${took} ms`);
});
