import type { Problem } from "./problem.ts";

/** As many as are kept; more are counted. */
const KEPT = 10_000;

/** Collects what is wrong. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  #count = 0;

  /** All, also those that were not kept. */
  get count(): number {
    return this.#count;
  }

  add(...problems: readonly Problem[]): void {
    this.#count += problems.length;
    this.#kept.push(...problems.slice(0, Math.max(0, KEPT - this.#kept.length)));
  }

  /** In order of path and line, whatever order they were found in. */
  sorted(): Problem[] {
    return this.#kept.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : (a.line ?? 0) - (b.line ?? 0));
  }
}
