// @ts-check
/**
 * Compares two texts line by line, as bytes.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

import { Buffer } from "node:buffer";
import { LINE_END, LineHead, LineRuns, Lines } from "./line_runs.js";

/** Lines that are looked at for the next one in common; there rarely are more new ones in a row. */
const LOOK_AHEAD = 8;

/** Bytes that are compared at a time. */
const BLOCK = 4096;

/**
 * Tells which lines two texts have in common, as sets of lines. Both are gone through side by side, since nearly all
 * lines are where they were; only what has no counterpart nearby is looked up.
 *
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 * @returns {import("./hash_messages.ts").ComparedLines}
 */
export function compareLines(before, after) {
  const [head, kept, fresh, left] = [new LineHead(), new LineRuns(after), new Lines(), new Lines()];
  // Up to `until`, what is in the new text from `start` on is in the old one from `at` on.
  let [at, until] = [0, 0];
  for (let start = 0; start < after.length;) {
    head.read(after, start);
    const end = lineEnd(after, head.end);
    if (until < end) until = sameUntil(after, start, before, at);
    const isNext = at < before.length && until >= end && isEnd(before, at + end - start);
    const found = isNext ? at : nextLike(before, at, after.subarray(start, end));
    if (found < 0) fresh.add(start, head);
    else kept.add(start, head);
    if (!isNext) until = 0;
    if (found >= 0) {
      addLines(left, before, { from: at, to: found, head });
      at = found + end - start + 1;
    }
    start = end + 1;
  }
  addLines(left, before, { from: at, to: before.length, head });
  const moved = linesIn(after, fresh, [[after, kept], [before, left]]);
  const stayed = linesIn(before, left, [[after, kept], [after, fresh]]);
  for (const start of moved) {
    head.read(after, start);
    kept.add(start, head);
  }
  return {
    ...kept.whole(),
    added: joined(after, fresh.starts.filter((start) => !moved.has(start))),
    removed: joined(before, left.starts.filter((start) => !stayed.has(start))),
  };
}

/**
 * Where the line that begins at `start` ends: at its line feed or that of the text.
 *
 * @param {Uint8Array} text
 * @param {number} start
 */
export function lineEnd(text, start) {
  const end = text.indexOf(LINE_END, start);
  return end < 0 ? text.length : end;
}

/** @param {Lines} lines @param {Uint8Array} text @param {{ from: number, to: number, head: LineHead }} part of the text */
function addLines(lines, text, { from, to, head }) {
  for (let at = from; at < to; at = lineEnd(text, head.end) + 1) {
    head.read(text, at);
    lines.add(at, head);
  }
}

/**
 * As far as two texts are the same, in the first one's places.
 *
 * @param {Uint8Array} a
 * @param {number} from
 * @param {Uint8Array} b
 * @param {number} at
 */
function sameUntil(a, from, b, at) {
  const most = Math.min(a.length - from, b.length - at);
  let same = 0;
  for (let next = BLOCK; next <= most; same = next, next += BLOCK) {
    const [one, other] = [a.subarray(from + same, from + next), b.subarray(at + same, at + next)];
    if (Buffer.compare(one, other) !== 0) break;
  }
  while (same < most && a[from + same] === b[at + same]) same++;
  return from + same;
}

/** @param {Uint8Array} text @param {number} at */
function isEnd(text, at) {
  return at === text.length || text[at] === LINE_END;
}

/**
 * The start of the next line that is like `line`, if it is near; else -1.
 *
 * @param {Uint8Array} text
 * @param {number} from
 * @param {Uint8Array} line
 */
function nextLike(text, from, line) {
  for (let [start, looked] = [from, 0]; start < text.length && looked < LOOK_AHEAD; looked++) {
    if (isLineAt(text, start, line)) return start;
    start = lineEnd(text, start) + 1;
  }
  return -1;
}

/** @param {Uint8Array} text @param {number} start @param {Uint8Array} line */
function isLineAt(text, start, line) {
  const end = start + line.length;
  if (end > text.length || !isEnd(text, end)) return false;
  for (let at = 0; at < line.length; at++) if (text[start + at] !== line[at]) return false;
  return true;
}

/**
 * Which of some lines of `text` are among others too.
 *
 * @param {Uint8Array} text
 * @param {Lines} lines
 * @param {readonly (readonly [text: Uint8Array, lines: Lines])[]} others
 * @returns {Set<number>}
 */
function linesIn(text, lines, others) {
  const byKey = Map.groupBy(lines.starts.keys(), (index) => lines.keys[index] ?? 0);
  /** @type {Set<number>} */
  const found = new Set();
  if (byKey.size === 0) return found;
  for (const [other, { starts, keys }] of others) {
    for (let index = 0; index < keys.length; index++) {
      for (const line of byKey.get(keys[index] ?? 0) ?? []) {
        const start = lines.starts[line] ?? 0;
        if (!found.has(start) && isLineAt(other, starts[index] ?? 0, text.subarray(start, lineEnd(text, start)))) {
          found.add(start);
        }
      }
    }
  }
  return found;
}

/** @param {Uint8Array} text @param {readonly number[]} starts */
function joined(text, starts) {
  const lines = starts.map((start) => text.subarray(start, lineEnd(text, start) + 1));
  const whole = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const line of lines) {
    whole.set(line, at);
    at += line.length;
  }
  return whole;
}
