import { assertEquals } from "@std/assert";
import { optionsOf, withoutOptions } from "../../../lib/rsync/option_words.ts";

function named(...words: string[]): string[] {
  return optionsOf(words).map(({ name, value }) => value === undefined ? name : `${name}=${value}`);
}

Deno.test("values come in the same word or the next", () => {
  assertEquals(named("--exclude=a", "--exclude", "b", "--timeout", "5", "--delete"), [
    "exclude=a",
    "exclude=b",
    "timeout=5",
    "delete",
  ]);
});

Deno.test("letters are read one by one, up to one that takes a value", () => {
  assertEquals(named("-avP", "-e", "ssh -p 1", "-vessh", "-B=9", "-xf", "- /a"), [
    "archive",
    "verbose",
    "partial",
    "progress",
    "rsh=ssh -p 1",
    "verbose",
    "rsh=ssh",
    "block-size=9",
    "one-file-system",
    "filter=- /a",
  ]);
});

Deno.test("a value that looks like an option is a value", () => {
  assertEquals(named("--exclude", "--inplace", "-f", "--append"), ["exclude=--inplace", "filter=--append"]);
});

for (
  const [words, drop, expected] of [
    [["-avP"], ["progress"], ["-av", "--partial"]],
    [["-avP"], ["verbose", "partial", "progress"], ["-a"]],
    [["-v"], ["verbose"], []],
    [["-ve", "ssh -x"], ["verbose"], ["-e", "ssh -x"]],
    [["-vessh"], ["verbose"], ["-essh"]],
    [["-af", "- x", "-r"], ["filter"], ["-a", "-r"]],
    [["--exclude", "a", "--links", "--exclude=b"], ["exclude"], ["--links"]],
    [["--verbose", "operand", "-"], ["verbose"], ["operand", "-"]],
  ] as const
) {
  Deno.test(`${words.join(" ")} without ${drop.join(", ")} is "${expected.join(" ")}"`, () => {
    const names: readonly string[] = drop;
    assertEquals(withoutOptions(words, ({ name }) => names.includes(name)), [...expected]);
  });
}
