import { assertEquals } from "@std/assert";
import { warmTree } from "../../../lib/host/tree_warmer.ts";
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
  const stop = new AbortController();
  const warming = warmTree("/proc", stop.signal);
  stop.abort();
  await warming;
});
