// @ts-check
/**
 * Tells what lines are about without taking them apart, as most are never looked at: runs of lines that begin with the
 * same word and name something in the same directory, and the sums of the names (see sum_names.js).
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

import { DOT } from "./list_tree.js";
import { addName } from "./sum_names.js";

export const LINE_END = 0x0a;

const [SPACE, SLASH_BYTE, BACKSLASH] = [0x20, 0x2f, 0x5c];

/** Words for each run: how many lines it has, then the sum of their names but for those that begin with a dot. */
export const RUN_WORDS = 4;

/** The first two fields of a line, by the places of their parts. Used for one line after the other. */
export class LineHead {
  /** Where the first field of a plain line ends. */
  tagEnd = 0;
  /** Where the name of a plain line begins, behind the last slash of the second field. */
  nameAt = 0;
  end = 0;
  /** The same for the same plain fields, or for the same line: 30 bits. */
  key = 0;
  /** Whether both fields are there, of ASCII without backslash, with one blank between them. */
  isPlain = false;

  /** @param {Uint8Array} text @param {number} start */
  read(text, start) {
    let [at, tagEnd, slash, hash, isPlain] = [start, -1, -1, 0x811c9dc5, true];
    for (; at < text.length; at++) {
      const byte = text[at] ?? 0;
      if (byte === LINE_END) break;
      if (byte === SPACE) {
        if (tagEnd >= 0) break;
        tagEnd = slash = at;
      } else if (byte === SLASH_BYTE) {
        if (tagEnd >= 0) slash = at;
      } else if (byte === BACKSLASH || byte < SPACE || byte > 0x7e) {
        isPlain = false;
      }
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    this.isPlain = isPlain && tagEnd > start && at > tagEnd + 1;
    // Of what is not plain the two fields may be nothing that tells one line from another.
    for (let rest = this.isPlain ? text.length : at; rest < text.length && text[rest] !== LINE_END; rest++) {
      hash = Math.imul(hash ^ (text[rest] ?? 0), 0x01000193);
    }
    this.tagEnd = tagEnd;
    this.nameAt = slash + 1;
    this.end = at;
    this.key = (hash ^ hash >>> 15) >>> 2;
  }
}

/** Places of lines, and what tells them from most others. */
export class Lines {
  /** @type {number[]} */
  starts = [];
  /** @type {number[]} */
  keys = [];

  /** @param {number} start @param {LineHead} head of the line there */
  add(start, head) {
    this.starts.push(start);
    this.keys.push(head.key);
  }
}

/** Lines of a text, in runs. */
export class LineRuns extends Lines {
  #text;
  #words = new Uint32Array(64 * RUN_WORDS);
  #heads = new Uint8Array(4096);
  #count = 0;
  /** What is used of the heads, and where the last begins. */
  #length = 0;
  #last = 0;

  /** @param {Uint8Array} text */
  constructor(text) {
    super();
    this.#text = text;
  }

  /** @override @param {number} start @param {LineHead} head of the line there */
  add(start, head) {
    super.add(start, head);
    if (!head.isPlain) {
      this.#begin(start, start);
    } else if (!this.#goesOn(start, head)) {
      this.#begin(start, Math.max(head.tagEnd + 1, head.nameAt - 1));
    }
    const row = (this.#count - 1) * RUN_WORDS;
    this.#words[row] = (this.#words[row] ?? 0) + 1;
    if (head.isPlain && this.#text[head.nameAt] !== DOT) {
      addName(this.#words, row + 1, this.#text, head.nameAt, head.end);
    }
  }

  whole() {
    return {
      starts: Uint32Array.from(this.starts),
      runs: this.#words.slice(0, this.#count * RUN_WORDS),
      heads: new TextDecoder().decode(this.#heads.subarray(0, this.#length)),
    };
  }

  /** Whether a plain line belongs to the last run. @param {number} start @param {LineHead} head */
  #goesOn(start, { tagEnd, nameAt }) {
    const length = Math.max(tagEnd + 1, nameAt - 1) - start;
    // The last one has its line feed.
    if (this.#length - this.#last !== length + 1) return false;
    for (let at = length - 1; at >= 0; at--) {
      if (this.#heads[this.#last + at] !== this.#text[start + at]) return false;
    }
    return true;
  }

  /** @param {number} start @param {number} end of the run's head */
  #begin(start, end) {
    const length = this.#length + end - start + 1;
    if (length > this.#heads.length) this.#heads = new Uint8Array(this.#heads.buffer.transfer(2 * length));
    this.#last = this.#length;
    for (let at = start; at < end; at++) this.#heads[this.#length++] = this.#text[at] ?? 0;
    this.#heads[this.#length++] = LINE_END;
    const words = ++this.#count * RUN_WORDS;
    if (words > this.#words.length) this.#words = new Uint32Array(this.#words.buffer.transfer(8 * words));
  }
}
