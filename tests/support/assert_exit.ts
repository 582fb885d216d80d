import { assertEquals, assertMatch } from "@std/assert";
import type { RunResult } from "./program.ts";

/** Asserts the exit status of a run, and that what it says on standard error matches; its output explains a failure. */
export function assertExit({ code, out, err }: RunResult, expected: number, says?: RegExp): void {
  assertEquals(code, expected, `exit status ${code}\nstdout: ${out}\nstderr: ${err}`);
  if (says !== undefined) assertMatch(err, says);
}
