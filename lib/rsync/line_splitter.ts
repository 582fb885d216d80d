import { concat } from "@std/bytes/concat";

const LF = 0x0a;
/** Several times as long as any path is when each of its bytes is escaped. */
const LONGEST_LINE = 64 * 1024;

/** Cuts a stream of bytes into lines. */
export interface LineSplitter {
  /** Calls back for each line that these bytes complete. */
  push(bytes: Uint8Array): void;
  /** Calls back for a last line without an end. */
  end(): void;
}

/**
 * Makes a {@linkcode LineSplitter}. A line is what is in `bytes` from `from` to before `to`, without its line feed, and
 * valid only during the call; most are where they came, since an object for each would cost more than what is done with
 * it. A line that does not end is cut into pieces, so that a mirror cannot fill the memory with one.
 */
export function lineSplitter(onLine: (bytes: Uint8Array, from: number, to: number) => void): LineSplitter {
  let begun: Uint8Array = new Uint8Array();
  const endBegun = (rest: Uint8Array) => {
    const line = concat([begun, rest]);
    begun = new Uint8Array();
    onLine(line, 0, line.length);
  };
  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
        if (begun.length > 0) endBegun(bytes.subarray(0, end));
        else onLine(bytes, start, end);
        start = end + 1;
      }
      // A copy, because the stream may use its buffer again.
      if (start < bytes.length) begun = concat([begun, bytes.subarray(start)]);
      if (begun.length > LONGEST_LINE) endBegun(new Uint8Array());
    },
    end() {
      if (begun.length > 0) endBegun(new Uint8Array());
    },
  };
}
