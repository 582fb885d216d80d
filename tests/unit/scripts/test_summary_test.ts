import { assertEquals } from "@std/assert";
import { addCounts, countRun, countTests, noTests, summaryLine } from "../../../scripts/test_summary.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="7" failures="2" errors="0" time="0.013">
    <testsuite name="./a_test.ts" tests="7" disabled="1" errors="0" failures="2">
        <testcase name="a &lt;one&gt; &gt; two" classname="./a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="SKIP b: needs root" classname="./a_test.ts" time="0.000" line="2" col="6">
            <skipped/>
        </testcase>
        <testcase name="bad" classname="./a_test.ts" time="0.003" line="3" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="bad &gt; inner" classname="./a_test.ts" time="0.001" line="3" col="41">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
        <testcase name="bad &gt; fine" classname="./a_test.ts" time="0.000" line="3" col="98">
        </testcase>
    </testsuite>
    <testsuite name="./b_test.ts" tests="2" disabled="0" errors="0" failures="0">
        <testcase name="bad &gt; fine" classname="./b_test.ts" time="0.000" line="3" col="98">
        </testcase>
        <testcase name="c" classname="./b_test.ts" time="0.000" line="3" col="98">
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("countTests counts tests, and their steps as part of them", () => {
  assertEquals(countTests(report), { passed: 3, failed: 1, skipped: 1 });
});

Deno.test("countTests leaves out what the filter of the run left out", () => {
  assertEquals(countTests(report, /> two|nothing/), { passed: 1, failed: 0, skipped: 0 });
  assertEquals(countTests(report, /needs root/), { passed: 0, failed: 0, skipped: 1 });
});

Deno.test("countTests finds nothing in the report of a run without tests", () => {
  assertEquals(countTests(`<testsuites name="deno test" tests="0"></testsuites>`), noTests);
});

Deno.test("countRun counts a failure that no report mentions as one", () => {
  const fine = `<testsuite name="a"><testcase name="c"></testcase></testsuite>`;
  assertEquals(countRun(fine, false), { passed: 1, failed: 1, skipped: 0 });
  assertEquals(countRun("", false), { passed: 0, failed: 1, skipped: 0 });
  assertEquals(countRun(report, false).failed, 1);
  assertEquals(countRun("", true), noTests);
});

Deno.test("summaryLine gives the sum in the form that test runners are read by", () => {
  const one = { passed: 1, failed: 0, skipped: 2 };
  assertEquals(summaryLine(addCounts(one, one)), "2 passed, 0 failed, 4 skipped");
});
