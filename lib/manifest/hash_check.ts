import type { HashFailure, HashJob } from "../host/hash_messages.ts";
import type { FileTable } from "./file_table.ts";
import { ROW } from "./row_flags.ts";
import { type Problem, problem, type ProblemCode } from "./problem.ts";
import type { Verification } from "./verification.ts";

/**
 * The problem of a file whose digests, all entries for it taken together, prove nothing: none is of a secure algorithm.
 */
export function digestPolicyProblem(table: FileTable, row: number): Problem | undefined {
  const algorithms = table.algorithmsOf(row);
  if (algorithms.some(({ secure }) => secure)) return undefined;
  const path = table.names.pathOf(row);
  if (algorithms.length === 0 && table.is(row, ROW.hasUnknownDigests)) {
    return problem("no-supported-hash", path, "Listed with digests of unknown algorithms only");
  }
  const names = algorithms.map(({ name }) => name).join(", ") || "none";
  return problem("insecure-hash", path, "Listed without a digest that is secure", { actual: names });
}

/** How to compare the file at `realPath`, free of links, with what is expected of a row. */
export function hashJob({ root, table }: Verification, row: number, realPath: string): HashJob {
  return {
    path: `${root}/${realPath}`,
    size: table.sizeOf(row),
    algorithms: table.algorithmsOf(row).map(({ cryptoName }) => cryptoName).join(" "),
    digests: table.digestsOf(row).join(" "),
  };
}

const FAILURES: Readonly<Record<HashFailure["kind"], readonly [ProblemCode, string]>> = {
  size: ["size", "Wrong size"],
  digest: ["digest", "Wrong contents"],
  missing: ["missing", "Listed but not there"],
  type: ["wrong-type", "Not a regular file"],
  io: ["io", "Cannot be read"],
};

/** Puts in words that a file is not what is expected of its row. */
export function failureProblem(table: FileTable, row: number, failure: HashFailure): Problem {
  const path = table.names.pathOf(row);
  const [code, message] = FAILURES[failure.kind];
  if (failure.kind === "size") {
    return problem(code, path, message, { expected: String(table.sizeOf(row)), actual: failure.actual });
  }
  if (failure.kind !== "digest") return problem(code, path, message, { actual: failure.actual });
  const [digests, actual] = [table.digestsOf(row), failure.actual.split(" ")];
  const wrong = digests.findIndex((hex, index) => hex !== actual[index]);
  const name = table.algorithmsOf(row)[wrong]?.name ?? "";
  const details = { expected: `${name} ${digests[wrong]}`, actual: `${name} ${actual[wrong]}` };
  return problem(code, path, message, details);
}
