import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plan } from "../../../lib/rsync/plan.ts";
import { type EntrySpec, file, writeEntries } from "../../support/dated_entries.ts";
import { startDaemon } from "../../support/rsync_daemon.ts";
import { rsyncSession, STOCK_WORDS } from "../../support/rsync_session.ts";
import { tempDir } from "../../support/temp_dir.ts";

type Entries = Readonly<Record<string, EntrySpec>>;

/** Plans `up` against `base` over a real daemon; each change as `kind type path size`, in code-point order. */
async function planned(up: Entries, base: Entries, words = STOCK_WORDS, motd = "Welcome") {
  using dir = tempDir();
  for (const [name, entries] of Object.entries({ up, base })) {
    Deno.mkdirSync(`${dir.path}/${name}`);
    writeEntries(`${dir.path}/${name}`, entries);
  }
  await using daemon = await startDaemon({ modules: { m: `${dir.path}/up` }, motd });
  const session = rsyncSession(daemon.uri("m"), { words, verbosity: "verbose" });
  const result = await plan(session, `${dir.path}/base`);
  assert(result.kind === "planned", JSON.stringify(result));
  const changes = result.changes.map((c) => `${c.kind} ${c.type} ${c.path} ${c.size}`).sort();
  return { changes, rejected: result.rejected, talk: session.talk };
}

Deno.test("equal trees have no changes", async () => {
  const tree = { "a/f": file("x"), "a/l": { link: "f" } };
  assertEquals((await planned(tree, tree)).changes, []);
});

Deno.test("files are created, changed and deleted, and a changed attribute is no changed content", async () => {
  const { changes } = await planned(
    {
      "new/deep/f": file("12345"),
      "size": file("longer"),
      "time": file("x", { mtime: 1_600_000_007 }),
      "mode": file("x", { mode: 0o600 }),
      "same": file("x"),
    },
    { "size": file("x"), "time": file("x"), "mode": file("x"), "same": file("x"), "gone": file("") },
  );
  assertEquals(changes, [
    "attributes file mode 1",
    "content file size 6",
    "content file time 1",
    "create directory new 0",
    "create directory new/deep 0",
    "create file new/deep/f 5",
    "delete file gone 0",
  ]);
});

Deno.test("with --checksum another time alone is an attribute", async () => {
  const { changes } = await planned({ f: file("x", { mtime: 1_600_000_007 }) }, { f: file("x") }, [
    ...STOCK_WORDS,
    "--checksum",
  ]);
  assertEquals(changes, ["attributes file f 1"]);
});

Deno.test("a directory that goes is listed with all that is in it", async () => {
  const { changes } = await planned({}, { "gone/a/b": file(""), "gone/c": file(""), "gone/l": { link: "c" } });
  assertEquals(changes, [
    "delete directory gone 0",
    "delete directory gone/a 0",
    "delete file gone/a/b 0",
    "delete file gone/c 0",
    "delete file gone/l 0",
  ]);
});

Deno.test("an entry of another type is created; a directory in its way is listed by its contents", async () => {
  const { changes } = await planned(
    {
      "dir2file": file("abc"),
      "dir2link": { link: "dir2file" },
      "file2dir/in": file("q"),
      "file2link": { link: "dir2file" },
      "link2dir/k": file(""),
      "link2file": file("zz"),
    },
    {
      "dir2file/x": file(""),
      "dir2link/y/z": file(""),
      "file2dir": file(""),
      "file2link": file(""),
      "link2dir": { link: "x" },
      "link2file": { link: "x" },
    },
  );
  assertEquals(changes, [
    "create directory file2dir 0",
    "create directory link2dir 0",
    "create file dir2file 3",
    "create file file2dir/in 1",
    "create file link2dir/k 0",
    "create file link2file 2",
    "create symlink dir2link 8",
    "create symlink file2link 8",
    "delete directory dir2link/y 0",
    "delete file dir2file/x 0",
    "delete file dir2link/y/z 0",
  ]);
});

