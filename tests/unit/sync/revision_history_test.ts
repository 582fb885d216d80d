import { assertEquals, assertStringIncludes } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { recordRevision, type RevisedRepository } from "../../../lib/sync/revision_history.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

const { signal } = new AbortController();

/** A repository at `loc` and a file `lib/portage/repo_revisions`, both below one directory; neither exists yet. */
function history() {
  const dir = tempDir();
  const location = `${dir.path}/loc`;
  const path = `${dir.path}/lib/portage/repo_revisions`;
  return {
    path,
    dir: dir.path,
    location,
    write: (text: string) => writeEntries(dir.path, { "lib/portage/repo_revisions": file(text) }),
    read: () => JSON.parse(Deno.readTextFileSync(path)),
    /** Syncs the revision `commit` and records it. */
    record: (commit: string, changes: Partial<RevisedRepository> = {}) => {
      writeEntries(location, { "metadata/timestamp.commit": file(commit) });
      const repository = { name: "demo", location, locationInside: location, root: "/", volatile: false, ...changes };
      return recordRevision(thisMachine(), repository, { file: path, signal });
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

Deno.test("T157 the newest revision comes first, once for each change, also one that was there before", async () => {
  using h = history();
  assertEquals(await h.record("# comment\n\n  aaa 1700000000 x\n"), undefined);
  await h.record("aaa again\n");
  await h.record("bbb\n");
  await h.record("aaa\n");
  assertEquals(h.read(), { demo: ["aaa", "bbb", "aaa"] });
});

Deno.test("T158 a list of 40 is cut to 25 by the next new revision, not before", async () => {
  using h = history();
  const old = Array.from({ length: 40 }, (_, at) => `r${at}`);
  h.write(JSON.stringify({ demo: old }));
  await h.record("r0\n");
  assertEquals(h.read().demo.length, 40);
  await h.record("new\n");
  assertEquals(h.read().demo, ["new", ...old.slice(0, 24)]);
});

Deno.test("T159 other repositories are kept, the keys sorted, and nothing follows the last brace", async () => {
  using h = history();
  h.write('{"zoo": ["z"], "ärger": ["ü"], "abc": ["a"]}');
  await h.record("new\n");
  assertEquals(Deno.readTextFileSync(h.path), '{"abc":["a"],"demo":["new"],"zoo":["z"],"ärger":["ü"]}');
});

for (const broken of ["{bad", "[]", '{"demo": "aaa"}', '{"demo": [1]}']) {
  Deno.test(`T160 a history of ${broken} is left alone and named`, async () => {
    using h = history();
    h.write(broken);
    assertStringIncludes((await h.record("new\n")) ?? "", h.path);
    assertEquals(Deno.readTextFileSync(h.path), broken);
  });
}

Deno.test("T160 a history that cannot be read or written is named", async () => {
  using h = history();
  writeEntries(h.path, { "a-directory": file("") });
  assertStringIncludes((await h.record("new\n")) ?? "", "Cannot update the revision history");
});

Deno.test("a new history is 0660 in a directory of 02750; an old one keeps its mode", async () => {
  using h = history();
  await h.record("aaa\n");
  const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o7777;
  assertEquals([mode(h.path), mode(`${h.dir}/lib/portage`)], [0o660, 0o2750]);
  Deno.chmodSync(h.path, 0o604);
  await h.record("bbb\n");
  assertEquals(mode(h.path), 0o604);
});

Deno.test("a volatile repository has no history, and loses the one it had", async () => {
  using h = history();
  await h.record("aaa\n", { volatile: true });
  assertEquals(await h.record("aaa\n", { volatile: undefined }), undefined);
  assertEquals(namesIn(h.dir), ["loc"]);
  h.write('{"demo": ["aaa"], "other": ["bbb"]}');
  await h.record("ccc\n", { volatile: true });
  assertEquals(h.read(), { other: ["bbb"] });
});

Deno.test("D28 below /var/db/repos it is the location that counts, wherever the store is", async () => {
  using h = history();
  await h.record("aaa\n", { volatile: undefined, locationInside: "/var/db/repos/demo" });
  const owner = Deno.statSync(h.location).uid;
  assertEquals(owner === 0 ? h.read() : {}, owner === 0 ? { demo: ["aaa"] } : {});
  await h.record("bbb\n", { volatile: undefined, locationInside: "/var/db/reposX/demo" });
  assertEquals(owner === 0 ? h.read() : {}, {});
});

Deno.test("a repository may be called like something that every object has", async () => {
  using h = history();
  for (const name of ["constructor", "__proto__"]) assertEquals(await h.record("aaa\n", { name }), undefined);
  assertEquals(Deno.readTextFileSync(h.path), '{"__proto__":["aaa"],"constructor":["aaa"]}');
});

Deno.test("a repository without a revision changes nothing", async () => {
  using h = history();
  assertEquals(await h.record("# nothing but this\n"), undefined);
  writeEntries(h.dir, { "target": file("secret\n") });
  Deno.removeSync(`${h.location}/metadata/timestamp.commit`);
  Deno.symlinkSync(`${h.dir}/target`, `${h.location}/metadata/timestamp.commit`);
  const repository = { name: "demo", location: h.location, locationInside: "/", root: "/", volatile: false };
  assertEquals(await recordRevision(thisMachine(), repository, { file: h.path, signal }), undefined);
  assertEquals(namesIn(h.dir), ["loc", "target"]);
});

Deno.test("under another root a location's absolute link is followed inside it", async () => {
  using h = history();
  const root = `${h.dir}/sysroot`;
  writeEntries(root, { "store/1/metadata/timestamp.commit": file("aaa\n"), "repos/demo": { link: "/store/1" } });
  const repository = { name: "demo", location: `${root}/repos/demo`, locationInside: "/repos/demo", root };
  const place = { file: `${root}/var/lib/revisions`, signal };
  assertEquals(await recordRevision(thisMachine(), { ...repository, volatile: false }, place), undefined);
  assertEquals(JSON.parse(Deno.readTextFileSync(`${root}/var/lib/revisions`)), { demo: ["aaa"] });
});
