import { testFailingCalls } from "../support/failing_calls.ts";
import { plainLabToUpdate } from "../support/synced_lab.ts";
import { wholeFiles } from "../support/verdict.ts";

testFailingCalls({
  name: "a quarantine commit",
  command: "sync",
  prepare: () => plainLabToUpdate(),
  keeps: [],
  check: wholeFiles,
});
