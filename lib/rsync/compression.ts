import { optionsOf } from "./option_words.ts";

/** Whether options of the user's own, besides PORTAGE_RSYNC_OPTS, say how files are compressed. */
export function choosesCompression(words: readonly string[]): boolean {
  return optionsOf(words).some(({ name }) => COMPRESSION.has(name));
}

const COMPRESSION: ReadonlySet<string> = new Set(
  "compress no-compress no-z old-compress new-compress compress-choice zc compress-level zl compress-threads zt skip-compress"
    .split(" "),
);
