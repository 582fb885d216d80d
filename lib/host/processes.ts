import { inOwnSession } from "./own_session.ts";
import { passSignals } from "./passed_signals.ts";

/** Child processes. No shell is ever involved. */
export interface Processes {
  /**
   * Runs a program to its end.
   *
   * The child leads a process group of its own, unless it runs in the foreground. When `signal` aborts or the time is
   * up, the whole group gets SIGTERM, and SIGKILL when it has not left 3 s later; the call resolves once the child is
   * gone.
   *
   * @throws {Deno.errors.NotFound} when the program does not exist.
   */
  run(command: Command): Promise<Exit>;
}

/** What to run, and how. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The complete environment of the child; this process's own one when absent. */
  readonly env?: Readonly<Record<string, string>>;
  readonly currentDir?: string;
  /** Bytes for standard input; absent: empty input; `"inherit"`: this process's own. */
  readonly input?: Uint8Array | "inherit";
  /** Called when the child has been given all of the input. */
  readonly onInputEnd?: (() => void) | undefined;
  /** Stay in this process group, so that the child may talk to the terminal (ssh asks for passwords). */
  readonly foreground?: boolean;
  /**
   * Pass the signals that this process gets on to the child until it ends: SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, and
   * SIGINT and SIGQUIT where the terminal does not send these to the child by itself.
   */
  readonly passSignals?: boolean;
  /** Gets the child's output as it comes, valid only during the call; absent: collected into {@linkcode Exit}. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /**
   * For a child that writes thousands of short lines one by one: this thread sleeps for so long after each that came
   * alone, and finds many at once then. Who waits for a pipe is woken by every line, which takes the child longer than
   * writing it: 0.15 s for 230,000.
   */
  readonly restMs?: number;
  /** As `onOutput`, for standard error. */
  readonly onError?: (bytes: Uint8Array) => void;
  /**
   * Start the child without a copy of this process, where there is another way; what turns out to be no program then
   * ends with status 126 or 127 and a line of setsid's on standard error, instead of being refused.
   */
  readonly avoidsFork?: boolean;
  /** Hand this process's own standard output and error to the child. */
  readonly inheritOutput?: boolean;
  /**
   * How long its output is listened to after its end; absent: until it is closed. Whatever the child leaves behind (a
   * daemon that a hook starts) may keep it open for ever.
   */
  readonly lastOutputMs?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** The child's umask; this process's own when absent. */
  readonly umask?: number;
  readonly timeoutMs?: number;
  /** How long nothing may come on standard output before it counts as timed out, too; absent: for ever. */
  readonly silenceMs?: number | undefined;
  readonly signal?: AbortSignal;
}

/** How a child ended. */
export interface Exit {
  /** Exit status; 128 + N after signal N, as in a shell. */
  readonly code: number;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  /** Collected output, empty where a callback took it. */
  readonly output: Uint8Array;
  readonly error: Uint8Array;
}

const KILL_AFTER_MS = 3000;

/** Processes of this machine. */
export const systemProcesses: Processes = {
  async run(command) {
    command.signal?.throwIfAborted();
    // Before the child: a signal must not meet this process alone.
    using passing = command.passSignals ? passSignals() : undefined;
    const child = spawn(command);
    passing?.to(child.pid);
    const ended = new AbortController();
    let timedOut = false;
    const stop = () => stopChild(child.pid, { group: !command.foreground, ended: ended.signal });
    const timeOut = () => {
      timedOut = true;
      stop();
    };
    const timer = command.timeoutMs === undefined ? undefined : setTimeout(timeOut, command.timeoutMs);
    const silence = silenceAfter(command, timeOut);
    command.signal?.addEventListener("abort", stop, { once: true });
    const hush = { ended: ended.signal, afterMs: command.lastOutputMs };
    try {
      const [status, output, error] = await Promise.all([
        child.status.finally(() => ended.abort()),
        command.inheritOutput ? new Uint8Array() : collect(child.stdout, resting(silence.listener, command), hush),
        command.inheritOutput ? new Uint8Array() : collect(child.stderr, command.onError, hush),
        command.input instanceof Uint8Array ? feed(child.stdin, { ...command, input: command.input }) : undefined,
      ]);
      return {
        code: status.code,
        signal: status.signal ?? undefined,
        timedOut,
        output,
        error,
      };
    } finally {
      clearTimeout(timer);
      silence.end();
      command.signal?.removeEventListener("abort", stop);
    }
  },
};

