import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fetch, type FetchProgress } from "../../../lib/rsync/fetch.ts";
import { plan } from "../../../lib/rsync/plan.ts";
import { type EntrySpec, file, writeEntries } from "../../support/dated_entries.ts";
import { type Daemon, startDaemon } from "../../support/rsync_daemon.ts";
import { recordingSession, rsyncSession, STOCK_WORDS } from "../../support/rsync_session.ts";
import { tempDir } from "../../support/temp_dir.ts";

type Entries = Readonly<Record<string, EntrySpec>>;

/** Trees `up`, served, and `basis`, and an empty staging tree. */
interface Trees extends AsyncDisposable {
  readonly up: string;
  readonly basis: string;
  readonly staging: string;
  readonly source: string;
}

async function trees(up: Entries, basis: Entries): Promise<Trees> {
  const dir = tempDir();
  const path = (name: string) => `${dir.path}/${name}`;
  for (const name of ["up", "basis", "staging"]) Deno.mkdirSync(path(name));
  writeEntries(path("up"), up);
  writeEntries(path("basis"), basis);
  const daemon: Daemon = await startDaemon({ modules: { m: path("up") } });
  return {
    up: path("up"),
    basis: path("basis"),
    staging: path("staging"),
    source: daemon.uri("m"),
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]();
      dir[Symbol.dispose]();
    },
  };
}

/** Every entry below `root` as `type mode path contents`, in code-point order. */
function listing(root: string, below = ""): string[] {
  return [...Deno.readDirSync(`${root}/${below}`)].flatMap((entry) => {
    const path = `${below}${entry.name}`;
    if (entry.isSymlink) return [`l ${path} -> ${Deno.readLinkSync(`${root}/${path}`)}`];
    const mode = ((Deno.lstatSync(`${root}/${path}`).mode ?? 0) & 0o7777).toString(8);
    if (entry.isDirectory) return [`d ${mode} ${path}`, ...listing(root, `${path}/`)];
    return [`f ${mode} ${path} ${Deno.readTextFileSync(`${root}/${path}`)}`];
  }).sort();
}

/** What must not change in a basis: bytes, inode, mode, times and links of every file. */
function fingerprint(path: string): string {
  const { ino, mode, mtime, ctime, nlink } = Deno.lstatSync(path);
  return JSON.stringify([ino, mode, mtime?.getTime(), ctime?.getTime(), nlink, Deno.readTextFileSync(path)]);
}

Deno.test("a listed file comes with its parents, a listed directory without its contents", async () => {
  await using t = await trees({
    "a/b/f": file("1"),
    "a/b/unlisted": file("2"),
    "dir/unlisted": file("3"),
    "dir/sub/unlisted": file("4"),
    "top": file("5"),
  }, {});
  const result = await fetch(rsyncSession(t.source), { staging: t.staging, paths: ["a/b/f", "dir"] });
  assertEquals(result, { kind: "done" });
  assertEquals(listing(t.staging), ["d 755 a", "d 755 a/b", "d 755 dir", "f 644 a/b/f 1"]);
});

for (const words of [["-a"], ["-av", "--delete", "--force"], ["-rlpt", "--delete-after", "--dirs"], ["-aL"], ["-ak"]]) {
  Deno.test(`nothing but the listed comes or goes with ${words.join(" ")}`, async () => {
    await using t = await trees({ "d/f": file("1"), "d/g": file("2"), "e/x": file("3") }, {});
    writeEntries(t.staging, { "d/kept": file("k"), "kept": file("k") });
    const request = { staging: t.staging, paths: ["d", "d/f", "e"] };
    assertEquals(await fetch(rsyncSession(t.source, { words }), request), { kind: "done" });
    assertEquals(listing(t.staging), ["d 755 d", "d 755 e", "f 644 d/f 1", "f 644 d/kept k", "f 644 kept k"]);
  });
}

Deno.test("T100 a changed attribute makes a new inode and leaves the basis alone", async () => {
  await using t = await trees(
    { "mode": file("x", { mode: 0o600 }), "time": file("y", { mtime: 1_600_000_007 }), "text": file("new!") },
    { "mode": file("x"), "time": file("y"), "text": file("old") },
  );
  const paths = ["mode", "time", "text"];
  const before = paths.map((path) => fingerprint(`${t.basis}/${path}`));
  for (const extra of [[], ["--checksum"], ["--no-whole-file"], ["--size-only"]]) {
    Deno.removeSync(t.staging, { recursive: true });
    Deno.mkdirSync(t.staging);
    const session = rsyncSession(t.source, { words: [...STOCK_WORDS, ...extra] });
    assertEquals(await fetch(session, { staging: t.staging, basis: t.basis, paths }), { kind: "done" });
    assertEquals(listing(t.staging), ["f 600 mode x", "f 644 text new!", "f 644 time y"]);
    assertEquals(Deno.lstatSync(`${t.staging}/time`).mtime?.getTime(), 1_600_000_007_000);
    for (const path of paths) {
      assertNotEquals(Deno.lstatSync(`${t.staging}/${path}`).ino, Deno.lstatSync(`${t.basis}/${path}`).ino);
    }
  }
  assertEquals(paths.map((path) => fingerprint(`${t.basis}/${path}`)), before);
});

