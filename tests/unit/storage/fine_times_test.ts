import { assertEquals } from "@std/assert";
import { type Files, systemFiles } from "../../../lib/host/files.ts";
import { STAMP_WORDS, type Stamps } from "../../../lib/host/stamps.ts";
import { hasFineTimes } from "../../../lib/storage/fine_times.ts";
import { storeLayout } from "../../../lib/store/layout.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** Stamps by a clock that ticks after so many looks. */
function ticking(looksPerTick: number, isReliable = true): Stamps {
  let looks = 0;
  return {
    of: () => {
      const stamp = new Uint32Array(STAMP_WORDS).fill(1);
      // The nanoseconds of the change time come last.
      stamp[STAMP_WORDS - 1] = Math.floor(++looks / looksPerTick);
      return stamp;
    },
    areReliable: () => isReliable,
  };
}

function isFine(change: Partial<Files>): boolean {
  using temp = tempDir();
  const layout = storeLayout(temp.path);
  Deno.mkdirSync(layout.verified, { recursive: true });
  Deno.writeTextFileSync(`${layout.verified}/probe`, "left by another");
  const found = hasFineTimes({ ...systemFiles(), ...change }, layout);
  assertEquals(namesIn(layout.verified), found || change.stamps?.areReliable("/") ? [] : ["probe"]);
  return found;
}

Deno.test("times are fine when each of some changes in a row has one of its own", () => {
  assertEquals(isFine({ stamps: ticking(1) }), true);
});

Deno.test("times are not fine when two changes share one, however often the clock ticks", () => {
  for (const looks of [2, 3, 9, 100]) assertEquals(isFine({ stamps: ticking(looks) }), false, String(looks));
});

Deno.test("times are not fine where nobody can look, or numbers are made up", () => {
  assertEquals(isFine({ stamps: undefined }), false);
  assertEquals(isFine({ stamps: ticking(1, false) }), false);
});

Deno.test("times are not fine where nothing can be made", () => {
  using temp = tempDir();
  assertEquals(hasFineTimes({ ...systemFiles(), stamps: ticking(1) }, storeLayout(temp.path)), false);
});
