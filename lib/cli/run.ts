import { BUILD } from "../base/build.ts";
import { asFault, type Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import type { LoadOptions } from "../repos_conf/load.ts";
import type { Command, CommandResult, CommandRow, Context, Input, Program } from "./command.ts";
import { EVERYWHERE_FLAGS, type EverywhereValues } from "./everywhere.ts";
import { exitCodeOf } from "./exit_code.ts";
import type { Output } from "./output.ts";
import { loadOptions } from "./load_options.ts";
import { type CommandLine, findCommand, parseCommand } from "./parse.ts";
import { plainOutput } from "./plain_output.ts";
import { type TolerantTerminal, tolerantTerminal } from "./tolerant_terminal.ts";
import { usageFault } from "./usage_fault.ts";

/** What a run works with. */
export interface RunOptions {
  readonly program: Program;
  readonly system: System;
  readonly signal: AbortSignal;
  /** Makes signals mean nothing to this process from now on; for a command that passes them on. */
  readonly ignoreSignals?: () => void;
  /** Reads the configuration; called once, and only for a command that needs it. */
  readonly loadConfiguration: (system: System, options: LoadOptions) => Promise<Configuration>;
}

/**
 * Runs one command line and shows what comes of it.
 *
 * @param argv Without the program's name.
 * @returns the exit status; whatever goes wrong becomes one, nothing is thrown.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<number> {
  const terminal = tolerantTerminal(options.system.terminal);
  const status = await runLine(argv, { ...options, system: { ...options.system, terminal } });
  return tellLostResults(terminal) && status === 0 ? exitCodeOf("unexpected") : status;
}

/** Whatever was done is done; who counts on reading of it has to know that it cannot be read. */
function tellLostResults({ lostResults, writeErr }: TolerantTerminal): boolean {
  if (lostResults === undefined) return false;
  writeErr(`rcusync: Cannot write results to standard output: ${lostResults}\n`);
  return true;
}

async function runLine(argv: readonly string[], session: RunOptions): Promise<number> {
  let row: CommandRow | undefined;
  try {
    const line = findCommand(argv, session.program.commands);
    row = line.row;
    if (line.everywhere.version) return showVersion(session, line.everywhere);
    return row === undefined ? await showHelp(session, line) : await runRow(session, line, row);
  } catch (error) {
    const output = await openOutput(session, flagsAtLeast(argv));
    const status = fail(output, undefined, asFault(error));
    return (await row?.load())?.faultStatus ?? status;
  }
}

async function runRow(session: RunOptions, line: CommandLine, row: CommandRow): Promise<number> {
  const command = await row.load();
  const { everywhere, input } = parseCommand(line, { name: row.name, command });
  if (everywhere.version) return showVersion(session, everywhere);
  if (command.passesSignals) session.ignoreSignals?.();
  const output = row.hidden ? plainOutput(session.system.terminal) : await openOutput(session, everywhere);
  try {
    const result = everywhere.help
      ? (await import("./help.ts")).commandHelp(session.program, { row, command })
      : await runCommand(session, { command, everywhere, input, output });
    output.result(row.name, result);
    return result.passedStatus ?? result.exitCode;
  } catch (error) {
    const status = fail(output, row.name, asFault(error));
    return command.faultStatus ?? status;
  }
}

interface Call {
  readonly command: Command;
  readonly everywhere: EverywhereValues;
  readonly input: Input;
  readonly output: Output;
}

async function runCommand(session: RunOptions, { command, everywhere, input, output }: Call): Promise<CommandResult> {
  const { program, system, signal } = session;
  const context: Context = { program, system, signal, everywhere, onEvent: output.event, onNote: output.note };
  if (command.needs === "nothing") return await command.run(context, input);
  const configuration = await session.loadConfiguration(system, loadOptions(system, everywhere));
  return await command.run({ ...context, configuration }, input);
}

function showVersion({ program, system }: RunOptions, { json }: EverywhereValues): number {
  const text = json ? JSON.stringify({ schema: 1, ...BUILD }) : `${program.name} ${BUILD.version}`;
  system.terminal.writeOut(`${text}\n`);
  return 0;
}

/** Help that was asked for is a result; help because nothing was asked for is a usage fault. */
async function showHelp(session: RunOptions, { everywhere }: CommandLine): Promise<number> {
  const output = await openOutput(session, everywhere);
  if (!everywhere.help) return fail(output, undefined, usageFault("A command is missing"));
  const { programHelp } = await import("./help.ts");
  output.result("help", programHelp(session.program));
  return 0;
}

function fail(output: Output, command: string | undefined, fault: Fault): number {
  output.fault(command, fault);
  return exitCodeOf(fault.kind);
}

async function openOutput({ system, signal }: RunOptions, everywhere: OutputFlags): Promise<Output> {
  const { chooseOutput } = await import("./output.ts");
  return chooseOutput({ system, everywhere, signal });
}

type OutputFlags = Pick<EverywhereValues, "json" | "color" | "quiet" | "verbose">;

/** What can be told of a command line that could not be parsed: who asks for JSON gets the complaint as JSON. */
function flagsAtLeast(argv: readonly string[]): OutputFlags {
  const end = argv.indexOf("--");
  const json = argv.slice(0, end < 0 ? undefined : end).includes("--json");
  return { json, color: EVERYWHERE_FLAGS.color.default, quiet: false, verbose: 0 };
}
