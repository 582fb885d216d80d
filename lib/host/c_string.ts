/** A text and its end. It must not contain NUL. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** Longest path there is, and its end. */
const PATH_BYTES = 4097;

/**
 * Returns what puts a text and its end into a buffer, the same one each time; `undefined` for a text that is longer
 * than any path. It must not contain NUL.
 */
export function reusedCString(): (text: string) => Uint8Array<ArrayBuffer> | undefined {
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(PATH_BYTES);
  return (text) => {
    const { read, written } = encoder.encodeInto(text, buffer);
    if (read < text.length || written === PATH_BYTES) return undefined;
    buffer[written] = 0;
    return buffer;
  };
}
