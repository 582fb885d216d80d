import type { Fault } from "../base/fault.ts";
import { printable } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { Terminal } from "../host/terminal.ts";
import type { SyncEvent } from "../sync/event.ts";
import type { CommandResult } from "./command.ts";
import { type EverywhereValues, type Verbosity, verbosityOf } from "./everywhere.ts";
import { documentLine, errorLine, eventLine } from "./render/json.ts";
import { type Progress, terminalProgress } from "./render/progress.ts";
import { eventText } from "./render/sync_text.ts";
import { type Layout, textOfFailure, viewText } from "./render/text.ts";
import { colorStyle, PLAIN_STYLE, type Style, wantsColor } from "./style.ts";

/** Where all that a run has to say goes. */
export interface Output {
  event(event: SyncEvent): void;
  note(note: string): void;
  result(command: string, result: CommandResult): void;
  /** A fault that ended the run; `command` is absent when it was not understood. */
  fault(command: string | undefined, fault: Fault): void;
}

/** What an output is made of. */
export interface OutputOptions {
  readonly system: Pick<System, "clock" | "environment"> & { readonly terminal: Terminal };
  readonly everywhere: Pick<EverywhereValues, "json" | "color" | "quiet" | "verbose">;
  readonly signal: AbortSignal;
}

/** The output that the flags ask for. */
export function chooseOutput(options: OutputOptions): Output {
  return options.everywhere.json ? jsonOutput(options) : textOutput(options);
}

function jsonOutput({ system: { terminal }, everywhere }: OutputOptions): Output {
  return {
    event: (event) => terminal.writeOut(eventLine(event)),
    note: (note) => writeNote(terminal, note, verbosityOf(everywhere)),
    result: (command, { document, failures = [] }) => {
      if (document === undefined && failures.length === 0) return;
      terminal.writeOut(documentLine(command, document ?? {}, failures));
    },
    fault: (command, fault) => terminal.writeOut(errorLine(command, fault)),
  };
}

function textOutput({ system, everywhere, signal }: OutputOptions): Output {
  const { terminal } = system;
  const verbosity = verbosityOf(everywhere);
  const style = (isTerminal: boolean) => chosenStyle(isTerminal, everywhere.color, system.environment);
  const outStyle = style(terminal.outIsTerminal);
  const errStyle = style(terminal.errIsTerminal);
  const layout: Layout = { style: outStyle, width: terminal.outIsTerminal ? terminal.columns() : undefined };
  const progress = chosenProgress({ system, verbosity, signal });
  const phases = verbosity === "verbose" && progress === undefined;
  return {
    event: (event) => {
      const text = eventText(event, { verbosity, phases, outStyle, errStyle });
      const write = () => {
        if (text.out !== "") terminal.writeOut(text.out);
        if (text.err !== "") terminal.writeErr(text.err);
      };
      if (text.out === "" && text.err === "") progress?.update(event);
      else printBetween(progress, event, write);
    },
    note: (note) => writeNote(terminal, note, verbosity),
    result: (_, { view, failures = [] }) => {
      progress?.stop();
      const text = viewText(view, layout);
      if (text !== "") terminal.writeOut(text);
      for (const failure of failures) terminal.writeErr(textOfFailure(failure, errStyle));
    },
    fault: (_, fault) => {
      progress?.stop();
      terminal.writeErr(textOfFailure({ fault }, errStyle) + stackText(fault, everywhere.verbose));
    },
  };
}

/** The repository's line of progress goes before its result comes. */
function printBetween(progress: Progress | undefined, event: SyncEvent, write: () => void): void {
  progress?.update(event);
  if (progress === undefined) write();
  else progress.above(write);
}

function chosenStyle(
  isTerminal: boolean,
  when: EverywhereValues["color"],
  environment: Pick<System["environment"], "get">,
): Style {
  const question = { when, isTerminal, noColor: environment.get("NO_COLOR"), term: environment.get("TERM") };
  return wantsColor(question) ? colorStyle() : PLAIN_STYLE;
}

/** Progress is for people who watch; a terminal that cannot move its cursor gets none. */
function chosenProgress(
  { system, verbosity, signal }: Pick<OutputOptions, "system" | "signal"> & { verbosity: Verbosity },
): Progress | undefined {
  const { terminal, environment } = system;
  if (!terminal.errIsTerminal || verbosity === "quiet" || environment.get("TERM") === "dumb") return undefined;
  const progress = terminalProgress(system);
  signal.addEventListener("abort", () => progress.stop(), { once: true });
  return progress;
}

/** Commands talk before they begin or when they are done, never while progress is drawn. */
function writeNote(terminal: Terminal, note: string, verbosity: Verbosity): void {
  if (verbosity !== "quiet") terminal.writeErr(`rcusync: ${printable(note)}\n`);
}

/** Where an unexpected error comes from, for those who ask for it with `-v`. */
function stackText(fault: Fault, verbose: number): string {
  if (fault.kind !== "unexpected" || verbose === 0) return "";
  const { stack } = fault.cause instanceof Error ? fault.cause : fault;
  return stack === undefined ? "" : `${stack}\n`;
}
