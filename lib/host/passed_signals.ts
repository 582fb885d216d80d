import { isErrno } from "../base/errno.ts";

/** Signals that end or tell a program something; SIGINT and SIGQUIT are what keys on a terminal send. */
const PASSED = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT"] as const;

/** Signals on their way to a child. */
export interface PassedSignals extends Disposable {
  /** Names the child; what came before goes to it now. */
  to(pid: number): void;
}

/**
 * Takes the signals of this process and passes them on, until disposed of.
 *
 * A key pressed on the terminal signals its whole foreground group, the child included: SIGINT and SIGQUIT are not sent
 * a second time then.
 */
export function passSignals(): PassedSignals {
  const early: Deno.Signal[] = [];
  let child: number | undefined;
  const listeners = PASSED.map((signal) => {
    const listener = () => {
      if (child === undefined) early.push(signal);
      else pass(signal, child);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return {
    to: (pid) => {
      child = pid;
      for (const signal of early.splice(0)) pass(signal, pid);
    },
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

function pass(signal: Deno.Signal, pid: number): void {
  if ((signal === "SIGINT" || signal === "SIGQUIT") && isTerminalForeground()) return;
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** `/proc/self/stat`: after the name in parentheses come state, ppid, pgrp, session, tty_nr and tpgid. */
function isTerminalForeground(): boolean {
  try {
    const text = Deno.readTextFileSync("/proc/self/stat");
    const [, , group, , , foregroundGroup] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return group === foregroundGroup;
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return false;
    throw error;
  }
}
