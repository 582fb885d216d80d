import { assertEquals, assertNotEquals } from "@std/assert";
import { lookThrough, warmTree } from "../../../lib/host/tree_warmer.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { treeOf } from "../../support/tree_of.ts";

Deno.test("reading a tree ahead ends, changes nothing, and minds nothing that is in the way", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/a/b`, { recursive: true });
  Deno.writeTextFileSync(`${dir.path}/a/b/file`, "");
  Deno.symlinkSync(".", `${dir.path}/a/link`);
  const before = await treeOf(dir.path);
  const { signal } = new AbortController();
  await warmTree(dir.path, signal);
  await warmTree(`${dir.path}/nowhere`, signal);
  await warmTree(dir.path, AbortSignal.abort());
  assertEquals(await treeOf(dir.path), before);
});

Deno.test("reading a tree ahead stops when nobody needs it any more", async () => {
  using dir = tempDir();
  const request = { seed: new Uint32Array(2), skipped: [], unwanted: [] };
  const look = (signal: AbortSignal) => lookThrough({ tree: dir.path, request }, signal);
  const stop = new AbortController();
  const stopped = look(stop.signal);
  stop.abort();
  assertEquals(await stopped, undefined);
  assertNotEquals(await look(new AbortController().signal), undefined);
});
