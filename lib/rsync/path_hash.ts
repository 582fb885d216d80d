import { hashOn } from "../host/look_through.js";

/** Hashes paths as a survey of a tree does. */
export class PathHash {
  readonly #seed: Uint32Array<ArrayBuffer>;
  readonly #words = new Uint32Array(2);
  readonly #encoder = new TextEncoder();

  /** @param seed two words, as of the survey. */
  constructor(seed: Uint32Array<ArrayBuffer>) {
    this.#seed = seed;
  }

  /** The hash of the path that is in `bytes` from `from` to before `to`: two words, in the same array each time. */
  of(bytes: Uint8Array, from: number, to: number): Uint32Array<ArrayBuffer> {
    const words = this.#words;
    words[0] = this.#seed[0] ?? 0;
    words[1] = this.#seed[1] ?? 0;
    hashOn(words, bytes, from, to);
    return words;
  }

  /** What goes on where the hash of a directory's path, with a slash at its end, ends: it hashes names in it. */
  below(dir: Uint8Array): PathHash {
    return new PathHash(this.of(dir, 0, dir.length).slice());
  }

  /** As `of`. */
  ofText(path: string): Uint32Array<ArrayBuffer> {
    const bytes = this.#encoder.encode(path);
    return this.of(bytes, 0, bytes.length);
  }
}
