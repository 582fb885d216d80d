import type { Random } from "./random.ts";

/** Pieces that mean something to one format or another. */
const PIECES = [
  ...["\n", "\r\n", "\r", "\t", " ", "\u0000", "\u001b[31m", "\ufeff", "\u2028", "\u{1f600}", "\ud800", "\\", "\\\n"],
  ...[
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    '"',
    "'",
    "`",
    "$",
    "${",
    "%(",
    ")s",
    "%",
    "#",
    ";",
    "=",
    ":",
    "/",
    "//",
    "..",
    "@",
  ],
  ...["- ", "-----BEGIN PGP SIGNED MESSAGE-----\n", "-----END PGP SIGNATURE-----\n", "Hash: ", "DATA ", "MANIFEST "],
  ...["null", "true", "-1", "0", "1e999", "9007199254740993", "__proto__", "constructor", "source ", "\\#012", "\\040"],
] as const;

/** One of `seeds`, changed in a few places, or something made of nothing but pieces and noise. */
export function mutatedText(random: Random, seeds: readonly [string, ...string[]]): string {
  let text = random.below(8) === 0 ? "" : random.pick(seeds);
  const rounds = 1 + random.below(text === "" ? 40 : 6);
  for (let round = 0; round < rounds; round++) text = mutate(random, { text, other: random.pick(seeds) });
  return text;
}

function mutate(random: Random, { text, other }: { readonly text: string; readonly other: string }): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(12));
  const piece = PIECES[random.below(PIECES.length)] ?? "";
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(end);
    case 2:
      return text.slice(0, at) + text.slice(at, end).repeat(1 + random.below(300)) + text.slice(end);
    case 3:
      return text.slice(0, at) + piece.repeat(1 + random.below(400)) + text.slice(at);
    case 4:
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    case 5:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + piece + text.slice(end);
  }
}

/** The bytes of a text, with some that are no UTF-8 now and then. */
export function mutatedBytes(random: Random, seeds: readonly [string, ...string[]]): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(mutatedText(random, seeds));
  for (let left = random.below(4); left > 0 && bytes.length > 0; left--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes;
}
