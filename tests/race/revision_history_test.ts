import { assertEquals } from "@std/assert";
import { type Clock, systemClock } from "../../lib/host/clock.ts";
import { thisMachine } from "../../lib/host/this_machine.ts";
import { recordRevision } from "../../lib/sync/revision_history.ts";
import { appears } from "../support/appears.ts";
import { file, writeEntries } from "../support/dated_entries.ts";
import { namesIn } from "../support/entries.ts";
import { fakeClock } from "../support/fake_system.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";

const UPDATES = 100;

Deno.test("of two processes that record revisions at once, none loses what the other wrote", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "tree/metadata/timestamp.commit": file("abc 1700000000\n") });
  const path = `${dir.path}/lib/repo_revisions`;
  const main = new URL("../support/record_revisions_main.ts", import.meta.url).pathname;
  const writers = ["a", "b"].map((prefix) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", main, path, `${dir.path}/tree`, prefix, String(UPDATES)],
      stderr: "inherit",
    }).output()
  );
  assertEquals((await Promise.all(writers)).map(({ code }) => code), [0, 0]);
  const history = JSON.parse(Deno.readTextFileSync(path));
  assertEquals([Object.keys(history).length, history.a1, namesIn(`${dir.path}/lib`)], [
    2 * UPDATES,
    ["abc"],
    ["repo_revisions"],
  ]);
});

/** Holds the lock as Portage does, writes once it is told to, and only then lets go. */
const PORTAGE = `
import fcntl, os, sys
path, ready = sys.argv[1:]
fd = os.open(path, os.O_CREAT | os.O_RDWR, 0o660)
fcntl.lockf(fd, fcntl.LOCK_EX)
open(ready, "w").close()
sys.stdin.readline()
os.write(fd, b'{"other": ["xyz"]}')
`;

/** A tree of which Portage has the history locked, which it is to write. */
async function lockedHistory() {
  const dir = tempDir();
  const [path, location, ready] = [`${dir.path}/repo_revisions`, `${dir.path}/tree`, `${dir.path}/ready`];
  writeEntries(location, { "metadata/timestamp.commit": file("abc\n") });
  const portage = new Deno.Command("python3", { args: ["-c", PORTAGE, path, ready], stdin: "piped" }).spawn();
  await appears(ready);
  const repository = { name: "demo", location, locationInside: location, root: "/", volatile: false };
  const { signal } = new AbortController();
  return {
    path,
    record: (clock: Clock) => recordRevision({ ...thisMachine(), clock }, repository, { file: path, signal }),
    letGo: () => portage.stdin.close(),
    async [Symbol.asyncDispose]() {
      await portage.status;
      dir[Symbol.dispose]();
    },
  };
}

testUnless(withoutCommand("python3"), "what Portage writes under its lock is not overwritten", async () => {
  await using history = await lockedHistory();
  let pauses = 0;
  const sleep: Clock["sleep"] = async (ms) => {
    if (++pauses === 1) await history.letGo();
    await systemClock.sleep(ms);
  };
  assertEquals(await history.record({ ...systemClock, sleep }), undefined);
  assertEquals(Deno.readTextFileSync(history.path), '{"demo":["abc"],"other":["xyz"]}');
});

testUnless(withoutCommand("python3"), "a history that stays locked is named and left alone", async () => {
  await using history = await lockedHistory();
  const problem = await history.record(fakeClock());
  assertEquals(problem, `Revision history ${history.path} is locked by another program and was left alone`);
  assertEquals(Deno.readTextFileSync(history.path), "");
  await history.letGo();
});
