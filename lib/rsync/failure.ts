import { printable, withoutPasswords } from "../base/printable.ts";
import { exitMeaning } from "./exit_status.ts";
import type { RsyncExit } from "./run.ts";

/** A step that rsync did not do. */
export interface RsyncFailure {
  readonly kind: "failed";
  /** rsync's exit status. */
  readonly exit: number;
  /** Whether another address may do better. */
  readonly retry: boolean;
  /** One sentence that names the source; safe to print. */
  readonly message: string;
  readonly hint?: string;
  /** No space, no inodes or no quota left here. */
  readonly diskFull: boolean;
}

/** ENOSPC and EDQUOT, as rsync ends its messages. */
const DISK_FULL = /\((28|122)\)$/;

/** Describes the failure of a call; `attempt` completes "Cannot …", as in `list rsync://host/module`. */
export function failureOf(exit: RsyncExit, attempt: string): RsyncFailure {
  const meaning = exitMeaning(exit.code);
  const detail = tellingLine(exit.errors);
  const message = `Cannot ${printable(withoutPasswords(attempt))}: ${meaning.text} (rsync exit ${exit.code})`;
  return {
    kind: "failed",
    exit: exit.code,
    retry: meaning.verdict === "retry",
    message: detail === undefined ? message : `${message}: ${detail}`,
    ...(meaning.hint !== undefined && { hint: meaning.hint }),
    diskFull: exit.errors.some((line) => DISK_FULL.test(line)),
  };
}

/** The first line that says more than the exit status does. */
function tellingLine(errors: readonly string[]): string | undefined {
  return errors.find((line) => !line.startsWith("rsync error:"))?.replace(/^rsync: /, "");
}
