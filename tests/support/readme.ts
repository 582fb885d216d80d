const readme = new URL("../../README.md", import.meta.url);

/** What README says to write and to type: nothing of it is copied into a test. */
export interface Readme {
  /** The commands of the shell blocks below `## HEADING`, without their comments. */
  commands(heading: string): readonly string[];
  /** The first block of that language below `## HEADING`. */
  block(heading: string, language: string): string;
}

/** Reads README.md of this checkout. */
export function readReadme(): Readme {
  const sections = new Map(
    Deno.readTextFileSync(readme).split(/^## /m).map((text) => [text.split("\n", 1)[0] ?? "", text] as const),
  );
  const blocks = (heading: string, languages: readonly string[]) =>
    [...(sections.get(heading) ?? "").matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
      .map(([, language = "", text = ""]) => ({ language, text }))
      .filter(({ language }) => languages.includes(language));
  return {
    commands: (heading) =>
      blocks(heading, ["sh", "console"]).flatMap(({ language, text }) =>
        text.split("\n").filter((line) => language === "sh" || /^[$#] /.test(line)).flatMap(commandOf)
      ),
    block: (heading, language) => {
      const [found] = blocks(heading, [language]);
      if (found === undefined) throw new Error(`README has no ${language} block below ${heading}`);
      return found.text;
    },
  };
}

/** The command in a line: behind a prompt, before a comment or the explanation that stands apart from it. */
function commandOf(line: string): string[] {
  const command = line.replace(/^[$#] /, "").replace(/ {2,}\S.*$/, "").trim();
  return command === "" ? [] : [command];
}