Deno.test("links with another target are changed contents; an arrow in a name is part of it", async () => {
  const { changes } = await planned(
    { "l": { link: "new" }, "a -> b": { link: "c" }, "f -> g": file("1") },
    { "l": { link: "old" } },
  );
  assertEquals(changes, ["content symlink l 3", "create file f -> g 1", "create symlink a -> b 1"]);
});

Deno.test("links out of the tree are not planned", async () => {
  const { changes } = await planned({ "a": { link: "/etc/passwd" }, "d/b": { link: "../../x" }, "d/c": file("") }, {});
  assertEquals(changes, ["create directory d 0", "create file d/c 0"]);
});

Deno.test("fifos are skipped by the stock words and planned by -a", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/up`);
  await new Deno.Command("mkfifo", { args: [`${dir.path}/up/fifo`] }).output();
  const session = (words: readonly string[]) => rsyncSession(`${dir.path}/up`, { words });
  const kinds = async (words: readonly string[]) => {
    const result = await plan(session(words), `${dir.path}/base`);
    return result.kind === "planned" ? result.changes.map((c) => `${c.type} ${c.path}`) : result;
  };
  assertEquals(await kinds(STOCK_WORDS), ["directory ."]);
  assertEquals(await kinds(["-a"]), ["directory .", "special fifo"]);
});

Deno.test("excluded entries are neither planned nor deleted, nor is what the mirror works on", async () => {
  const { changes } = await planned(
    { "distfiles/a": file(""), "local/a": file(""), ".~tmp~/x": file(""), "d/.~tmp~/x": file(""), "d/f": file("") },
    { "packages/keep": file(""), "distfiles/keep": file(""), "d/.~tmp~/y": file("") },
  );
  assertEquals(changes, ["create file d/f 0"]);
});

Deno.test("a directory that holds something excluded is not deleted", async () => {
  const { changes, talk } = await planned({}, { "gone/.~tmp~/x": file(""), "gone/f": file("") });
  assertEquals(changes, ["delete file gone/f 0"]);
  assert(talk.some((line) => line.includes("cannot delete non-empty directory: gone")));
});

Deno.test("the mode of the root is a change, its time alone is not", async () => {
  const { changes } = await planned({ f: file("") }, { f: file("") }, ["--archive", "--delete"]);
  assertEquals(changes, []);
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/up`, { mode: 0o755 });
  Deno.mkdirSync(`${dir.path}/base`, { mode: 0o700 });
  const result = await plan(rsyncSession(`${dir.path}/up`), `${dir.path}/base`);
  assertEquals(result, {
    kind: "planned",
    changes: [{ path: ".", type: "directory", kind: "attributes", size: 0 }],
    rejected: [],
  });
});

Deno.test("a set-user-ID bit of a file on the mirror is no change", async () => {
  const { changes } = await planned({ f: file("x", { mode: 0o6755 }) }, { f: file("x", { mode: 0o755 }) });
  assertEquals(changes, []);
});

Deno.test("a base that does not exist is empty", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "up/a/f": file("x") });
  const result = await plan(rsyncSession(`${dir.path}/up`), `${dir.path}/none`);
  assert(result.kind === "planned");
  assertEquals(result.changes.map((c) => c.path), [".", "a", "a/f"]);
});

Deno.test("hostile names arrive as they are, or are rejected", async () => {
  const names = [
    "new\nline",
    "-rf",
    "--inplace",
    "hash\\#012x",
    "back\\slash",
    "tab\tx",
    "\u001b[31mred",
    "\u007f",
    " two  blanks ",
    "é\u200e",
    "#comment",
    ";semicolon",
    "star*?[x]",
    "*deleting   0 forged",
  ];
  const up = Object.fromEntries(names.map((name) => [`d/${name}`, file("1")]));
  const { changes, rejected } = await planned(up, {});
  assertEquals(changes, ["create directory d 0", ...names.map((name) => `create file d/${name} 1`)].sort());
  assertEquals(rejected, []);
});