/** Passes output on and calls `timeOut` when none has come for too long. */
function silenceAfter({ onOutput, silenceMs }: Command, timeOut: () => void) {
  if (silenceMs === undefined || onOutput === undefined) return { listener: onOutput, end: () => {} };
  let timer = setTimeout(timeOut, silenceMs);
  const listener = (bytes: Uint8Array) => {
    clearTimeout(timer);
    timer = setTimeout(timeOut, silenceMs);
    onOutput(bytes);
  };
  return { listener, end: () => clearTimeout(timer) };
}

/** A piece that is larger fills a good part of the pipe, wherever that is small. */
const SMALL_PIECE = 4096;

function resting(listener: Command["onOutput"], { restMs }: Command): Command["onOutput"] {
  if (listener === undefined || restMs === undefined) return listener;
  const never = new Int32Array(new SharedArrayBuffer(4));
  return (bytes) => {
    listener(bytes);
    if (bytes.length < SMALL_PIECE) Atomics.wait(never, 0, 0, restMs);
  };
}

function spawn(command: Command): Deno.ChildProcess {
  const output = command.inheritOutput ? "inherit" : "piped";
  // Deno forks for another account in any case.
  const isOurs = !command.foreground && command.uid === undefined && command.gid === undefined;
  const path = command.env === undefined ? Deno.env.get("PATH") : command.env["PATH"];
  const leader = command.avoidsFork && isOurs ? inOwnSession(command, path) : undefined;
  const { program, args } = leader ?? command;
  const options: Deno.CommandOptions = {
    args: [...args],
    stdin: command.input instanceof Uint8Array ? "piped" : command.input ?? "null",
    stdout: output,
    stderr: output,
    detached: !command.foreground && leader === undefined,
    ...(command.env && { env: { ...command.env }, clearEnv: true }),
    ...(command.currentDir !== undefined && { cwd: command.currentDir }),
    ...(command.uid !== undefined && { uid: command.uid }),
    ...(command.gid !== undefined && { gid: command.gid }),
  };
  const previous = command.umask === undefined ? undefined : Deno.umask(command.umask);
  try {
    return new Deno.Command(program, options).spawn();
  } finally {
    if (previous !== undefined) Deno.umask(previous);
  }
}

/** Ends a child, with its whole group when it leads one; one that is gone already is fine. */
function stopChild(
  pid: number,
  { group, ended }: { group: boolean; ended: AbortSignal },
): void {
  const stop = (signal: Deno.Signal) => {
    // It may not have come to lead its group yet; once it has ended, the number may be another's.
    if (!group || !kill(-pid, signal) && !ended.aborted) kill(pid, signal);
  };
  stop("SIGTERM");
  const timer = setTimeout(() => stop("SIGKILL"), KILL_AFTER_MS);
  ended.addEventListener("abort", () => {
    clearTimeout(timer);
    // The leader is gone; what it left behind in its group goes too.
    if (group) kill(-pid, "SIGKILL");
  }, { once: true });
}

/** Whether there was something to be killed. */
function kill(target: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(target, signal);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}

/** What a pipe holds mostly. */
const PIPE_BYTES = 64 * 1024;

async function collect(
  stream: ReadableStream<Uint8Array>,
  onChunk: ((bytes: Uint8Array) => void) | undefined,
  { ended, afterMs }: { readonly ended: AbortSignal; readonly afterMs: number | undefined },
): Promise<Uint8Array> {
  if (onChunk === undefined) {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  const reader = stream.getReader({ mode: "byob" });
  const closed = new AbortController();
  const giveUp = () => {
    const timer = setTimeout(() => reader.cancel(), afterMs);
    closed.signal.addEventListener("abort", () => clearTimeout(timer));
  };
  if (afterMs !== undefined) ended.addEventListener("abort", giveUp, { signal: closed.signal });
  try {
    // One buffer for all: megabytes of them would wait for the garbage collector.
    let buffer = new Uint8Array(PIPE_BYTES);
    for (let chunk = await reader.read(buffer); !chunk.done; chunk = await reader.read(buffer)) {
      onChunk(chunk.value);
      buffer = new Uint8Array(chunk.value.buffer);
    }
  } finally {
    closed.abort();
  }
  return new Uint8Array();
}

/** Writes the input; a child that ends without reading it all is no error here: its status tells. */
async function feed(
  stream: WritableStream<Uint8Array>,
  { input, onInputEnd }: Pick<Command, "onInputEnd"> & { readonly input: Uint8Array },
): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(input);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  onInputEnd?.();
}
