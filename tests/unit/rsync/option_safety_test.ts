import { assert, assertEquals } from "@std/assert";
import { assess } from "../../../lib/rsync/option_safety.ts";
import { STOCK_WORDS } from "../../support/rsync_session.ts";

Deno.test("the stock words and -a are fine", () => {
  assertEquals(assess([...STOCK_WORDS, "-a", "--progress", "--checksum"]), { refused: [], unplannable: [] });
});

for (
  const word of [
    "--inplace",
    "--append",
    "--append-verify",
    "--write-devices",
    "--keep-dirlinks",
    "-avK",
    "--remove-source-files",
    "--link-dest=/x",
    "--copy-dest=/x",
    "--compare-dest=/x",
    "--files-from=x",
    "-avn",
    "--dry-run",
    "--list-only",
    "--read-batch=x",
    "--write-batch=x",
    "--daemon",
    "--server",
    "--version",
    "-V",
    "--info=help",
    "--exclude-from=-",
    "--delete-missing-args",
    "operand",
    "--",
  ]
) {
  Deno.test(`T102 ${word} is refused over shared files`, () => {
    const { refused, unplannable } = assess(["-a", word, "--links"]);
    assertEquals(refused.length, 1);
    assertEquals(unplannable, []);
    assert(word.startsWith(refused[0]?.word.slice(0, 1) ?? "?"));
  });
}

for (
  const word of ["-b", "--backup", "--backup-dir=x", "--suffix=x", "-aH", "--hard-links", "-R", "--iconv=.", "-AX"]
) {
  Deno.test(`${word} needs one whole pass`, () => {
    const { refused, unplannable } = assess([word, "--links"]);
    assertEquals(refused, []);
    assert(unplannable.length > 0);
  });
}

for (
  const word of [
    "--existing",
    "--ignore-existing",
    "--update",
    "--max-delete=5",
    "--partial-dir=p",
    "--delay-updates",
    "--delete-excluded",
    "--exclude-from=x",
    "--no-inplace",
    "--exclude=--inplace",
    "--copy-links",
    "--one-file-system",
  ]
) {
  Deno.test(`${word} can be planned`, () => assertEquals(assess([word]), { refused: [], unplannable: [] }));
}

Deno.test("a value in the next word is not taken for an option", () => {
  assertEquals(assess(["--exclude", "--inplace", "-f", "--append"]), { refused: [], unplannable: [] });
});
