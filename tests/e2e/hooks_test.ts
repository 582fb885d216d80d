import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { stamp, upstreamTree } from "../support/upstream_tree.ts";
import { startDaemon } from "../support/rsync_daemon.ts";

const REPO = "etc/portage/repo.postsync.d";
const GLOBAL = "etc/portage/postsync.d";

/** Has each of these hooks note its name and arguments, then run `then`. */
function writeHooks(s: Scenario, hooks: readonly string[], then = "exit 0", mode = 0o755): void {
  for (const path of hooks) {
    const name = path.replace("etc/portage/", "");
    s.writeConfig(path, `#!/bin/sh\necho "${name}" "$@" >> '${s.path}/hooked'\n${then}\n`, mode);
  }
}

/** What hooks noted since the last call. */
function hooked(s: Scenario): string[] {
  try {
    const lines = Deno.readTextFileSync(`${s.path}/hooked`).trimEnd().split("\n");
    Deno.removeSync(`${s.path}/hooked`);
    return lines;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

Deno.test("T140 T142 hooks run in order with name, URI and location, and one that fails stops nothing", async () => {
  await using s = await scenario();
  s.configure();
  writeHooks(s, [`${REPO}/05-a`, `${REPO}/10-b`, `${REPO}/sub/zz`, `${REPO}/.h`, `${REPO}/x~`]);
  writeHooks(s, [`${REPO}/05-a`], "exit 3");
  writeHooks(s, [`${REPO}/plain`], "exit 0", 0o644);
  writeHooks(s, [`${GLOBAL}/end`]);
  const { code, err } = await s.sync();
  const args = `demo ${s.uri} ${s.location}`;
  assertEquals(hooked(s), [
    ...["05-a", "10-b", "sub/zz"].map((name) => `repo.postsync.d/${name} ${args}`),
    "postsync.d/end",
  ]);
  assertEquals(code, 0);
  assertStringIncludes(err, "failed with exit status 3");
});

Deno.test("T141 a hook gets the location, which already leads to the new snapshot", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  s.change();
  const look = `readlink -f "$3" >> '${s.path}/hooked'; echo "$PORTAGE_REPOSITORIES" | grep ^loc >> '${s.path}/hooked'`;
  writeHooks(s, [`${REPO}/a`], look);
  assertEquals((await s.sync()).code, 0);
  assertEquals(hooked(s), [
    `repo.postsync.d/a demo ${s.uri} ${s.location}`,
    Deno.realPathSync(s.snapshot(2)),
    `location = ${s.location}`,
  ]);
});

Deno.test("T143 global hooks that fail make the run fail, each with its status", async () => {
  await using s = await scenario();
  s.configure();
  writeHooks(s, [`${GLOBAL}/a`], "exit 3");
  writeHooks(s, [`${GLOBAL}/b`], "exit 4");
  writeHooks(s, [`${GLOBAL}/c`]);
  const { code, err } = await s.sync();
  assertEquals([code, hooked(s)], [1, ["postsync.d/a", "postsync.d/b", "postsync.d/c"]]);
  assertStringIncludes(err, "exit status 3");
  assertStringIncludes(err, "exit status 4");
});

Deno.test("T144 hooks run after a failure too, but none in a dry run and none for a configuration that cannot be read", async () => {
  await using s = await scenario();
  s.configure({ "sync-uri": "rsync://127.0.0.1:1/demo" });
  writeHooks(s, [`${REPO}/a`, `${GLOBAL}/b`]);
  assertEquals((await s.sync(["--dry-run"])).code, 13);
  assertEquals(hooked(s), []);
  assertEquals((await s.sync()).code, 13);
  assertEquals(hooked(s), [`repo.postsync.d/a demo rsync://127.0.0.1:1/demo ${s.location}`, "postsync.d/b"]);
  s.writeConfig("etc/portage/repos.conf", "oops\n");
  assertEquals((await s.sync()).code, 10);
  assertEquals(hooked(s), []);
});

Deno.test("T145 with sync-hooks-only-on-change hooks run after a change alone", async () => {
  await using s = await scenario();
  const only = { "sync-hooks-only-on-change": "yes" };
  s.configure(only);
  assertEquals((await s.sync()).code, 0);
  writeHooks(s, [`${REPO}/a`, `${GLOBAL}/b`]);
  assertEquals([(await s.sync()).code, hooked(s)], [0, []]);
  s.change();
  assertEquals((await s.sync()).code, 0);
  assertEquals(hooked(s), [`repo.postsync.d/a demo ${s.uri} ${s.location}`, "postsync.d/b"]);
  s.change();
  s.wrapRsync({ transfer: "exit 25" });
  assertEquals([(await s.sync()).code, hooked(s)], [13, []]);
  s.configure({ ...only, "sync-uri": "rsync://127.0.0.1:1/demo" });
  assertEquals([(await s.sync()).code, hooked(s)], [13, []]);
});

Deno.test("T146 a master's change counts as one of those who build on it, not the other way round", async () => {
  await using s = await scenario();
  const mas = `${s.path}/mas-up`;
  upstreamTree(mas);
  Deno.writeTextFileSync(`${mas}/profiles/repo_name`, "mas\n");
  await using daemon = await startDaemon({ modules: { mas } });
  const both: Options = { "sync-type": "rsync", "sync-hooks-only-on-change": "yes" };
  s.writeSections({
    demo: { ...both, location: s.location, "sync-uri": s.uri, masters: "mas" },
    mas: { ...both, location: `${s.path}/mas`, "sync-uri": daemon.uri("mas"), masters: "" },
  });
  assertEquals((await s.sync()).code, 0);
  writeHooks(s, [`${REPO}/a`, `${GLOBAL}/b`]);
  stamp(mas, 1_700_000_060);
  assertEquals((await s.sync()).code, 0);
  const firstWords = () => hooked(s).map((line) => line.split(" ").slice(0, 2).join(" "));
  assertEquals(firstWords(), ["repo.postsync.d/a mas", "repo.postsync.d/a demo", "postsync.d/b"]);
  s.change();
  assertEquals((await s.sync()).code, 0);
  assertEquals(firstWords(), ["repo.postsync.d/a demo", "postsync.d/b"]);
});

Deno.test("a hook's output goes to standard error, where it spoils no JSON", async () => {
  await using s = await scenario();
  s.configure();
  writeHooks(s, [`${REPO}/a`], "echo from the hook; echo more >&2");
  const { out, err } = await s.sync(["--json"]);
  assertEquals(err.split("\n").sort(), ["", "from the hook", "more"]);
  for (const line of out.trimEnd().split("\n")) assertEquals(typeof JSON.parse(line).event, "string");
});
