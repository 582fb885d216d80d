import { assertEquals } from "@std/assert";
import { attempts, parseInitialTimeout, parseRetries } from "../../../lib/rsync/attempts.ts";

const addresses = ["1", "2", "3"];

for (
  const [retries, expected] of [
    ["-1", ["1", "2", "3"]],
    ["0", ["1"]],
    ["1", ["1", "2"]],
    ["5", ["1", "2", "3", "1", "2", "3"]],
  ] as const
) {
  Deno.test(`T49 ${retries} retries over three addresses are ${expected.length} attempts`, () => {
    assertEquals([...attempts(addresses, parseRetries(retries))], [...expected]);
  });
}

Deno.test("T49 no candidate is no attempt", () => assertEquals([...attempts([], 5)], []));

Deno.test("PORTAGE_RSYNC_RETRIES that is no whole number is -1", () => {
  assertEquals([undefined, "", "x", "1.5", " 3 ", "+2"].map(parseRetries), [-1, -1, -1, -1, 3, 2]);
});

Deno.test("T59 the initial timeout is 15 s by default, none for 0 and at once below", () => {
  const texts = [undefined, "", "soon", "2", "0", "-5"];
  assertEquals(texts.map(parseInitialTimeout), [15_000, 15_000, 15_000, 2000, undefined, 0]);
});