Deno.test("attributes of listed directories and of the root arrive, the root's contents do not", async () => {
  await using t = await trees({ "d": { directory: true, mode: 0o700 }, "unlisted": file(""), "e/f": file("") }, {});
  Deno.chmodSync(t.up, 0o711);
  Deno.mkdirSync(`${t.staging}/d`);
  Deno.mkdirSync(`${t.staging}/e`);
  assertEquals(await fetch(rsyncSession(t.source), { staging: t.staging, paths: ["."] }), { kind: "done" });
  assertEquals(listing(t.staging), ["d 755 d", "d 755 e"]);
  assertEquals((Deno.lstatSync(t.staging).mode ?? 0) & 0o777, 0o711);
  assertEquals(await fetch(rsyncSession(t.source), { staging: t.staging, paths: [".", "d"] }), { kind: "done" });
  assertEquals(listing(t.staging), ["d 700 d", "d 755 e"]);
});

Deno.test("set-user-ID and set-group-ID bits of files do not arrive", async () => {
  await using t = await trees({ f: file("x", { mode: 0o6755 }) }, { f: file("x", { mode: 0o6755 }) });
  const request = { staging: t.staging, basis: t.basis, paths: ["f"] };
  assertEquals(await fetch(rsyncSession(t.source), request), { kind: "done" });
  assertEquals(listing(t.staging), ["f 755 f x"]);
});

Deno.test("hostile names are fetched as they were planned", async () => {
  const names = ["new\nline", "-rf", "hash\\#012x", "\u001b[31m", " two  blanks ", "#c", ";s", "s*?[x]", "a -> b", "é"];
  await using t = await trees(Object.fromEntries(names.map((name) => [`d/${name}`, file(name)])), {});
  const session = rsyncSession(t.source);
  const planned = await plan(session, t.staging);
  assert(planned.kind === "planned");
  const paths = planned.changes.map((change) => change.path);
  assertEquals(await fetch(session, { staging: t.staging, paths }), { kind: "done" });
  assertEquals(listing(t.staging), ["d 755 d", ...names.map((name) => `f 644 d/${name} ${name}`)].sort());
});

Deno.test("plan and fetch together make the same tree as one pass of rsync", async () => {
  await using t = await trees(
    { "d/f": file("1"), "l": { link: "d/f" }, "n/m/o": file("22"), "dir2file": file("x"), "file2dir/i": file("") },
    {},
  );
  const session = rsyncSession(t.source);
  const planned = await plan(session, t.staging);
  assert(planned.kind === "planned");
  await fetch(session, { staging: t.staging, paths: planned.changes.map((change) => change.path) });
  assertEquals(listing(t.staging), listing(t.up));
  assertEquals(await plan(session, t.staging), { kind: "planned", changes: [], rejected: [] });
});

for (
  const words of [
    ["--existing"],
    ["--ignore-existing"],
    ["--update"],
    ["--prune-empty-dirs"],
    ["--include-from=/dev/null", "--exclude=*"],
    ["--delay-updates"],
    ["--partial-dir=.part"],
    ["-P"],
    ["--no-implied-dirs"],
    ["--max-delete=0"],
  ]
) {
  Deno.test(`what was planned is fetched with ${words.join(" ")} too`, async () => {
    await using t = await trees({ "d/f": file("1"), "e": { directory: true } }, { "d/f": file("1") });
    const session = rsyncSession(t.source, { words: [...STOCK_WORDS, ...words] });
    const request = { staging: t.staging, basis: t.basis, paths: ["d", "d/f", "e"] };
    assertEquals(await fetch(session, request), { kind: "done" });
    assertEquals(listing(t.staging), ["d 755 d", "d 755 e", "f 644 d/f 1"]);
  });
}

Deno.test("progress counts entries and bytes, copied ones included", async () => {
  await using t = await trees(
    { "a": file("12345"), "copied": file("xy", { mode: 0o600 }), "d/l": { link: "b" } },
    { "copied": file("xy") },
  );
  const seen: FetchProgress[] = [];
  const paths = ["a", "copied", "d", "d/l"];
  const onProgress = (progress: FetchProgress) => seen.push(progress);
  await fetch(rsyncSession(t.source), { staging: t.staging, basis: t.basis, paths, onProgress });
  assertEquals(seen.map((progress) => progress.doneFiles), [1, 2, 3]);
  assertEquals(seen.at(-1)?.doneBytes, 8);
});

Deno.test("a list too long for one connection is fetched in parts", async () => {
  const { session, calls } = recordingSession("rsync://h/m");
  const paths = [".", ...Array.from({ length: 10_001 }, (_, n) => `f${n}`)];
  assertEquals(await fetch(session, { staging: "/staging", paths }), { kind: "done" });
  assertEquals(calls.map((words) => words.includes("--files-from=-")), [true, true, false]);
});

Deno.test("T60 a path that vanished from the mirror is a failure worth a retry", async () => {
  await using t = await trees({ "a": file("1") }, {});
  const result = await fetch(rsyncSession(t.source), { staging: t.staging, paths: ["a", "vanished"] });
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry], [23, true]);
});

Deno.test("nothing to fetch is done without a word to the mirror", async () => {
  const result = await fetch(rsyncSession("rsync://127.0.0.1:1/m"), { staging: "/nonexistent", paths: [] });
  assertEquals(result, { kind: "done" });
});
