import { assertEquals } from "@std/assert";
import { unguidable } from "../../../lib/rsync/guidable.ts";

const USUAL = ["-rlptO", "--compress", "--delete", "--timeout=180", "--exclude=/distfiles", "--exclude=/.git"];

for (
  const [words, wanted] of [
    [[], undefined],
    [["--exclude=/quarantine"], undefined],
    [["--bwlimit", "100", "-4", "--info=progress2"], undefined],
    [["--exclude=/cat"], "--exclude"],
    [["--exclude", "*.bak"], "--exclude"],
    [["--include=x"], "--include"],
    [["-u"], "--update"],
    [["--copy-links"], "--copy-links"],
    [["--no-such-option"], "--no-such-option"],
  ] as const
) {
  Deno.test(`beside the usual words, ${words.join(" ") || "none"} has ${wanted ?? "nothing"} in the way`, () => {
    assertEquals(unguidable([...USUAL, ...words], ["/quarantine"]), wanted);
  });
}

Deno.test("without times, modes or with times of directories a tree would come out otherwise", () => {
  assertEquals(unguidable(["-rlpO"], []), "--times, which is missing");
  assertEquals(unguidable(["-rltO"], []), "--perms, which is missing");
  assertEquals(unguidable(["-a"], []), "--omit-dir-times, which is missing");
  assertEquals(unguidable(["-aO"], []), undefined);
});
