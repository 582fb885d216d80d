import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { systemFiles } from "../../lib/host/files.ts";
import { namesIn } from "../support/entries.ts";
import { kindOf } from "../support/rsync_calls.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { syncHere } from "../support/sync_here.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

/** The stock PORTAGE_RSYNC_OPTS: what governs the transfer, and what governs what rsync says. */
const TRANSFER_WORDS =
  "--recursive --links --safe-links --perms --times --omit-dir-times --compress --force --whole-file";
const EXCLUDES = "--exclude=/distfiles --exclude=/local --exclude=/packages --exclude=/.git";
const QUARANTINE_EXCLUDES = ["distfiles", "local", "lost+found", "packages", ".tmp-unverified-download-quarantine"]
  .map((name) => `--exclude=/${name}`).join(" ");
/** Added to every call but the first probe. */
const AT_ONCE = "--sockopts=TCP_NODELAY";

/** Added to every step: no waiting, no set-id bits, no directories of a mirror's own update. */
const STEP_WORDS = "--chmod=Fug-s --exclude=.~tmp~/";
const OURS = `${AT_ONCE} ${STEP_WORDS}`;

/** Whether rcusync finds out by itself what is to be deleted. */
const isQuick = navigator.hardwareConcurrency > 1 && systemFiles().surveyTree !== undefined;

function chk({ location }: Scenario): string {
  return Deno.readTextFileSync(`${location}/metadata/timestamp.chk`);
}

Deno.test("T40 Portage's words come first and in order in probe, plan and fetch; what follows is ours", async () => {
  await using s = await scenario();
  s.configure();
  s.wrapRsync({});
  assertEquals((await s.sync()).code, 0);
  const quarantine = `${s.location}/.tmp-unverified-download-quarantine`;
  const [probe, plan, fetch, again, ...others] = s.calls().map((call) =>
    call.join(" ").replace(/--out-format=[0-9a-f-]{36}/, "--out-format=MARK").replace(/\S+\/chk$/, "TEMPORARY")
  );
  const talk = "--stats --human-readable --timeout=180";
  assertEquals(
    probe,
    `${TRANSFER_WORDS} --delete ${talk} ${EXCLUDES} --verbose ${QUARANTINE_EXCLUDES} ` +
      `--inplace ${s.uri}/metadata/timestamp.chk TEMPORARY`,
  );
  assertEquals(
    plan,
    `${TRANSFER_WORDS} ${isQuick ? "" : "--delete "}--timeout=180 ${EXCLUDES} ${QUARANTINE_EXCLUDES} ${AT_ONCE} ` +
      `${isQuick ? "--force " : ""}${STEP_WORDS} --dry-run --no-inc-recursive --8-bit-output --no-motd ` +
      `${isQuick ? "--debug=genr " : ""}--out-format=MARK%i %l %n ${s.uri}/ ${s.location}`,
  );
  assertEquals(
    fetch,
    // The mirror is on this host.
    `${TRANSFER_WORDS} --timeout=180 --no-compress ${OURS} --no-recursive --dirs --8-bit-output --no-motd --from0 --files-from=- ` +
      `--copy-dest=${s.location} --outbuf=L --out-format=MARK%i %l %n ${s.uri}/ ${quarantine}`,
  );
  assertEquals([again, others], [probe?.replace("--inplace", `${AT_ONCE} --inplace`), []]);
});

Deno.test("T45 extra options of the environment come before those of make.conf", async () => {
  await using s = await scenario();
  s.configure();
  s.writeConfig("etc/portage/make.conf", 'PORTAGE_RSYNC_EXTRA_OPTS="--bwlimit=1"\n');
  s.wrapRsync({ probe: "exit 1" });
  await syncHere(s, { variables: { PORTAGE_RSYNC_EXTRA_OPTS: "--bwlimit=2" } });
  await syncHere(s);
  assertEquals(s.calls().map((call) => call.filter((word) => word.startsWith("--bwlimit"))), [
    ["--bwlimit=2"],
    ["--bwlimit=1"],
  ]);
});

Deno.test("T46 a URI that is none of ours fails its repository, and rsync never starts", async () => {
  await using s = await scenario();
  const uris = ["http://h/m", "/srv/x", "host::m", "RSYNC://h/m", "file:/x", "rsync://user:secret@h/m"];
  s.writeSections(Object.fromEntries(
    uris.map((uri, at) => [`r${at}`, { location: `${s.path}/r${at}`, "sync-type": "rsync", "sync-uri": uri }]),
  ));
  s.wrapRsync({});
  const { code, out, err } = await s.sync(["-v"]);
  assertEquals([code, s.calls()], [10, []]);
  assertEquals(err.match(/Cannot sync from/g)?.length, uris.length);
  const json = await s.sync(["--json"]);
  assert(!(out + err + json.out + json.err).includes("secret"));
});

