import { assertEquals, assertNotEquals } from "@std/assert";
import { exitMeaning } from "../../../lib/rsync/exit_status.ts";
import { failureOf } from "../../../lib/rsync/failure.ts";

for (const code of [1, 3, 4, 11, 14, 20, 21]) {
  Deno.test(`T60 exit ${code} is final`, () => assertEquals(exitMeaning(code).verdict, "final"));
}

for (const code of [2, 5, 6, 10, 12, 13, 15, 22, 23, 24, 25, 30, 35, 77, 137, 255]) {
  Deno.test(`T60 exit ${code} is worth a retry`, () => {
    assertEquals(exitMeaning(code).verdict, "retry");
    assertNotEquals(exitMeaning(code).text, "");
  });
}

Deno.test("a failure names the source without its password, the meaning and the first telling line", () => {
  const errors = ["rsync: connection refused (111)", "rsync error: error in socket IO (code 10)"];
  const failure = failureOf({ code: 10, timedOut: false, errors }, "list rsync://u:secret@h/m");
  assertEquals(
    failure.message,
    "Cannot list rsync://u:***@h/m: error in socket I/O (rsync exit 10): connection refused (111)",
  );
  assertEquals(failure.diskFull, false);
});

Deno.test("a full disk is told apart from other errors in file I/O", () => {
  const errors = ['rsync: [receiver] write failed on "/x": No space left on device (28)'];
  assertEquals(failureOf({ code: 11, timedOut: false, errors }, "fetch from h").diskFull, true);
  assertEquals(failureOf({ code: 11, timedOut: false, errors: [] }, "fetch from h").diskFull, false);
});
