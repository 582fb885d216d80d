import type { Command, Program } from "../command.ts";
import { EVERYWHERE_FLAGS } from "../everywhere.ts";
import type { Flags } from "../flag.ts";
import type { Positionals } from "../positional.ts";

/** What a completion script is made of. */
export interface CompletionModel {
  readonly program: string;
  readonly everywhere: Flags;
  readonly commands: readonly CompletedCommand[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Its own ones, without those of every command. */
  readonly flags: Flags;
  readonly positionals: Positionals;
}

/** Loads all commands that are for people. */
export async function completionModel({ name, commands }: Program): Promise<CompletionModel> {
  const shown = commands.filter(({ hidden }) => !hidden);
  const loaded = await Promise.all(shown.map(async (row) => completed(row, await row.load())));
  return { program: name, everywhere: EVERYWHERE_FLAGS, commands: loaded };
}

function completed(row: { name: string; summary: string }, { flags, positionals }: Command): CompletedCommand {
  return { name: row.name, summary: row.summary, flags, positionals };
}
