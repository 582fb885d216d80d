/**
 * Packs a deno runtime and a bundled program into one executable file: a shell stub, then both, compressed.
 *
 * The stub unpacks each once into a private cache under a name made of its contents, and execs the runtime.
 */
export async function packSelfExtracting(
  { program, runtime, output }: { program: string; runtime: string; output: string },
): Promise<void> {
  const parts = [
    await pack("DENO", await Deno.readFile(runtime)),
    await pack("PROGRAM", new TextEncoder().encode(restoreEnvironment + await Deno.readTextFile(program))),
  ];
  const template = await Deno.readTextFile(new URL("./self_extracting.sh", import.meta.url));
  const stub = new TextEncoder().encode(fillIn(template, parts));
  await Deno.writeFile(output, stub);
  for (const { packed } of parts) await Deno.writeFile(output, packed, { append: true });
}

/** The stub sets these for the runtime alone: neither rcusync nor what it starts shall see them. */
const restoreEnvironment = `for (const name of ["DENO_DIR", "DENO_NO_UPDATE_CHECK"]) {
  const outer = Deno.env.get("RCUSYNC_OUTER_" + name) ?? "";
  Deno.env.delete("RCUSYNC_OUTER_" + name);
  if (outer === "") Deno.env.delete(name); else Deno.env.set(name, outer);
}
`;

/** One file in the archive. */
interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Names the unpacked file: the start of its SHA-256. */
  readonly id: string;
}

async function pack(name: string, content: Uint8Array<ArrayBuffer>): Promise<Part> {
  const compressed = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return {
    name,
    bytes: content.length,
    packed: await new Response(compressed).bytes(),
    id: digest.toHex().slice(0, 32),
  };
}

/** Offsets depend on the length of the stub, so they have a fixed width. */
function fillIn(template: string, parts: readonly Part[]): string {
  const number = (value: number) => String(value).padEnd(10);
  let stub = template;
  for (const { name, bytes, packed, id } of parts) {
    stub = stub.replace(`@${name}_BYTES@`, number(bytes)).replace(`@${name}_PACKED@`, number(packed.length))
      .replace(`@${name}_ID@`, id);
  }
  let start = stub.length - parts.reduce((sum, { name }) => sum + `@${name}_START@`.length - 10, 0) + 1;
  for (const { name, packed } of parts) {
    stub = stub.replace(`@${name}_START@`, number(start));
    start += packed.length;
  }
  return stub;
}
