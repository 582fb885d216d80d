// @ts-check
/**
 * Compares two texts line by line, as bytes.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the program of the workers
 * that hash (see hash_thread.ts).
 */

/** Lines that are looked at for the next one in common; there rarely are more new ones in a row. */
const LOOK_AHEAD = 8;

const [LF, BLANK] = [0x0a, 0x20];

/**
 * Tells which lines two texts have in common, as sets of lines. Both are gone through side by side, since nearly all lines
 * are where they were; only what has no counterpart nearby is looked up.
 *
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 * @returns {import("./hash_pool.ts").ComparedLines}
 */
export function compareLines(before, after) {
  /** @type {{ kept: number[], fresh: number[], left: number[] }} */
  const { kept, fresh, left } = { kept: [], fresh: [], left: [] };
  let at = 0;
  for (let start = 0; start < after.length;) {
    const end = lineEnd(after, start);
    const found = nextLike(before, at, after.subarray(start, end));
    if (found < 0) {
      fresh.push(start);
    } else {
      for (; at < found; at = lineEnd(before, at) + 1) left.push(at);
      at = found + end - start + 1;
      kept.push(start);
    }
    start = end + 1;
  }
  for (; at < before.length; at = lineEnd(before, at) + 1) left.push(at);
  const [moved, stayed] = [sharedLines(after, fresh, before), sharedLines(before, left, after)];
  const starts = Uint32Array.from([...kept, ...moved]);
  return {
    starts,
    heads: headsOf(after, starts),
    added: joined(after, fresh.filter((start) => !moved.has(start))),
    removed: joined(before, left.filter((start) => !stayed.has(start))),
  };
}

/**
 * Where the line that begins at `start` ends: at its line feed or that of the text.
 *
 * @param {Uint8Array} text
 * @param {number} start
 */
export function lineEnd(text, start) {
  const end = text.indexOf(LF, start);
  return end < 0 ? text.length : end;
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
  if (end > text.length || (end < text.length && text[end] !== LF)) return false;
  for (let at = 0; at < line.length; at++) if (text[start + at] !== line[at]) return false;
  return true;
}

/**
 * Which of the lines of `text` at `starts` are anywhere in `other`.
 *
 * @param {Uint8Array} text
 * @param {readonly number[]} starts
 * @param {Uint8Array} other
 * @returns {Set<number>}
 */
function sharedLines(text, starts, other) {
  const byTail = Map.groupBy(starts, (start) => tailOf(text, start, lineEnd(text, start)));
  /** @type {Set<number>} */
  const shared = new Set();
  for (let [at, end] = [0, 0]; byTail.size > 0 && at < other.length; at = end + 1) {
    end = lineEnd(other, at);
    const alike = byTail.get(tailOf(other, at, end));
    for (const start of alike ?? []) {
      if (!shared.has(start) && isLineAt(other, at, text.subarray(start, lineEnd(text, start)))) shared.add(start);
    }
  }
  return shared;
}

/** The last bytes of a line, which mostly are a digest's. @param {Uint8Array} text @param {number} start @param {number} end */
function tailOf(text, start, end) {
  let tail = end - start;
  for (let at = Math.max(start, end - 4); at < end; at++) tail = (Math.imul(tail, 257) + (text[at] ?? 0)) | 0;
  return tail;
}

/**
 * The lines at `starts` up to their second blank.
 *
 * @param {Uint8Array} text
 * @param {Uint32Array} starts
 */
function headsOf(text, starts) {
  let heads = new Uint8Array(64 * starts.length);
  let length = 0;
  for (const start of starts) {
    const end = headEnd(text, start);
    if (length + end - start >= heads.length) {
      heads = new Uint8Array(heads.buffer.transfer(2 * (length + end - start + 1)));
    }
    for (let at = start; at < end; at++) heads[length++] = text[at] ?? 0;
    heads[length++] = LF;
  }
  return new TextDecoder().decode(heads.subarray(0, length));
}

/** @param {Uint8Array} text @param {number} start */
function headEnd(text, start) {
  for (let [at, blanks] = [start, 0]; at < text.length; at++) {
    if (text[at] === LF || (text[at] === BLANK && ++blanks === 2)) return at;
  }
  return text.length;
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
