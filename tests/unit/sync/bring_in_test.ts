import { assertEquals } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { sameStamp, STAMP_WORDS } from "../../../lib/host/stamps.ts";
import type { SeenFiles } from "../../../lib/manifest/seen_files.ts";
import type { Change } from "../../../lib/rsync/change.ts";
import { bringIn } from "../../../lib/sync/manifest_guided/bring_in.ts";
import { exists } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

const PATHS = ["a", "d/b", "d/c", "d/e/f"];

function stampOf(dir: string, name: string): Uint32Array<ArrayBuffer> {
  const stamp = files.stamps?.of(dir, [name]).slice(0, STAMP_WORDS);
  if (stamp === undefined) throw new Error("there is no C library");
  return stamp;
}

/** Brings files in that were all seen, after something happened to them. */
async function followed(happens: (incoming: string) => void, isSeen = true) {
  using temp = tempDir();
  const [incoming, staging] = [`${temp.path}/incoming`, `${temp.path}/staging`];
  for (const dir of ["d/e", "staging"]) Deno.mkdirSync(`${incoming}/${dir}`, { recursive: true });
  Deno.mkdirSync(`${staging}/d`, { recursive: true });
  Deno.writeTextFileSync(`${staging}/d/b`, "old");
  const seen: SeenFiles = new Map();
  for (const path of PATHS) {
    Deno.writeTextFileSync(`${incoming}/${path}`, "new");
    seen.set(path, stampOf(incoming, path));
  }
  // Where times are coarse, too, what happens now bears another.
  await new Promise((resolve) => setTimeout(resolve, 30));
  happens(incoming);
  const changes: Change[] = [
    { path: "d/e", type: "directory", kind: "create", size: 0 },
    ...PATHS.map((path): Change => ({ path, type: "file", kind: path === "d/b" ? "content" : "create", size: 3 })),
  ];
  const found = await bringIn({ files }, staging, { changes, incoming, seen: isSeen ? seen : undefined });
  const isNow = [...found].every(([path, stamp]) => sameStamp(stamp, 0, stampOf(staging, path), 0));
  assertEquals([isNow, PATHS.every((path) => exists(`${staging}/${path}`))], [true, true]);
  return [...found.keys()].sort();
}

Deno.test("files that were seen are followed to where they are renamed", async () => {
  assertEquals(await followed(() => {}), PATHS);
});

for (
  const [what, happens] of [
    ["is written to", (path: string) => Deno.writeTextFileSync(path, "bad")],
    ["gets another mode", (path: string) => Deno.chmodSync(path, 0o600)],
    ["gets another time", (path: string) => Deno.utimeSync(path, 1, 1)],
    ["gets the time it had", (path: string) => {
      const { atime, mtime } = Deno.statSync(path);
      Deno.writeTextFileSync(path, "bad");
      if (atime !== null && mtime !== null) Deno.utimeSync(path, atime, mtime);
    }],
    ["is replaced", (path: string) => {
      Deno.writeTextFileSync(`${path}.new`, "new");
      Deno.renameSync(`${path}.new`, path);
    }],
    ["becomes a link", (path: string) => {
      Deno.renameSync(path, `${path}.old`);
      Deno.symlinkSync("b.old", path);
    }],
  ] as const
) {
  Deno.test(`a file that ${what} is not followed`, async () => {
    assertEquals(await followed((incoming) => happens(`${incoming}/d/b`)), ["a", "d/c", "d/e/f"]);
  });
}

Deno.test("where nothing was seen nothing is followed", async () => {
  assertEquals(await followed(() => {}, false), []);
});
