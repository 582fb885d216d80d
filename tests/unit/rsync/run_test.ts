import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { fetch } from "../../../lib/rsync/fetch.ts";
import { commonWords } from "../../../lib/rsync/options.ts";
import { operandOf } from "../../../lib/rsync/operand.ts";
import { plan } from "../../../lib/rsync/plan.ts";
import { runRsync } from "../../../lib/rsync/run.ts";
import { parseSyncUri } from "../../../lib/rsync/uri.ts";
import { checkRsync } from "../../../lib/rsync/version.ts";
import { rsyncStandIn } from "../../../scripts/rsync_stand_in.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { rsyncSession } from "../../support/rsync_session.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("without rsync in PATH the fault says what to install", async () => {
  using dir = tempDir();
  const session = rsyncSession("rsync://h/m", { env: { PATH: dir.path } });
  const fault = await assertRejects(() => plan(session, "/base"), Fault);
  assertEquals(fault.kind, "configuration");
  assertStringIncludes(fault.hint ?? "", "net-misc/rsync");
});

for (
  const [version, verdict] of [["3.5.0", "3.5.0"], ["3.1.0", "3.1.0"], ["4.0.0", "4.0.0"], ["v3.2.7pre1", "3.2.7"]]
) {
  Deno.test(`rsync ${version} will do`, async () => {
    assertEquals(await checkedVersion(`rsync  version ${version}  protocol version 31`), verdict);
  });
}

for (
  const line of ["rsync  version 3.0.9  protocol version 30", "rsync  version 2.9.9  protocol version 29", "hello"]
) {
  Deno.test(`"${line}" will not do`, async () => {
    assertEquals((await assertRejects(() => checkedVersion(line), Fault)).kind, "configuration");
  });
}

async function checkedVersion(line: string): Promise<string> {
  using dir = tempDir();
  const PATH = rsyncStandIn(dir.path, `echo '${line}'; echo more`);
  return await checkRsync(rsyncSession("", { env: { PATH } }));
}

Deno.test("what rsync and the mirror say is safe to print; standard output comes in verbose mode alone", async () => {
  using dir = tempDir();
  const PATH = rsyncStandIn(
    dir.path,
    `printf 'to\\033stdout\\rmeter\\n\\n'; printf 'to\\033stderr rsync://u:p@h/m' >&2`,
  );
  for (const [verbosity, stdout] of [["normal", []], ["verbose", ["to\\u{1b}stdout", "meter"]]] as const) {
    const session = rsyncSession("rsync://h/m", { env: { PATH }, verbosity });
    const exit = await runRsync(session, { args: [] });
    assertEquals([...session.talk].sort(), [...stdout, "to\\u{1b}stderr rsync://u:***@h/m"].sort());
    assertEquals(exit.errors, ["to\\u{1b}stderr rsync://u:***@h/m"]);
  }
});

Deno.test("T47 T48 over ssh the port goes to ssh, and a list of paths still arrives", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "up/d/f": file("1"), "up/g": file("2") });
  // Stands for ssh: notes its words, then runs the far end's command here.
  const ssh = `${dir.path}/ssh`;
  Deno.writeTextFileSync(
    ssh,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${dir.path}/words\nwhile [ "$1" != rsync ]; do shift; done\nexec "$@"\n`,
  );
  Deno.chmodSync(ssh, 0o755);
  const uri = parseSyncUri(`ssh://me@host:2222${dir.path}/up`);
  const { words } = commonWords({
    uri,
    opts: undefined,
    extraOpts: [],
    sshOpts: "-x",
    verbosity: "normal",
    debug: false,
  });
  const env = { PATH: `${dir.path}:${Deno.env.get("PATH")}` };
  const session = rsyncSession(operandOf(uri), { words, env, foreground: true });
  assertEquals(await fetch(session, { staging: `${dir.path}/staging`, paths: ["d", "d/f"] }), { kind: "done" });
  assertEquals(Deno.readTextFileSync(`${dir.path}/staging/d/f`), "1");
  const sshWords = Deno.readTextFileSync(`${dir.path}/words`).split("\n");
  assertEquals(sshWords.slice(0, 7), ["-p", "2222", "-x", "-l", "me", "host", "rsync"]);
});

Deno.test("of many complaints the first are told, with how many more there are; in verbose mode all", async () => {
  using dir = tempDir();
  const PATH = rsyncStandIn(dir.path, "n=0; while [ $n -lt 100 ]; do echo no $n >&2; n=$((n+1)); done");
  const env = { PATH: `${PATH}:/usr/bin:/bin` };
  const session = rsyncSession("", { env });
  await runRsync(session, { args: [] });
  assertEquals(session.talk, [...Array.from({ length: 10 }, (_, n) => `no ${n}`), "… and 90 more lines"]);
  const verbose = rsyncSession("", { env, verbosity: "verbose" });
  await runRsync(verbose, { args: [] });
  assertEquals(verbose.talk.length, 100);
});

Deno.test("whoever waits for rsync's first word hears it before the line ends, and once", async () => {
  using dir = tempDir();
  const heard = `${dir.path}/heard`;
  const PATH = rsyncStandIn(dir.path, `printf 'receiving ... '; until [ -e ${heard} ]; do sleep 0.01; done; echo done`);
  let times = 0;
  const onOutput = () => Deno.writeTextFileSync(heard, String(++times));
  const exit = await runRsync(rsyncSession("", { env: { PATH: `${PATH}:/usr/bin:/bin` } }), {
    args: [],
    onOutput,
    timeoutMs: 10_000,
  });
  assertEquals([exit.code, Deno.readTextFileSync(heard)], [0, "1"]);
});

Deno.test("a mirror cannot make rsync pass for one that is not there", async () => {
  using dir = tempDir();
  const said = "setsid: failed to execute rsync: visit us";
  const PATH = rsyncStandIn(dir.path, `test "$1" = --version && exit 0; echo '${said}' >&2; exit 127`);
  const exit = await runRsync(rsyncSession("rsync://h/m", { env: { PATH } }), { args: ["rsync://h/m"] });
  assertEquals([exit.code, exit.errors], [127, [said]]);
});
