import { defineCommand } from "../cli/command.ts";
import { MAN_PAGES } from "../cli/man/pages.ts";

/** `rcusync man [PAGE]` */
export const man = defineCommand({
  needs: "nothing",
  description: [
    "Prints a manual page in the language of man(7): rcusync(1) unless the other one is named. Packages install both.",
  ],
  positionals: {
    page: { placeholder: "PAGE", kind: "word", arity: "optional", choices: MAN_PAGES.map(({ name }) => name) },
  },
  flags: {},
  exitStatuses: [],
  examples: [
    { line: "rcusync man | man -l -", purpose: "Read it where it is not installed" },
    { line: "rcusync man rcusync-repos.conf | man -l -", purpose: "The keys of repos.conf" },
  ],
  run: async ({ program }, { positionals: { page: wanted = "rcusync" } }) => {
    const pages = MAN_PAGES.filter(({ name }) => name === wanted);
    const text = (await Promise.all(pages.map((page) => page.text(program)))).join("");
    return { exitCode: 0, document: { page: wanted, text }, view: [{ kind: "verbatim", text }] };
  },
});
