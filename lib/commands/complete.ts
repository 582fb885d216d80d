import { defineCommand } from "../cli/command.ts";

/** `rcusync __complete repositories`: what the completion scripts ask while somebody types. */
export const complete = defineCommand({
  needs: "configuration",
  description: ["Prints words for the completion scripts, one a line."],
  positionals: { what: { placeholder: "WHAT", kind: "word", arity: "one", choices: ["repositories"] } },
  flags: {},
  exitStatuses: [],
  examples: [{ line: "rcusync __complete repositories", purpose: "The names of the repositories" }],
  run: ({ configuration: { repositories } }) => {
    const words = repositories.flatMap(({ name, aliases }) => [name, ...aliases]).filter(isPlain);
    const unique = [...new Set(words)];
    return Promise.resolve({
      exitCode: 0,
      document: { words: unique },
      view: [{ kind: "verbatim", text: unique.map((word) => `${word}\n`).join("") }],
    });
  },
});

/** Names come from mirrors, too; one that a shell could take for more than a word is not offered. */
function isPlain(word: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(word);
}
