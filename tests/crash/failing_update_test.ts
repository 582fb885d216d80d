import { testFailingCalls } from "../support/failing_calls.ts";
import { labToUpdate } from "../support/synced_lab.ts";
import { completeOldOrNew } from "../support/verdict.ts";

testFailingCalls({
  name: "an update",
  command: "sync",
  prepare: () => labToUpdate(),
  keeps: [1],
  check: completeOldOrNew,
});
