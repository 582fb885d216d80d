import { assertEquals } from "@std/assert";
import { pass } from "../../../lib/rsync/pass.ts";
import { type Submodule, submodulePaths } from "../../../lib/rsync/source_words.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { startDaemon } from "../../support/rsync_daemon.ts";
import { recordingSession, rsyncSession, STOCK_WORDS } from "../../support/rsync_session.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { FIRST_STAMP, stamp, upstreamTree, writeUpstream } from "../../support/upstream_tree.ts";

Deno.test("T40 a transfer is the common words, our own, SOURCE/ and the directory", async () => {
  const { session, calls } = recordingSession("rsync://h/m");
  assertEquals(await pass(session, "/dest"), { kind: "done" });
  assertEquals(calls, [[...STOCK_WORDS, "--chmod=Fug-s", "--exclude=.~tmp~/", "rsync://h/m/", "/dest"]]);
});

Deno.test("T62 submodules are --relative sources after a /./", async () => {
  const { session, calls } = recordingSession("rsync://h/m");
  await pass(session, "/dest", { paths: submodulePaths(["glsa", "profiles"]) });
  assertEquals(calls[0]?.slice(STOCK_WORDS.length + 2), [
    "--relative",
    "rsync://h/m/./metadata/glsa",
    "rsync://h/m/./metadata/layout.conf",
    "rsync://h/m/./profiles",
    "/dest",
  ]);
});

Deno.test("T62 submodules are updated, foo and the timestamp are not", async () => {
  using dir = tempDir();
  const up = `${dir.path}/up`;
  upstreamTree(up);
  writeUpstream(up, "metadata/glsa/g", "1");
  await using daemon = await startDaemon({ modules: { m: up } });
  const session = rsyncSession(daemon.uri("m"));
  assertEquals(await pass(session, `${dir.path}/dest`), { kind: "done" });
  const old = Deno.readTextFileSync(`${up}/metadata/timestamp.chk`);
  stamp(up, FIRST_STAMP + 60);
  writeUpstream(up, "app-misc/foo/foo-1.ebuild", "changed");
  writeUpstream(up, "profiles/categories", "changed");
  Deno.removeSync(`${up}/metadata/glsa/g`);
  writeUpstream(up, "metadata/glsa/h", "2");
  const submodules: Submodule[] = ["glsa", "profiles"];
  assertEquals(await pass(session, `${dir.path}/dest`, { paths: submodulePaths(submodules) }), { kind: "done" });
  const text = (path: string) => Deno.readTextFileSync(`${dir.path}/dest/${path}`);
  assertEquals(text("profiles/categories"), "changed");
  assertEquals([...Deno.readDirSync(`${dir.path}/dest/metadata/glsa`)].map((e) => e.name), ["h"]);
  assertEquals(text("app-misc/foo/foo-1.ebuild").startsWith("EAPI"), true);
  assertEquals(text("metadata/timestamp.chk"), old);
});

Deno.test("a pass deletes what is gone, keeps what is excluded and leaves set-ID bits behind", async () => {
  using dir = tempDir();
  writeEntries(dir.path, {
    "up/f": file("1", { mode: 0o6755 }),
    "up/.~tmp~/x": file(""),
    "dest/gone": file(""),
    "dest/distfiles/kept": file(""),
  });
  assertEquals(await pass(rsyncSession(`${dir.path}/up`), `${dir.path}/dest`), { kind: "done" });
  assertEquals([...Deno.readDirSync(`${dir.path}/dest`)].map((e) => e.name).sort(), ["distfiles", "f"]);
  assertEquals((Deno.lstatSync(`${dir.path}/dest/f`).mode ?? 0) & 0o7777, 0o755);
});