Deno.test("a name that is not UTF-8 is rejected, with all below it", async () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/up/ok`, { recursive: true });
  const script = `mkdir "$1/up/$(printf 'b\\377d')" && : > "$1/up/$(printf 'b\\377d')/in"`;
  const made = await new Deno.Command("sh", { args: ["-c", script, "sh", dir.path] }).output();
  assert(made.success);
  const result = await plan(rsyncSession(`${dir.path}/up`), `${dir.path}/base`);
  assert(result.kind === "planned");
  assertEquals(result.changes.map((c) => c.path), [".", "ok"]);
  assertEquals([...result.rejected].sort(), ["b\\u{fffd}d/", "b\\u{fffd}d/in"]);
});

Deno.test("what a mirror says cannot pass for a line of the plan", async () => {
  const motd = ">f+++++++++ 1 forged\n*deleting   0 forged\n\u001b[31m";
  const { changes, talk } = await planned({ f: file("") }, { f: file("") }, STOCK_WORDS, motd);
  assertEquals(changes, []);
  assert(talk.every((line) => !line.includes("\u001b")));
});

Deno.test("filters and limits of the user's are honoured", async () => {
  const up = { "a": file("xx"), "b": file("x"), "changed": file("xx") };
  const base = { "changed": file("x"), "gone": file("") };
  const only = async (...words: string[]) => (await planned(up, base, [...STOCK_WORDS, ...words])).changes;
  assertEquals(await only("--existing"), ["content file changed 2", "delete file gone 0"]);
  assertEquals(await only("--ignore-existing"), ["create file a 2", "create file b 1", "delete file gone 0"]);
  assertEquals(await only("--exclude=/changed", "--max-size=1"), ["create file b 1", "delete file gone 0"]);
});

Deno.test("talkative words of the user's do not reach the plan", async () => {
  const words = [...STOCK_WORDS, "-vvviP", "--out-format=X%n", "--info=name2,flist2", "--stderr=all", "--debug=all"];
  const { changes } = await planned({ f: file("x") }, {}, words);
  assertEquals(changes, ["create file f 1"]);
  assertEquals((await planned({ f: file("x") }, {}, [...STOCK_WORDS, "--quiet"])).changes, ["create file f 1"]);
});

Deno.test("T74 --max-delete makes the plan fail with 25, before anything is changed", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "up/f": file(""), "base/gone": file("") });
  const result = await plan(
    rsyncSession(`${dir.path}/up`, { words: [...STOCK_WORDS, "--max-delete=0"] }),
    `${dir.path}/base`,
  );
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry], [25, true]);
});

Deno.test("T62 a plan for submodules is about these alone", async () => {
  using dir = tempDir();
  writeEntries(dir.path, {
    "up/profiles/a": file("1"),
    "up/metadata/glsa/g": file("1"),
    "up/metadata/timestamp.chk": file("new"),
    "up/foo": file("1"),
    "base/profiles/gone": file(""),
    "base/other": file(""),
  });
  const result = await plan(rsyncSession(`${dir.path}/up`), `${dir.path}/base`, {
    paths: ["metadata/glsa", "profiles"],
  });
  assert(result.kind === "planned");
  assertEquals(result.changes.map((c) => `${c.kind} ${c.path}`).sort(), [
    "create metadata",
    "create metadata/glsa",
    "create metadata/glsa/g",
    "create profiles/a",
    "delete profiles/gone",
  ]);
});

Deno.test("a mirror without the module is a failure worth a retry", async () => {
  await using daemon = await startDaemon({ modules: {} });
  const session = rsyncSession(daemon.uri("nope"));
  const result = await plan(session, "/nonexistent");
  assert(result.kind === "failed");
  assertEquals([result.exit, result.retry, result.diskFull], [5, true, false]);
  assertStringIncludes(result.message, "Unknown module 'nope'");
});
