import { assertEquals } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { readSmallFile } from "../../../lib/sync/small_file.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("only a small regular file is read, since a mirror may send anything", () => {
  using dir = tempDir();
  writeEntries(dir.path, { small: file("text"), big: file("x".repeat(100_000)), link: { link: "/dev/zero" } });
  new Deno.Command("mkfifo", { args: [`${dir.path}/fifo`] }).outputSync();
  const read = (name: string) => readSmallFile(systemFiles(), `${dir.path}/${name}`);
  assertEquals(["small", "big", "link", "fifo", "none"].map(read), [
    "text",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(Deno.lstatSync(`${dir.path}/fifo`).isFifo, true);
});
