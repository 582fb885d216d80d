/** How many tests ended how. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/**
 * Counts the tests of a JUnit report that `deno test --junit-path` wrote. Steps belong to their test and are not
 * counted; they are known by their name, `test > step`. Neither are tests that the `filter` of the run left out: the
 * report shows them like skipped ones.
 */
export function countTests(report: string, filter = /(?:)/): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of report.split("<testsuite ").slice(1)) {
    const cases = suite.split("<testcase ").slice(1).map((text) => ({ text, name: nameOf(text) }));
    const names = new Set(cases.map(({ name }) => name));
    for (const { text, name } of cases) {
      if (isStep(name, names) || !filter.test(name)) continue;
      if (text.includes("<skipped/>")) counts.skipped++;
      else if (/<failure[ >]|<error[ >]/.test(text)) counts.failed++;
      else counts.passed++;
    }
  }
  return counts;
}

/** Adds counts up. */
export function addCounts(...all: readonly TestCounts[]): TestCounts {
  return all.reduce((sum, counts) => ({
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: sum.skipped + counts.skipped,
  }), noTests);
}

/**
 * The counts of one `deno test` run. A file that fails to load, or an error outside any test, is in no report: the
 * exit status alone tells, and it counts as one failure.
 */
export function countRun(report: string, success: boolean, filter?: RegExp): TestCounts {
  const counts = countTests(report, filter);
  return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** The last line of a test run. */
export function summaryLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

function nameOf(testcase: string): string {
  const escaped = /^name="([^"]*)"/.exec(testcase)?.[1] ?? "";
  return escaped.replaceAll(/&(\w+);/g, (entity, name) => entities.get(name) ?? entity);
}

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["amp", "&"],
]);

function isStep(name: string, names: ReadonlySet<string>): boolean {
  const separator = " > ";
  for (let at = name.indexOf(separator); at >= 0; at = name.indexOf(separator, at + 1)) {
    if (names.has(name.slice(0, at))) return true;
  }
  return false;
}
