import type { FileTag } from "./entry.ts";
import { grown } from "./grown.ts";
import { HASH_ALGORITHMS, type HashAlgorithm } from "./hash_algorithm.ts";
import { LIMITS } from "./limits.ts";

/** What all entries of a plain Manifest have. */
export const PLAIN_ALGORITHMS: readonly HashAlgorithm[] = ["BLAKE2B", "SHA512"].flatMap((name) =>
  HASH_ALGORITHMS.get(name) ?? []
);

/** Bytes of the digests of one entry. */
export const PLAIN_DIGEST_BYTES = 128;

/** Tags by their number. */
const TAGS = ["MANIFEST", "DATA", "EBUILD", "MISC", "AUX"] as const satisfies readonly FileTag[];

/**
 * The entries of a Manifest that is written as nearly all are: file entries and DIST lines only, single blanks, both of
 * the usual digests in the usual order, paths of visible ASCII without escapes or components that begin with a dot. It
 * is read from its bytes, several times as fast as line by line. Whatever else a Manifest contains, be it right or
 * wrong, is not judged here.
 */
export class PlainManifest {
  count = 0;
  /** Of the whole path in `bytes`, without what AUX puts before it. */
  starts = new Uint32Array(64);
  ends = new Uint32Array(64);
  /** Of the name, the last component. */
  names = new Uint32Array(64);
  sizes = new Float64Array(64);
  digests = new Uint8Array(64 * PLAIN_DIGEST_BYTES);
  bytes = new Uint8Array(0);
  #tags = new Uint8Array(64);
  #at = 0;

  tagOf(index: number): FileTag {
    return TAGS[this.#tags[index] ?? 0] ?? "DATA";
  }

  /** Reads the bytes of a Manifest; false when it is not plain. Each call forgets what the one before has read. */
  read(bytes: Uint8Array<ArrayBuffer>): boolean {
    this.bytes = bytes;
    this.count = 0;
    this.#at = 0;
    while (this.#at < bytes.length) if (!this.#line()) return false;
    return true;
  }

  #line(): boolean {
    const tag = this.#tag();
    if (tag < 0) return false;
    this.#grow();
    return this.#path(tag === DIST) && this.#size() && this.#digest(BLAKE2B, 0) && this.#digest(SHA512, 64) &&
      this.#take(LF) && this.#done(tag);
  }

  #done(tag: number): boolean {
    if (tag === DIST) return true;
    this.#tags[this.count++] = tag;
    return true;
  }

  #tag(): number {
    for (let tag = 0; tag < TAG_WORDS.length; tag++) if (this.#word(TAG_WORDS[tag] ?? LF_WORD)) return tag;
    return -1;
  }

  #path(isDistfile: boolean): boolean {
    const { bytes } = this;
    const start = this.#at;
    let name = start;
    let at = start;
    for (;; at++) {
      const code = bytes[at] ?? 0;
      if (code === BLANK) break;
      if (code <= BLANK || code > LAST_VISIBLE || code === BACKSLASH) return false;
      if (code === DOT && at === name) return false;
      if (code !== SLASH) continue;
      if (at === name || isDistfile) return false;
      name = at + 1;
    }
    // So none of its components is too long either.
    if (at === name || at - start > LIMITS.componentBytes) return false;
    this.starts[this.count] = start;
    this.names[this.count] = name;
    this.ends[this.count] = at;
    this.#at = at + 1;
    return true;
  }

  #size(): boolean {
    const { bytes } = this;
    const start = this.#at;
    let size = 0;
    let at = start;
    for (let code = bytes[at] ?? 0; code >= ZERO && code <= NINE; code = bytes[++at] ?? 0) {
      size = size * 10 + code - ZERO;
    }
    if (at === start || at - start > SIZE_DIGITS || (bytes[start] === ZERO && at > start + 1)) return false;
    this.sizes[this.count] = size;
    this.#at = at;
    return true;
  }

  #digest(name: Uint8Array, offset: number): boolean {
    if (!this.#word(name)) return false;
    const { bytes, digests } = this;
    const from = this.#at;
    const to = this.count * PLAIN_DIGEST_BYTES + offset;
    for (let index = 0; index < 64; index++) {
      const high = NIBBLES[bytes[from + 2 * index] ?? 0] ?? NO_DIGIT;
      const low = NIBBLES[bytes[from + 2 * index + 1] ?? 0] ?? NO_DIGIT;
      if ((high | low) > 15) return false;
      digests[to + index] = high << 4 | low;
    }
    this.#at = from + 128;
    return true;
  }

  #word(word: Uint8Array): boolean {
    for (let index = 0; index < word.length; index++) if (this.bytes[this.#at + index] !== word[index]) return false;
    this.#at += word.length;
    return true;
  }

  #take(code: number): boolean {
    return this.bytes[this.#at++] === code;
  }

  #grow(): void {
    const rows = this.count + 1;
    if (rows <= this.starts.length) return;
    this.starts = grown(this.starts, rows);
    this.ends = grown(this.ends, rows);
    this.names = grown(this.names, rows);
    this.sizes = grown(this.sizes, rows);
    this.#tags = grown(this.#tags, rows);
    this.digests = grown(this.digests, this.starts.length * PLAIN_DIGEST_BYTES);
  }
}

const [LF, BLANK, DOT, SLASH, ZERO, NINE, BACKSLASH, LAST_VISIBLE] = [10, 0x20, 0x2e, 0x2f, 0x30, 0x39, 0x5c, 0x7e];

/** As many as are exact in a number, whatever they are. */
const SIZE_DIGITS = 15;

const ascii = (text: string) => new TextEncoder().encode(text);

const LF_WORD = ascii("\n");
const BLAKE2B = ascii(" BLAKE2B ");
const SHA512 = ascii(" SHA512 ");
const DIST = TAGS.length;
const TAG_WORDS = [...TAGS, "DIST"].map((tag) => ascii(`${tag} `));

const NO_DIGIT = 16;

/** The value of each lower-case hexadecimal digit. */
const NIBBLES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return value < 0 ? NO_DIGIT : value;
});