Deno.test("T61 a location under version control is refused unless told otherwise", async () => {
  await using s = await scenario();
  s.configure();
  s.wrapRsync({});
  Deno.mkdirSync(s.location);
  Deno.writeTextFileSync(`${s.location}/.git`, "gitdir: elsewhere\n");
  const { code, err } = await s.sync();
  assertEquals([code, s.calls()], [10, []]);
  assertStringIncludes(err, "version control");
  s.configure({ "sync-rsync-vcs-ignore": "YES" });
  assertEquals((await s.sync()).code, 0);
  assertEquals(Deno.readTextFileSync(`${s.location}/app-misc/foo/metadata.xml`), "hello");
});

Deno.test("T62 submodules are synced alone, and the timestamp stays for the next full sync", async () => {
  await using s = await scenario();
  writeUpstream(s.up, "metadata/glsa/glsa-1.xml", "one");
  writeUpstream(s.up, "profiles/old", "old");
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  const before = chk(s);
  s.change((up) => {
    for (const path of ["metadata/glsa/glsa-2.xml", "profiles/desc/new", "app-misc/foo/foo-2.ebuild"]) {
      writeUpstream(up, path, "new");
    }
    writeUpstream(up, "metadata/layout.conf", "masters =\n# changed\n");
    Deno.removeSync(`${up}/profiles/old`);
    Deno.removeSync(`${up}/metadata/timestamp.commit`);
  });
  s.wrapRsync({});
  const dry = await s.sync(["--dry-run", "--submodule=glsa", "--submodule", "profiles"]);
  const planned = dry.out.split("\n").filter((line) => /^ +(create|change|delete) {2}/.test(line));
  assertEquals(planned.map((line) => line.trim()).sort(), [
    "change  metadata/layout.conf",
    "create  metadata/glsa/glsa-2.xml",
    "create  profiles/desc",
    "create  profiles/desc/new",
    "delete  profiles/old",
  ]);
  const { code } = await s.sync(["--submodule=glsa", "--submodule", "profiles"]);
  const sources = ["metadata/glsa", "metadata/layout.conf", "profiles"].map((path) => `${s.uri}/./${path}`);
  const plan = s.calls().find((call) => kindOf(call) === "plan") ?? [];
  assertEquals(plan.slice(plan.indexOf("--relative"), -1), ["--relative", ...sources]);
  assertEquals([code, chk(s), s.snapshots()], [0, before, ["1", "2"]]);
  const names = (dir: string) => namesIn(`${s.location}/${dir}`);
  assertEquals(names("metadata/glsa"), ["glsa-1.xml", "glsa-2.xml"]);
  assertEquals(names("metadata"), ["glsa", "layout.conf", "timestamp.chk", "timestamp.commit"]);
  assertEquals(names("profiles"), ["categories", "desc", "eapi", "repo_name"]);
  assertEquals(names("app-misc/foo"), ["foo-1.ebuild", "metadata.xml"]);
  assertEquals((await s.sync()).code, 0);
  assertEquals(names("app-misc/foo"), ["foo-1.ebuild", "foo-2.ebuild", "metadata.xml"]);
});

Deno.test("T63 proxy and password of make.conf reach rsync, nothing else, and no host is looked up", async () => {
  await using s = await scenario();
  s.configure({ "sync-uri": "rsync://user@mirror.test/demo" });
  s.writeConfig("etc/portage/make.conf", 'RSYNC_PROXY="proxy.test:8080"\nRSYNC_PASSWORD="geheim"\n');
  s.wrapRsync({ probe: `echo "$RSYNC_PROXY $RSYNC_PASSWORD" > '${s.path}/seen'; exit 10` });
  const network = { addressesOf: () => Promise.reject(new Error("Looked up")) };
  const ran = await syncHere(s, { args: ["-v"], network });
  assertEquals([ran.code, Deno.readTextFileSync(`${s.path}/seen`)], [13, "proxy.test:8080 geheim\n"]);
  const json = await syncHere(s, { args: ["--json"], network });
  assert(!JSON.stringify([ran, json, s.calls()]).includes("geheim"));
});
