import { dirname } from "@std/path";
import type { Entry } from "./entry.ts";
import { type LineFault, parseLine } from "./parse_line.ts";
import { type Problem, problem } from "./problem.ts";

/** What a Manifest says, and what is wrong with it: all of it, line by line. */
export interface ParsedManifest {
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

/**
 * Parses the text of the Manifest at `path` (from the root of the tree). Paths in the result are from the root too.
 *
 * DIST lines are checked and dropped: they say nothing about the tree.
 */
export function parseManifest(text: string, path: string): ParsedManifest {
  const dir = dirname(path);
  const prefix = dir === "." ? "" : `${dir}/`;
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const result = parseLine(text.slice(start, end), { prefix, line });
    if (isFault(result)) problems.push(problem(result.code, path, result.message, { line }));
    else if (result !== undefined) entries.push(result);
    start = end + 1;
  }
  return { entries, problems };
}

function isFault(result: Entry | LineFault | undefined): result is LineFault {
  return result !== undefined && "code" in result;
}
