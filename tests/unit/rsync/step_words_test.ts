import { assertEquals } from "@std/assert";
import { fetchWords, planWords, silenceMs } from "../../../lib/rsync/step_words.ts";
import { STOCK_WORDS } from "../../support/rsync_session.ts";

const AT_ONCE = "--sockopts=TCP_NODELAY";

Deno.test("the plan gets the stock words in order, but for those that talk", () => {
  const talk = ["--stats", "--human-readable", "--verbose"];
  assertEquals(planWords(STOCK_WORDS), [...STOCK_WORDS.filter((word) => !talk.includes(word)), AT_ONCE]);
});

Deno.test("the user's own options of the socket stay as they are", () => {
  const words = ["-r", "--sockopts=SO_SNDBUF=65536"];
  assertEquals([planWords(words), fetchWords({ words })], [words, words]);
});

Deno.test("the fetch gets what says how to transfer, not what", () => {
  assertEquals(fetchWords({ words: STOCK_WORDS }), [
    "--recursive",
    "--links",
    "--safe-links",
    "--perms",
    "--times",
    "--omit-dir-times",
    "--compress",
    "--force",
    "--whole-file",
    "--timeout=180",
    AT_ONCE,
  ]);
});

Deno.test("a fetch that is not to be compressed takes back what was said before", () => {
  assertEquals(fetchWords({ words: ["-az"], uncompressed: true }), ["-az", "--no-compress", AT_ONCE]);
});

Deno.test("letters are taken out of clusters", () => {
  assertEquals(planWords(["-aviPh"]), ["-a", "--partial", AT_ONCE]);
  assertEquals(fetchWords({ words: ["-avPzu", "--partial-dir", "p", "-f", "- x"] }), ["-az", AT_ONCE]);
});

Deno.test("a fetch may be silent for five times as long as rsync waits for a message", () => {
  assertEquals(silenceMs(STOCK_WORDS), 900_000);
  assertEquals(silenceMs(["--timeout=180", "--timeout", "2"]), 10_000);
  assertEquals([silenceMs(["--timeout=0"]), silenceMs(["-a"])], [undefined, undefined]);
});
