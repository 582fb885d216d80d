import type { HashFailure, HashJob } from "../host/hash_pool.ts";
import type { ExpectedFile } from "./expected_files.ts";
import { type Problem, problem, type ProblemCode } from "./problem.ts";
import type { Verification } from "./verification.ts";

/** The problem of a file whose digests, all entries for it taken together, prove nothing (section 5). */
export function digestPolicyProblem(path: string, file: ExpectedFile): Problem | undefined {
  if (file.algorithms.some(({ secure }) => secure)) return undefined;
  if (file.algorithms.length === 0 && file.hasUnknownDigests) {
    return problem("no-supported-hash", path, "Listed with digests of unknown algorithms only");
  }
  const names = file.algorithms.map(({ name }) => name).join(", ") || "none";
  return problem("insecure-hash", path, "Listed without a digest that is secure", { actual: names });
}

/** How to compare the file at `realPath`, free of links, with what is expected of `path`. */
export function hashJob({ expected, root }: Verification, path: string, file: ExpectedFile, realPath: string): HashJob {
  return {
    path: `${root}/${realPath}`,
    size: file.size,
    algorithms: file.algorithms.map(({ cryptoName }) => cryptoName).join(" "),
    digests: expected.digestsOf(path).join(" "),
  };
}

const FAILURES: Readonly<Record<HashFailure["kind"], readonly [ProblemCode, string]>> = {
  size: ["size", "Wrong size"],
  digest: ["digest", "Wrong contents"],
  missing: ["missing", "Listed but not there"],
  type: ["wrong-type", "Not a regular file"],
  io: ["io", "Cannot be read"],
};

/** Puts in words that a file is not what `job` demanded. */
export function failureProblem(path: string, job: ExpectedFile, failure: HashFailure, digests: string[]): Problem {
  const [code, message] = FAILURES[failure.kind];
  if (failure.kind === "size") {
    return problem(code, path, message, { expected: String(job.size), actual: failure.actual });
  }
  if (failure.kind !== "digest") return problem(code, path, message, { actual: failure.actual });
  const actual = failure.actual.split(" ");
  const wrong = digests.findIndex((hex, index) => hex !== actual[index]);
  const name = job.algorithms[wrong]?.name ?? "";
  const details = { expected: `${name} ${digests[wrong]}`, actual: `${name} ${actual[wrong]}` };
  return problem(code, path, message, details);
}
