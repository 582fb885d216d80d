import { assertEquals, assertMatch } from "@std/assert";
import type { System } from "../../../lib/host/system.ts";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { findReaders } from "../../../lib/readers/in_use.ts";
import { startReader } from "../../support/reader_process.ts";
import { testUnless, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { showingOnly } from "../../support/visible_processes.ts";

/** The reason to skip what needs all processes of the machine. */
function withinContainer(): string | undefined {
  const isInitial = Deno.readLinkSync("/proc/self/ns/pid") === "pid:[4026531836]";
  return isInitial ? undefined : "needs the machine's first process namespace";
}

/** This machine, with the text of one file changed. */
function rewriting(system: System, file: string, change: (text: string) => string): System {
  const { files } = system;
  return {
    ...system,
    files: { ...files, readText: (path) => path === file ? change(files.readText(path)) : files.readText(path) },
  };
}

testUnless(withoutRoot() ?? withinContainer(), "a search is complete when all could be read", async () => {
  using dir = tempDir();
  await using reader = await startReader('cd "$1"', [dir.path]);
  const found = await findReaders(showingOnly(thisMachine(), [Deno.pid, reader.pid]), [dir.path]);
  assertEquals(found.complete, true);
  assertEquals(found.reason, undefined);
  assertEquals(found.readers.get(dir.path)?.map(({ pid, how }) => ({ pid, how })), [{ pid: reader.pid, how: "cwd" }]);
});

Deno.test("a search is incomplete for all but root", async () => {
  const system = thisMachine();
  const found = await findReaders({ ...system, environment: { ...system.environment, uid: 1000 } }, []);
  assertEquals(found.complete, false);
  assertEquals(found.reason, "Only root can look into the processes of other users");
});

testUnless(withoutRoot(), "a search is incomplete when /proc hides processes", async () => {
  const hiding = rewriting(
    thisMachine(),
    "/proc/self/mountinfo",
    (text) => text.replace(/^(.* \/proc .* - proc .*)$/m, "$1,hidepid=invisible"),
  );
  const found = await findReaders(hiding, []);
  assertEquals(found.complete, false);
  assertEquals(found.reason, "/proc is mounted with hidepid");
});

testUnless(withoutRoot() ?? withinContainer(), "a search is incomplete when a process cannot be read", async () => {
  using dir = tempDir();
  await using reader = await startReader('cd "$1"', [dir.path]);
  const system = showingOnly(thisMachine(), [Deno.pid, reader.pid]);
  const refusing: System = {
    ...system,
    files: {
      ...system.files,
      readLink: (path) => {
        if (path !== `/proc/${reader.pid}/cwd`) return system.files.readLink(path);
        throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
      },
    },
  };
  const found = await findReaders(refusing, [dir.path]);
  assertEquals(found.complete, false);
  assertMatch(found.reason ?? "", new RegExp(`^Process ${reader.pid} \\(sh\\) cannot be looked into$`));
});

testUnless(
  withoutRoot() ?? withinContainer(),
  "a name that is no UTF-8 makes a search incomplete, no more",
  async () => {
    using dir = tempDir();
    const script = 'cd "$1"; exec 3>"$(printf "a\\377")"; exec 4>plain';
    await using reader = await startReader(script, [dir.path]);
    const found = await findReaders(showingOnly(thisMachine(), [Deno.pid, reader.pid]), [dir.path]);
    assertEquals(found.complete, false);
    assertEquals(found.readers.get(dir.path)?.map(({ how, path }) => `${how} ${path}`), [
      `cwd ${dir.path}`,
      `fd ${dir.path}/plain`,
    ]);
    await new Deno.Command("sh", { args: ["-c", 'rm "$1"/a*', "sh", dir.path] }).output();
  },
);

testUnless(withoutRoot() ?? withinContainer(), "a search is incomplete inside a process namespace", async () => {
  const search = new URL("../../support/find_readers_main.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command("unshare", {
    args: ["--pid", "--fork", "--mount-proc", Deno.execPath(), "run", "-A", search, "/"],
  }).output();
  const { complete, reason } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(complete, false);
  assertEquals(reason, "Processes outside of this container or process namespace cannot be seen");
});

testUnless(withoutRoot(), "processes that end during the search are passed over", async () => {
  const system = thisMachine();
  const ended = new Deno.Command("true").spawn();
  await ended.status;
  const { files } = system;
  const stale: System = {
    ...system,
    files: {
      ...files,
      readDir: (path) => {
        const entries = files.readDir(path);
        const gone = { name: String(ended.pid), isDirectory: true, isSymlink: false, isFile: false };
        return path === "/proc" ? [...entries, gone] : entries;
      },
    },
  };
  using dir = tempDir();
  const { readers } = await findReaders(stale, [dir.path]);
  assertEquals([...readers], [[dir.path, []]]);
});
