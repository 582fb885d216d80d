import { testFailingCalls } from "../support/failing_calls.ts";
import { labToMigrate } from "../support/synced_lab.ts";
import { completeOldOrNew } from "../support/verdict.ts";

testFailingCalls({
  name: "a migration",
  command: "sync",
  prepare: () => labToMigrate(),
  keeps: [],
  check: completeOldOrNew,
});
