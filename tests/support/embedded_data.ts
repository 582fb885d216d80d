import { assertEquals } from "@std/assert";

/** What `deno compile` put into an executable. */
export interface EmbeddedData {
  readonly metadata: { readonly argv: unknown; readonly entrypoint_key: unknown; readonly app_name: unknown };
  /** The tree of files: names, and where in `content` each is. */
  readonly tree: unknown;
  /** All files, one after the other. */
  readonly content: Uint8Array;
}

const MAGIC = "d3n0l4nd";
/** No npm packages, no modules from elsewhere: what these sections are when there are none. */
const NOTHING = new Uint8Array(20);

/**
 * Reads what was embedded behind the runtime, as Deno 2.9 writes it: the magic word twice, the metadata, packages and
 * modules, the tree of files, their content, and the magic word again. Lengths are 64 bits before each part.
 *
 * @throws {AssertionError} when there are packages or modules beside the files, or something behind them.
 */
export function embeddedData(executable: Uint8Array, runtimeBytes: number): EmbeddedData {
  const behind = executable.subarray(runtimeBytes);
  const start = latin1(behind).indexOf(MAGIC + MAGIC);
  assertEquals(start >= 0, true, "nothing is embedded");
  const metadata = part(behind, start + 2 * MAGIC.length);
  assertEquals(behind.subarray(metadata.end, metadata.end + NOTHING.length), NOTHING);
  const tree = part(behind, metadata.end + NOTHING.length);
  const content = part(behind, tree.end);
  assertEquals(latin1(behind.subarray(content.end, content.end + MAGIC.length)), MAGIC);
  return {
    metadata: JSON.parse(latin1(metadata.bytes)),
    tree: JSON.parse(latin1(tree.bytes)),
    content: content.bytes,
  };
}

function part(data: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } {
  const length = Number(new DataView(data.buffer, data.byteOffset + at, 8).getBigUint64(0, true));
  const end = at + 8 + length;
  return { bytes: data.subarray(at + 8, end), end };
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
