/** Typed arrays that are columns of a table, with a buffer of their own. */
type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * The column when it is long enough; else one that is longer, begins with it and goes on with zeros, and has taken its
 * memory over.
 */
export function grown<T extends Column>(column: T, length: number): T;
export function grown(column: Column, length: number): Column {
  if (column.length >= length) return column;
  const wanted = Math.max(length, Math.ceil(column.length * 1.5));
  const buffer = column.buffer.transfer(wanted * column.BYTES_PER_ELEMENT);
  if (column instanceof Uint8Array) return new Uint8Array(buffer);
  if (column instanceof Uint16Array) return new Uint16Array(buffer);
  return column instanceof Uint32Array ? new Uint32Array(buffer) : new Float64Array(buffer);
}
