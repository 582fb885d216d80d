import { printable } from "../base/printable.ts";
import { type CommandResult, type Context, defineCommand } from "../cli/command.ts";
import { type Question, questionAt } from "../cli/completions/question.ts";
import { loadOptions } from "../cli/load_options.ts";
import { spanText } from "../cli/render/quantity.ts";
import type { System } from "../host/system.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import { loadConfiguration } from "../repos_conf/load.ts";
import { type StoreLayout, storeLayout } from "../store/layout.ts";
import { pinsOf } from "../store/pins.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";
import { oneRepository } from "./one_repository.ts";

/** `rcusync __complete -- WORD…`: what the completion scripts ask while somebody types. */
export const complete = defineCommand({
  needs: "nothing",
  description: [
    "Prints what may stand in place of the last WORD of a command line, for the completion scripts: one a line, and what " +
    "there is to say of it behind a tab. A line :directories, :files or :program leaves it to the shell.",
  ],
  positionals: { words: { placeholder: "-- WORD", kind: "word", arity: "many" } },
  flags: {},
  exitStatuses: [10],
  examples: [{ line: "rcusync __complete -- pin gentoo ''", purpose: "The snapshots of gentoo" }],
  run: async (context, { positionals: { words } }) => {
    const question = await questionAt(words, context.program.commands);
    return shown(question === undefined ? [] : offersFor(context, question));
  },
});

/** A word that may be typed. */
interface Offer {
  readonly word: string;
  readonly about?: string;
}

function shown(offers: readonly Offer[]): CommandResult {
  const lines = offers.map(({ word, about }) => about === undefined ? `${word}\n` : `${word}\t${printable(about)}\n`);
  return {
    exitCode: 0,
    document: { words: offers.map(({ word }) => word) },
    view: [{ kind: "verbatim", text: lines.join("") }],
  };
}

function offersFor({ system }: Context, question: Question): readonly Offer[] {
  const configuration = () => loadConfiguration(system, loadOptions(system, question.everywhere));
  switch (question.kind) {
    case "repository":
      return repositories(configuration());
    case "repositories":
      return furtherRepositories(configuration(), question.typed);
    case "snapshot":
      return snapshots(system, storeOf(configuration(), question));
    case "pin":
      return pins(system, storeOf(configuration(), question));
    case "program":
      return [{ word: question.position === 0 ? ":program" : ":files" }];
    case "directory":
      return [{ word: ":directories" }];
    default:
      return [];
  }
}

function repositories({ repositories }: Configuration): readonly Offer[] {
  const offers = repositories.flatMap(({ section, name, aliases, location }) =>
    [section, name, ...aliases].map((word): Offer => ({ word, about: location }))
  );
  return [...new Map(offers.map((offer) => [offer.word, offer])).values()].filter(({ word }) => isPlain(word));
}

/** The list that is typed, with one more. */
function furtherRepositories(configuration: Configuration, typed: string): readonly Offer[] {
  const before = typed.split(",").slice(0, -1);
  if (!before.every(isPlain)) return [];
  return repositories(configuration).filter(({ word }) => !before.includes(word))
    .map(({ word, ...offer }) => ({ ...offer, word: [...before, word].join(",") }));
}

/** Names come from mirrors, too; one that a shell could take for more than a word is not offered. */
function isPlain(word: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(word);
}

/** The newest first: it is the one that is asked for most. */
function snapshots({ clock, files }: Pick<System, "clock" | "files">, layout: StoreLayout | undefined): Offer[] {
  if (layout === undefined) return [];
  const latest = latestSnapshot(files, layout)?.id;
  return listSnapshots(files, layout).reverse().map(({ id, publishedMs }) => ({
    word: String(id),
    about: `${spanText(Math.max(0, clock.nowMs() - publishedMs))} old${id === latest ? ", latest" : ""}`,
  }));
}

function pins({ files }: Pick<System, "files">, layout: StoreLayout | undefined): Offer[] {
  if (layout === undefined) return [];
  const { bySnapshot, unreadable } = pinsOf(files, layout);
  return [
    ...[...bySnapshot].flatMap(([id, names]) => names.map((word): Offer => ({ word, about: `snapshot ${id}` }))),
    ...unreadable.map((word): Offer => ({ word, about: "unreadable" })),
  ].filter(({ word }) => isPlain(word));
}

function storeOf(configuration: Configuration, { repository }: Question): StoreLayout | undefined {
  if (repository === undefined) return undefined;
  const { storage } = oneRepository(configuration, repository);
  return storage.kind === "hardlink_rcu" ? storeLayout(storage.storeDir) : undefined;
}
