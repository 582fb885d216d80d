import type { Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import type { SyncEvent } from "../sync/event.ts";
import type { EverywhereValues } from "./everywhere.ts";
import type { ExitCode } from "./exit_code.ts";
import type { Flags, FlagValues } from "./flag.ts";
import type { Positionals, PositionalValues } from "./positional.ts";
import type { View } from "./view.ts";

/**
 * A command: what it is called with, and what it does. Parser, help, exit statuses and completions derive from it.
 * Make one with {@linkcode defineCommand}.
 */
export type Command<F extends Flags = Flags, P extends Positionals = Positionals> =
  & Declaration<F, P>
  & (
    | { readonly needs: "nothing"; run(context: Context, input: Input<F, P>): Promise<CommandResult> }
    | { readonly needs: "configuration"; run(context: ConfiguredContext, input: Input<F, P>): Promise<CommandResult> }
  );

interface Declaration<F extends Flags, P extends Positionals> {
  /** Paragraphs for `rcusync help COMMAND`. */
  readonly description: readonly string[];
  /** In the order in which they are written. */
  readonly positionals: P;
  readonly flags: F;
  /** The statuses that it can end with, besides 0, 1 and 2. */
  readonly exitStatuses: readonly ExitCode[];
  readonly examples: readonly Example[];
  /** The status of all its own faults: for a command whose other statuses are those of the program that it runs. */
  readonly faultStatus?: ExitCode;
  /** Signals are for the program that it runs: they do not stop rcusync. */
  readonly passesSignals?: boolean;
}

/** A command line, complete, and what it is good for. */
export interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** What was typed, checked against the declaration. */
export interface Input<F extends Flags = Flags, P extends Positionals = Positionals> {
  readonly flags: FlagValues<F>;
  readonly positionals: PositionalValues<P>;
}

/** What a command gets to work with. */
export interface Context {
  readonly program: Program;
  readonly system: System;
  /** Aborted by SIGINT or SIGTERM, with a fault of that kind as reason. */
  readonly signal: AbortSignal;
  readonly everywhere: EverywhereValues;
  /** Shows an event of a sync at once, as text or JSON. */
  readonly onEvent: (event: SyncEvent) => void;
  /** Says something beside the result, in one line on standard error; not heard when quiet. */
  readonly onNote: (note: string) => void;
}

/** {@linkcode Context} of a command that needs the configuration. */
export interface ConfiguredContext extends Context {
  readonly configuration: Configuration;
}

/** What came of a command, as data: nothing is printed before a renderer gets it. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** The status of a program that was run; it becomes ours, in place of `exitCode`. */
  readonly passedStatus?: number;
  /** For `--json`; absent when all was said by events. */
  readonly document?: JsonObject;
  /** For people, on standard output. */
  readonly view: View;
  /** What went wrong for one repository or another, where it did not end the command. */
  readonly failures?: readonly Failure[];
}

/** A fault, and the repository it is about. */
export interface Failure {
  readonly repository?: string;
  readonly fault: Fault;
}

/** The whole program: its commands, and what help says above them. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly examples: readonly Example[];
  /** Environment variables that it honours, and what they do. */
  readonly environment: readonly (readonly [name: string, effect: string])[];
  readonly commands: readonly CommandRow[];
}

/** One command in the table. The rest is loaded when it is asked for, so that starting stays quick. */
export interface CommandRow {
  readonly name: string;
  /** One phrase: capital first, no final period. */
  readonly summary: string;
  /** Not for people: left out of help and completions. */
  readonly hidden?: boolean;
  load(): Promise<Command>;
}

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Checks a command against its declaration and forgets the particular types, for the table. */
export function defineCommand<const F extends Flags, const P extends Positionals>(command: Command<F, P>): Command {
  return command;
}
