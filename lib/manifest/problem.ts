import { printable, quoted } from "../base/printable.ts";

/** Why a tree does not verify: it breaks a rule of GLEP 74 or a limit of ours, or cannot be read. */
export type ProblemCode =
  | "keyring"
  | "unsigned"
  | "bad-framing"
  | "unsigned-data"
  | "bad-signature"
  | "no-public-key"
  | "key-expired"
  | "key-revoked"
  | "signature-expired"
  | "untrusted"
  | "weak-signature-digest"
  | "no-manifest"
  | "not-a-full-tree-manifest"
  | "bad-entry"
  | "bad-path"
  | "bad-character"
  | "duplicate-hash"
  | "conflict"
  | "manifest-mismatch"
  | "unsupported-compression"
  | "bad-compression"
  | "too-large"
  | "stray"
  | "missing"
  | "wrong-type"
  | "size"
  | "digest"
  | "no-supported-hash"
  | "insecure-hash"
  | "symlink-escape"
  | "no-timestamp"
  | "rollback"
  | "timestamp-reuse"
  | "timestamp-in-future"
  | "too-old"
  | "io";

/** One thing that is wrong with a tree. */
export interface Problem {
  readonly code: ProblemCode;
  /** From the root of the tree; of a Manifest when `line` is there. Unprintable characters are as they came. */
  readonly path: string;
  /** Line of a Manifest, from 1. */
  readonly line?: number;
  /** One sentence without a final period; it does not repeat the path. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The file was right before, and was written to since: whatever shares it is damaged as well. */
  readonly altered?: true;
}

/** What a problem is about besides its code and message. */
export type ProblemDetails = Omit<Problem, "code" | "path" | "message">;

/** Makes a {@linkcode Problem}. */
export function problem(code: ProblemCode, path: string, message: string, details: ProblemDetails = {}): Problem {
  return { code, path, message, ...details };
}

/**
 * Returns one line that names the path, what was expected and what was found.
 *
 * @example
 * ```ts
 * import { describeProblem } from "./problem.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   describeProblem({ code: "size", path: "a/b", message: "Wrong size", expected: "3", actual: "4" }),
 *   '"a/b": Wrong size: expected 3, found 4',
 * );
 * ```
 */
export function describeProblem({ path, line, message, expected, actual }: Problem): string {
  const place = line === undefined ? quoted(path) : `${quoted(path)} line ${line}`;
  const found = actual === undefined ? "" : `${expected === undefined ? "" : ","} found ${printable(actual)}`;
  const detail = (expected === undefined ? "" : ` expected ${printable(expected)}`) + found;
  return `${place}: ${printable(message)}${detail && `:${detail}`}`;
}
