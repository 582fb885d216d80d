import { assert, assertEquals } from "@std/assert";
import { quickWords } from "../../../lib/rsync/quick_words.ts";
import { STOCK_WORDS } from "../../support/rsync_session.ts";

Deno.test("the stock words allow a quick plan: it does not delete, and passes over what they exclude", () => {
  const quick = quickWords(STOCK_WORDS, {});
  assert(quick !== undefined);
  assertEquals(quick.skipped, ["distfiles", "local", "packages", ".git"]);
  assertEquals(quick.words.includes("--delete"), false);
  assertEquals(quick.words.includes("--safe-links"), true);
});

for (
  const word
    of `--delete-after --del --checksum --bwlimit=9 --timeout=1 --contimeout=1 -4 -6 -a -z --compress-level=1 --no-perms
    --rsh=ssh --exclude=/lost+found -v --progress --quiet --omit-link-times --numeric-ids`.split(/\s+/)
) {
  Deno.test(`with ${word} a plan is quick`, () => assert(quickWords([...STOCK_WORDS, word], {}) !== undefined));
}

for (
  const word
    of `--max-delete=5 --delete-excluded --existing --ignore-existing --update --min-size=1 --max-size=1 -m -x -C -F -b -u
    --prune-empty-dirs --ignore-errors --filter=P_x --include=/x --exclude-from=/x --exclude=x --exclude=/a/b
    --exclude=/a* --exclude=/a? --exclude=/[a] --exclude=/a\\b --exclude=/a/ --partial --partial-dir=x --delay-updates
    --relative --no-recursive --dirs --files-from=x --one-file-system --iconv=utf8 -K --hard-links --unheard-of`
      .split(/\s+/)
) {
  Deno.test(`with ${word} rsync looks for deletions itself`, () => {
    assertEquals(quickWords([...STOCK_WORDS, word], {}), undefined);
  });
}

Deno.test("where nothing is deleted, or a part of the tree is asked for, there is nothing to make quicker", () => {
  assertEquals(quickWords(STOCK_WORDS.filter((word) => word !== "--delete"), {}), undefined);
  assertEquals(quickWords(["--delete", "--times"], {}), undefined);
  assertEquals(quickWords(STOCK_WORDS, { paths: ["profiles"] }), undefined);
});
