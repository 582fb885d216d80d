import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { printable, withoutPasswords } from "../base/printable.ts";
import { TIMED_OUT } from "./exit_status.ts";
import { lineSplitter } from "./line_splitter.ts";
import { endOfName, entryNumber, isEntryTalk, NAME_AT } from "./entry_lines.ts";
import type { Session } from "./session.ts";

/** One call of rsync. */
export interface Call {
  readonly args: readonly string[];
  /** For standard input; empty when absent. */
  readonly input?: Uint8Array;
  /** When the time is up it counts as rsync's exit 30; absent: {@linkcode LONGEST_MS}. */
  readonly timeoutMs?: number;
  /** How long it may say nothing on standard output; absent: as long as it runs. */
  readonly silenceMs?: number | undefined;
  /** Lines of standard output that begin with `mark` go, without it, to `onLine`; the others are talk. */
  readonly items?: { readonly mark: string; readonly onLine: (line: Uint8Array) => void };
  /**
   * Gets the name of every entry in the mirror's list, as rsync escapes it, from `from` to before `to`. It takes
   * `ENTRY_WORDS` among the arguments.
   */
  readonly onEntry?: EntryListener;
  /** Called when it has been given all of the input. */
  readonly onInputEnd?: (() => void) | undefined;
  /** Called when it says something on standard output for the first time. */
  readonly onOutput?: (() => void) | undefined;
  /** Keep what it says from `onTalk`. */
  readonly silent?: boolean;
}

/** Gets a name, which is valid only during the call, and its number in rsync's list. */
export type EntryListener = (bytes: Uint8Array, from: number, to: number, number: number) => void;

/** How a call ended. */
export interface RsyncExit {
  readonly code: number;
  readonly timedOut: boolean;
  /** The first lines of standard error, safe to print. */
  readonly errors: readonly string[];
}

const ERRORS_KEPT = 50;

/** Where every file fails, one line for each says no more. */
const ERRORS_TOLD = 10;

/**
 * rsync's own `--timeout` ends most mirrors that fall silent. One that greets for ever or sends a byte now and then
 * would keep it, and the store's lock, until somebody notices.
 */
const LONGEST_MS = 6 * 60 * 60 * 1000;

/** In 2 ms rsync names entries for two thirds of what a pipe holds. */
const REST_MS = 2;

/**
 * Runs rsync to its end.
 *
 * @throws {Fault} `configuration` when there is no rsync, or when its account may not be used; whatever the
 *   session's signal was aborted with.
 */
export async function runRsync(session: Session, call: Call): Promise<RsyncExit> {
  const errors: string[] = [];
  const talk = (line: string) => call.silent || session.onTalk(line);
  const output = lineSplitter(outputReader(call, session.verbosity === "verbose" ? talk : () => {}));
  const complaints = talkOfErrors(session, talk);
  const error = lineSplitter((bytes, from, to) => {
    for (const text of textLines(bytes.subarray(from, to))) {
      if (errors.length < ERRORS_KEPT) errors.push(text);
      complaints.tell(text);
    }
  });
  let isSilent = true;
  const onOutput = (bytes: Uint8Array) => {
    if (isSilent) call.onOutput?.();
    isSilent = false;
    output.push(bytes);
  };
  const exit = await start(session, call, { onOutput, onError: error.push });
  session.signal.throwIfAborted();
  output.end();
  error.end();
  complaints.end();
  const [first] = errors;
  // A mirror can say so as well, and have rsync end with that status; it cannot keep rsync from starting.
  if (NO_PROGRAM.has(exit.code) && first?.startsWith("setsid: ") && !await canStart(session)) {
    throw notExecutable(first);
  }
  return { code: exit.timedOut ? TIMED_OUT : exit.code, timedOut: exit.timedOut, errors };
}

/** Tells the first lines of standard error, and how many more there were; all of them in verbose mode. */
function talkOfErrors({ verbosity }: Pick<Session, "verbosity">, talk: (line: string) => void) {
  let count = 0;
  const most = verbosity === "verbose" ? Infinity : ERRORS_TOLD;
  return {
    tell: (line: string) => {
      if (count++ < most) talk(line);
    },
    end: () => {
      if (count > most) talk(`… and ${count - most} more lines`);
    },
  };
}

/** By which a program tells that it cannot exec another. */
const NO_PROGRAM: ReadonlySet<number> = new Set([126, 127]);

async function canStart(session: Session): Promise<boolean> {
  const nobody = { onOutput: () => {}, onError: () => {} };
  return !NO_PROGRAM.has((await start(session, { args: ["--version"], silent: true }, nobody)).code);
}

function notExecutable(line: string): Fault {
  return new Fault("configuration", `Cannot run rsync: ${line.replace("setsid: ", "")}`, {
    hint: "Install net-misc/rsync",
  });
}

async function start(
  session: Session,
  call: Call,
  readers: { readonly onOutput: (bytes: Uint8Array) => void; readonly onError: (bytes: Uint8Array) => void },
) {
  const { processes, env, uid, gid, umask, foreground, signal } = session;
  try {
    return await processes.run({
      program: "rsync",
      avoidsFork: true,
      args: call.args,
      env,
      foreground,
      signal,
      ...readers,
      ...(call.input && { input: call.input }),
      onInputEnd: call.onInputEnd,
      ...(call.onEntry && { restMs: REST_MS }),
      timeoutMs: call.timeoutMs ?? LONGEST_MS,
      silenceMs: call.silenceMs,
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
      ...(umask !== undefined && { umask }),
    });
  } catch (error) {
    throw cannotStart(error);
  }
}

function cannotStart(error: unknown): unknown {
  if (isErrno(error, "ENOENT")) {
    return new Fault("configuration", "Cannot run rsync: it is not in PATH", {
      hint: "Install net-misc/rsync",
      cause: error,
    });
  }
  if (isErrno(error, "EPERM", "EACCES")) {
    return new Fault("configuration", "Cannot run rsync under the account it is to sync as: permission denied", {
      hint: "Run as root, or unset sync-user",
      cause: error,
    });
  }
  return error;
}

function outputReader(
  { items, onEntry }: Call,
  talk: (line: string) => void,
): (bytes: Uint8Array, from: number, to: number) => void {
  const mark = new TextEncoder().encode(items?.mark);
  return (bytes, from, to) => {
    if (onEntry !== undefined) {
      const end = endOfName(bytes, from, to);
      if (end !== undefined) return onEntry(bytes, from + NAME_AT, end, entryNumber(bytes, end, to));
    }
    const line = bytes.subarray(from, to);
    if (items !== undefined && startsWith(line, mark)) return items.onLine(line.subarray(mark.length));
    if (onEntry === undefined || !isEntryTalk(line)) textLines(line).forEach(talk);
  };
}

function startsWith(line: Uint8Array, mark: Uint8Array): boolean {
  return mark.every((byte, at) => line[at] === byte);
}

/** Of what a mirror says in one line; the longest path that is told of is half as long. */
const MOST_TEXT_BYTES = 8192;

/** A progress meter separates its states by carriage returns. */
function textLines(line: Uint8Array): string[] {
  const text = new TextDecoder().decode(line.subarray(0, MOST_TEXT_BYTES));
  return text.split("\r").map((part) => printable(withoutPasswords(part)).trimEnd()).filter((part) => part !== "");
}
