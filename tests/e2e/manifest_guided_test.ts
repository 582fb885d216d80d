import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { type Files, systemFiles } from "../../lib/host/files.ts";
import { hasFineTimes } from "../../lib/storage/fine_times.ts";
import { storeLayout } from "../../lib/store/layout.ts";
import { assertExit } from "../support/assert_exit.ts";
import { exists } from "../support/entries.ts";
import { guidedScene, leftByRsync, toldBy, writeNew, writePackage } from "../support/guided_scene.ts";
import { writeOfficialManifests } from "../support/official_manifests.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { timestampOf } from "../support/signed_tree.ts";

const EBUILD = "cat-a/one/one-2.ebuild";

/** One package of the mirror gets another version. */
function bump(up: string): void {
  writePackage(up, "cat-a/one", "2");
  Deno.removeSync(`${up}/cat-a/one/one-1.ebuild`);
  Deno.removeSync(`${up}/metadata/md5-cache/cat-a/one-1`);
}

/** A script for the rsync wrapper: runs `shell` before the `nth` transfer. */
function before(s: Scenario, nth: number, shell: string): string {
  const count = `${s.path}/transfers`;
  return `echo >> '${count}'; [ $(wc -l < '${count}') -ne ${nth} ] || { ${shell}; }; exec "$RSYNC" "$@"`;
}

function nothingLeft(s: Scenario): void {
  assertEquals([exists(`${s.store}/.rcusync/incoming`), exists(`${s.store}/update`)], [false, false]);
}

Deno.test("T160 of a mirror that did not change one connection is made, and nothing is written", async () => {
  await using s = await scenario();
  await guidedScene(s);
  s.wrapRsync({});
  const { outcome, strategy } = await toldBy(s);
  assertEquals([outcome, strategy, s.calls().length], ["up-to-date", "manifest", 1]);
  assertEquals(s.snapshots(), ["1"]);
  nothingLeft(s);
});

for (
  const [what, options] of [
    ["RCU", {}],
    ["the quarantine", { "sync-rcu": "no", "sync-rcu-store-dir": undefined, "sync-rcu-strategy": "manifest" }],
  ] as const
) {
  Deno.test(`T161 under ${what} what changed, came and went is what a full rsync brings`, async () => {
    await using s = await scenario();
    const { publish } = await guidedScene(s, options);
    await publish((up) => {
      bump(up);
      Deno.removeSync(`${up}/cat-b`, { recursive: true });
      Deno.removeSync(`${up}/metadata/md5-cache/cat-b`, { recursive: true });
      writeNew(`${up}/cat-c/four/four-1.ebuild`, "EAPI=8 # four\n", 0o755);
      writeNew(`${up}/cat-a/two/metadata.xml`, "<changed/>\n");
      Deno.mkdirSync(`${up}/cat-c/four/empty/inner`, { recursive: true });
      Deno.removeSync(`${up}/cat-a/two/files/fix.patch`);
      Deno.chmodSync(`${up}/cat-a/one`, 0o750);
    });
    const { code, outcome, strategy, messages } = await toldBy(s);
    assertEquals([code, outcome, strategy], [0, "updated", "manifest"], messages);
    assertEquals(await leftByRsync(s.uri, s.location), "");
    await publish((up) => {
      Deno.removeSync(`${up}/cat-c/four/empty`, { recursive: true });
      Deno.removeSync(`${up}/cat-a/two/files`);
      writeNew(`${up}/cat-a/two/files`, "a file now\n");
      writeNew(`${up}/cat-c/four/four-1.ebuild`, "EAPI=8 # once more\n");
    });
    assertEquals((await toldBy(s)).strategy, "manifest");
    assertEquals(await leftByRsync(s.uri, s.location), "");
    assertExit(await s.run(["verify", "demo", "--full"]), 0);
  });
}

for (const round of [2, 3, 4]) {
  Deno.test(`T162 a mirror that switches before round ${round} is asked from the top again, and nothing is mixed`, async () => {
    await using s = await scenario();
    const { publish } = await guidedScene(s);
    await publish((up) => (bump(up), writePackage(up, "cat-d/five")));
    const old = `${s.path}/old`;
    await new Deno.Command("cp", { args: ["-a", s.up, old] }).output();
    await publish((up) => {
      writePackage(up, "cat-a/one", "3");
      Deno.removeSync(`${up}/${EBUILD}`);
      Deno.removeSync(`${up}/metadata/md5-cache/cat-a/one-2`);
      writePackage(up, "cat-d/five", "4");
      writeNew(`${up}/cat-d/five/five-1.ebuild`, "EAPI=8 # other\n");
      writeNew(`${up}/cat-d/five/files/fix.patch`, "--- other\n");
      writeNew(`${up}/cat-b/three/three-1.ebuild`, "EAPI=8 # other\n");
    });
    Deno.renameSync(s.up, `${s.path}/new`);
    Deno.renameSync(old, s.up);
    const swap = `mv '${s.up}' '${old}' && mv '${s.path}/new' '${s.up}'`;
    s.wrapRsync({ transfer: before(s, round, swap) });
    const { code, strategy, messages, pausesMs } = await toldBy(s);
    assertEquals([code, strategy, pausesMs], [0, "manifest", [2000]], messages);
    assertEquals([await leftByRsync(s.uri, s.location), s.snapshots()], ["", ["1", "2"]]);
    assertExit(await s.run(["verify", "demo", "--full"]), 0);
    nothingLeft(s);
  });
}

Deno.test("T163 when the mirror lacks a listed file, all ways are tried, and what is published stays", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish(bump);
  Deno.removeSync(`${s.up}/${EBUILD}`);
  const { code, messages } = await toldBy(s);
  assertEquals([code, s.snapshots(), exists(`${s.location}/${EBUILD}`)], [12, ["1"], false]);
  assertMatch(messages, /does not have cat-a\/one\/one-2\.ebuild as its own Manifests demand; it may be/);
  nothingLeft(s);
  await publish((up) => writePackage(up, "cat-a/one", "2"));
  assertEquals((await toldBy(s)).strategy, "manifest");
  assertEquals(await leftByRsync(s.uri, s.location), "");
});

Deno.test("T164 an older signed tree is refused after one connection", async () => {
  await using s = await scenario();
  const { publish, sign } = await guidedScene(s);
  await publish(bump);
  await sign(timestampOf(new Date(Date.now() - 86_400_000)));
  s.wrapRsync({});
  const { code, messages } = await toldBy(s);
  assertEquals([code, s.snapshots(), s.calls().length], [12, ["1"], 1]);
  assertMatch(messages, /before the state of/);
});

Deno.test("a signature that is bad before a tree is fetched is reported by status and metrics until a sync is good", async () => {
  await using s = await scenario();
  const { publish, sign } = await guidedScene(s);
  await publish(bump);
  Deno.writeTextFileSync(
    `${s.up}/Manifest`,
    Deno.readTextFileSync(`${s.up}/Manifest`).replace("TIMESTAMP 2", "TIMESTAMP 1"),
  );
  const metric = async () => {
    assertExit(await s.run(["status", "--metrics", `${s.path}/metrics`]), 0);
    return /^rcusync_rejected.* (\d)$/m.exec(Deno.readTextFileSync(`${s.path}/metrics`))?.[1];
  };
  const reported = async () => JSON.parse((await s.run(["status", "--json"])).out).repositories[0].rejected;
  assertEquals([(await toldBy(s)).code, s.snapshots()], [12, ["1"]]);
  const { path, problemCount, uri } = await reported();
  assertEquals([path, problemCount, uri, await metric()], [null, 1, s.uri, "1"]);
  assertMatch((await s.run(["status"])).out, /Rejected on .*: 1 problem, from rsync:.*; no tree was fetched/);
  nothingLeft(s);
  await sign();
  assertEquals([(await toldBy(s)).code, await reported(), await metric()], [0, null, "0"]);
});

Deno.test("a key file that is none ends a guided sync, and leaves nothing behind", async () => {
  await using s = await scenario();
  const { publish, options } = await guidedScene(s);
  await publish(bump);
  const keyPath = String(options["sync-openpgp-key-path"]);
  const key = Deno.readTextFileSync(keyPath);
  Deno.writeTextFileSync(keyPath, "no key");
  const { code, messages } = await toldBy(s);
  assertEquals([code, s.snapshots()], [10, ["1"]]);
  assertMatch(messages, /Cannot verify "demo": .*Not a file of usable public keys/);
  nothingLeft(s);
  Deno.writeTextFileSync(keyPath, key);
  assertEquals([(await toldBy(s)).strategy, s.snapshots()], ["manifest", ["1", "2"]]);
});

Deno.test("T165 a link in place of a listed file does not come; a comparison decides", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish(bump);
  Deno.renameSync(`${s.up}/${EBUILD}`, `${s.up}/cat-a/one/.hidden`);
  Deno.symlinkSync(".hidden", `${s.up}/${EBUILD}`);
  const { code, messages } = await toldBy(s);
  assertEquals([code, s.snapshots()], [12, ["1"]]);
  assertMatch(messages, /one-2\.ebuild": A link to nothing/);
});

Deno.test("a directory in place of a listed file, and one of another size, are not taken", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish(bump);
  const text = Deno.readTextFileSync(`${s.up}/${EBUILD}`);
  Deno.removeSync(`${s.up}/${EBUILD}`);
  Deno.mkdirSync(`${s.up}/${EBUILD}`);
  assertEquals([(await toldBy(s)).code, s.snapshots()], [12, ["1"]]);
  Deno.removeSync(`${s.up}/${EBUILD}`);
  writeNew(`${s.up}/${EBUILD}`, "x".repeat(100_000));
  assertEquals([(await toldBy(s)).code, s.snapshots()], [12, ["1"]]);
  Deno.removeSync(`${s.up}/${EBUILD}`);
  writeNew(`${s.up}/${EBUILD}`, text);
  assertEquals([(await toldBy(s)).strategy, s.snapshots()], ["manifest", ["1", "2"]]);
});

Deno.test("a published Manifest that was damaged is not built upon", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  writeNew(`${s.snapshot(1)}/cat-a/one/Manifest`, "DATA nothing 0\n");
  await publish(bump);
  const { code, strategy, why } = await toldBy(s);
  assertEquals([code, strategy, why], [0, "plan", "the published cat-a/one/Manifest is not what it was"]);
  assertEquals(await leftByRsync(s.uri, s.location), "");
});

Deno.test("a published file that is gone, and a stray, are noticed where something changed", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  Deno.removeSync(`${s.snapshot(1)}/cat-a/one/one-1.ebuild`);
  await publish(bump);
  const { code, strategy, why } = await toldBy(s);
  assertEquals([code, strategy, why], [0, "plan", "the published cat-a/one/one-1.ebuild is missing"]);
  writeNew(`${s.snapshot(2)}/cat-a/two/stray`, "stray\n");
  await publish((up) => writePackage(up, "cat-a/two", "2"));
  assertEquals([(await toldBy(s)).code, await leftByRsync(s.uri, s.location)], [0, ""]);
});

Deno.test("a file of the same size and time but other contents comes all the same", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  const path = "cat-a/two/metadata.xml";
  const { mtime } = Deno.statSync(`${s.up}/${path}`);
  await publish((up) => {
    writeNew(`${up}/${path}`, "<pkg/> cat-b/two\n");
    Deno.utimeSync(`${up}/${path}`, mtime ?? 0, mtime ?? 0);
  });
  assertEquals((await toldBy(s)).strategy, "manifest");
  assertEquals(Deno.readTextFileSync(`${s.location}/${path}`), "<pkg/> cat-b/two\n");
});

Deno.test("what a mirror has besides is not taken: strays, hidden names, the host's own directories", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish((up) => {
    bump(up);
    for (const path of [".git/config", "cat-a/one/.hidden", "distfiles/x", "packages/y"]) {
      writeNew(`${up}/${path}`, "no\n");
    }
    Deno.mkdirSync(`${up}/cat-a/one/.empty`);
  });
  writeNew(`${s.up}/cat-a/one/stray`, "no\n");
  assertEquals((await toldBy(s)).strategy, "manifest");
  for (const path of [".git", "cat-a/one/.hidden", "cat-a/one/.empty", "cat-a/one/stray", "distfiles", "packages"]) {
    assertEquals(exists(`${s.location}/${path}`), false, path);
  }
});

Deno.test("whatever an rsync leaves among what was fetched, nothing is moved through a link", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish(bump);
  const outside = `${s.path}/outside`;
  await new Deno.Command("cp", { args: ["-a", `${s.up}/cat-a/one`, outside] }).output();
  const swap = `"$RSYNC" "$@"; code=$?; dir="$last/cat-a/one"
    [ ! -d "$dir" ] || { rm -rf "$dir"; ln -s '${outside}' "$dir"; }; exit $code`;
  s.wrapRsync({ transfer: `case $last in */incoming/tree) ${swap};; esac; exec "$RSYNC" "$@"` });
  const { code, strategy, why } = await toldBy(s);
  assertEquals([code, strategy, why], [0, "plan", "cat-a/one did not come as a directory"]);
  assertEquals([exists(`${outside}/one-2.ebuild`), await leftByRsync(s.uri, s.location)], [true, ""]);
});

Deno.test("sync-rcu-strategy and --strategy choose, and status tells", async () => {
  await using s = await scenario();
  const { publish, options } = await guidedScene(s, { "sync-rcu-strategy": "plan" });
  await publish(bump);
  assertEquals((await toldBy(s)).why, "that is asked for");
  await publish((up) => writePackage(up, "cat-a/two", "2"));
  const guided = await toldBy(s, { args: ["--strategy=manifest"] });
  assertEquals([guided.strategy, guided.why], ["manifest", "that is asked for"]);
  const { repositories: [{ lastSync }] } = JSON.parse((await s.run(["status", "demo", "--json"])).out);
  assertEquals([lastSync.outcome, lastSync.strategy], ["updated", "manifest"]);
  assertMatch((await s.run(["status", "demo"])).out, /by strategy manifest, because that is asked for/);
  await publish((up) => writePackage(up, "cat-a/two", "3"));
  const full = await toldBy(s, { args: ["--strategy=full"] });
  assertEquals(full.strategy, "full");
  assert(full.hashedFiles > 3 * guided.hashedFiles, `${full.hashedFiles} and ${guided.hashedFiles}`);
  s.configure(s.rcu({ ...options, "sync-rcu-strategy": "best" }));
  assertExit(await s.sync(), 10, /sync-rcu-strategy = "best" .* is neither auto nor manifest nor plan nor full/);
});

for (
  const [words, why] of [
    ["--exclude=/cat-a", "of the rsync option --exclude"],
    ["--update", "of the rsync option --update"],
    ["--chmod=F600", "of the rsync option --chmod"],
  ] as const
) {
  Deno.test(`${words} among the user's words has the whole tree compared`, async () => {
    await using s = await scenario();
    const { options } = await guidedScene(s);
    s.configure(s.rcu({ ...options, "sync-rsync-extra-opts": words }));
    assertEquals((await toldBy(s, { args: ["--dry-run"] })).code, 0);
    assertEquals((await toldBy(s)).why, why);
  });
}

Deno.test("when every file is due to be read, the whole tree is compared too", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish(bump);
  const { strategy, why } = await toldBy(s, { args: ["--full-every=0"] });
  assertEquals([strategy, why], ["plan", "the published tree has yet to be verified as a whole"]);
});

Deno.test("a guided sync reads what it brought and one part in thirty of the rest, and notes it down", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  // A category whose turn it is is read as a whole.
  for (let name = 0; name < 60; name++) writePackage(s.up, `more-${name % 12}/pkg${name}`);
  await publish();
  assertEquals((await toldBy(s)).strategy, "manifest");
  for (const version of ["2", "3", "4", "5"]) {
    await publish((up) => writePackage(up, "cat-a/one", version));
    const { strategy, hashedFiles, messages } = await toldBy(s);
    assertEquals(strategy, "manifest", messages);
    assert(hashedFiles < 100, `${hashedFiles} of more than 400 files`);
    assertEquals(JSON.parse((await s.run(["verify", "demo", "--json"])).out).trees[0].hashed, 1);
  }
});

Deno.test("nothing that came is read again, nor waited for the clock, where times are fine", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  await publish((up) => {
    bump(up);
    writePackage(up, "cat-b/new");
    writePackage(up, "cat-new/other");
  });
  let [moved, looksAtClock] = [0, 0];
  const files = (real: Files): Files => ({
    ...real,
    rename: (from, to) => {
      if (to.startsWith(`${s.store}/update/`)) [moved, looksAtClock] = [moved + 1, 0];
      real.rename(from, to);
    },
    createFile: (path, ...rest) => {
      if (path.endsWith("/verified/probe")) looksAtClock++;
      real.createFile(path, ...rest);
    },
  });
  const { code, strategy, isVerifiedWhole, messages } = await toldBy(s, { files });
  assertEquals([code, strategy, isVerifiedWhole], [0, "manifest", false], messages);
  assert(moved > 10, `${moved} files`);
  // Once to begin with; who reads waits until it has moved on.
  assertEquals(looksAtClock === 1, hasFineTimes(systemFiles(), storeLayout(s.store)), `${looksAtClock} times`);
});

Deno.test("files in the root, directories that go and a new signature alone leave no doubt of the rest", async () => {
  await using s = await scenario();
  const { publish, sign } = await guidedScene(s);
  const told = async () => {
    const { code, outcome, strategy, isVerifiedWhole, messages } = await toldBy(s);
    assertEquals([code, outcome, strategy, isVerifiedWhole], [0, "updated", "manifest", false], messages);
    assertEquals(await leftByRsync(s.uri, s.location), "");
  };
  await publish((up) => writeNew(`${up}/header.txt`, "# header\n"));
  await told();
  await publish(bump);
  await told();
  await publish((up) => {
    Deno.removeSync(`${up}/cat-a/two`, { recursive: true });
    Deno.removeSync(`${up}/metadata/md5-cache/cat-a/two-1`);
    Deno.removeSync(`${up}/cat-b`, { recursive: true });
    Deno.removeSync(`${up}/metadata/md5-cache/cat-b`, { recursive: true });
  });
  await told();
  await publish((up) => {
    Deno.removeSync(`${up}/cat-a/one/files`, { recursive: true });
    writeNew(`${up}/cat-a/one/files`, "a file now\n");
  });
  await told();
  await publish((up) => writePackage(up, "cat-d/five"));
  const planned = await toldBy(s, { args: ["--strategy=plan"] });
  assertEquals([planned.code, planned.isVerifiedWhole], [0, true]);
  await sign(timestampOf(new Date(Date.now() + 60_000)));
  await told();
});

for (
  const [when, call, trigger, keepsTime] of [
    ["before it is moved into place, and its time set back,", "rename", "cat-a/metadata.xml", true],
    ["while it is moved into place", "rename", "cat-b/new/new-1.ebuild", false],
    ["in its place, and its time set back,", "createFile", "", true],
  ] as const
) {
  Deno.test(`a file that is written to ${when} is noticed, and fetched anew`, async () => {
    await using s = await scenario();
    const { publish } = await guidedScene(s);
    await publish((up) => {
      writeNew(`${up}/cat-a/metadata.xml`, "<cat/> changed\n");
      writePackage(up, "cat-b/new");
    });
    let damages = 0;
    const damage = (path: string) => {
      if (exists(path) && damages++ === 0) overwrite(path, keepsTime);
    };
    const victim = "cat-b/new/new-1.ebuild";
    const files = (real: Files): Files => ({
      ...real,
      rename: (from, to) => {
        if (call === "rename" && to.endsWith(`/update/${trigger}`)) damage(from.replace(trigger, victim));
        real.rename(from, to);
      },
      // The proof begins with a look at the clock.
      createFile: (path, ...rest) => {
        if (call === "createFile" && path.endsWith("/verified/probe")) damage(`${s.store}/update/${victim}`);
        real.createFile(path, ...rest);
      },
    });
    const { code, strategy, isVerifiedWhole, messages } = await toldBy(s, { files });
    assertEquals([code, damages > 0, isVerifiedWhole], [0, true, true], `${strategy}: ${messages}`);
    assertEquals(await leftByRsync(s.uri, s.location), "");
    assertExit(await s.run(["verify", "demo", "--full"]), 0);
  });
}

/** Changes one byte of a file, perhaps without changing the time of its contents. */
function overwrite(path: string, keepsTime: boolean): void {
  const { atime, mtime } = Deno.statSync(path);
  {
    using file = Deno.openSync(path, { write: true });
    file.writeSync(new TextEncoder().encode("#"));
  }
  if (keepsTime && atime !== null && mtime !== null) Deno.utimeSync(path, atime, mtime);
}

Deno.test("a file that another Manifest still lists as it was is noticed where nothing came or went", async () => {
  await using s = await scenario();
  const { key, publish } = await guidedScene(s);
  const path = "cat-a/one/metadata.xml";
  const line = listedAs(s.up, path);
  let madeMs = Date.now() - 1_800_000;
  const publishWithLine = async (edit: (up: string) => void) => {
    await publish(edit);
    const edits = { "Manifest.files.gz": { text: (text: string) => `${text.trimEnd()}\n${line}` } };
    const timestamp = timestampOf(new Date(madeMs += 60_000));
    await writeOfficialManifests(s.up, { edits, sign: (text) => key.clearsign(text), timestamp });
  };
  await publishWithLine((up) => writePackage(up, "cat-b/three", "2"));
  assertEquals((await toldBy(s)).outcome, "updated");
  await publishWithLine((up) => writeNew(`${up}/${path}`, "<other and longer/>\n"));
  const { code, outcome, messages } = await toldBy(s);
  assertEquals([code, outcome], [12, "failed"], messages);
  assertMatch(messages, /metadata\.xml/);
  assertExit(await s.run(["verify", "demo", "--full"]), 0);
});

/** A line of a Manifest in the root for a file as it is. */
function listedAs(root: string, path: string): string {
  const bytes = Deno.readFileSync(`${root}/${path}`);
  const [blake2b, sha512] = ["blake2b512", "sha512"].map((name) => createHash(name).update(bytes).digest("hex"));
  return `MISC ${path} ${bytes.length} BLAKE2B ${blake2b} SHA512 ${sha512}\n`;
}

Deno.test("a file that was damaged where nothing changed is found within thirty syncs, and mended", async () => {
  await using s = await scenario();
  const { publish } = await guidedScene(s);
  const damaged = "cat-b/three/files/fix.patch";
  using file = Deno.openSync(`${s.snapshot(1)}/${damaged}`, { write: true });
  file.writeSync(new TextEncoder().encode("+++"));
  for (let version = 2; version <= 31; version++) {
    await publish((up) => writePackage(up, "cat-a/one", String(version)));
    const { code, messages } = await toldBy(s);
    assertEquals(code, 0, messages);
    if (!messages.includes(`"${damaged}" was damaged here after it was verified`)) continue;
    assertEquals(await leftByRsync(s.uri, s.location), "");
    assertExit(await s.run(["verify", "demo", "--full"]), 0);
    return;
  }
  throw new Error("It was never found");
});

Deno.test("a published tree that was never verified is read as a whole, even where Manifests are asked to guide", async () => {
  await using s = await scenario();
  const { publish, options } = await guidedScene(s, { "sync-rsync-verify-metamanifest": "no" });
  writeNew(`${s.snapshot(1)}/cat-b/three/metadata.xml`, "<damaged/>\n");
  s.configure(s.rcu({ ...options, "sync-rcu-ttl-days": "0" }));
  await publish(bump);
  const first = await toldBy(s, { args: ["--strategy=manifest"] });
  assertEquals([first.code, await leftByRsync(s.uri, s.location)], [0, ""], first.messages);
  assert(first.hashedFiles > 20, `${first.hashedFiles} files`);
  // What Manifests do not tell of has yet to be compared.
  for (const [version, strategy] of [["2", "plan"], ["3", "manifest"]] as const) {
    await publish((up) => writePackage(up, "cat-a/two", version));
    const next = await toldBy(s);
    assertEquals([next.code, next.strategy], [0, strategy]);
  }
});

Deno.test("what an unverified sync brought besides goes before Manifests guide", async () => {
  await using s = await scenario();
  const { publish, options } = await guidedScene(s, { "sync-rsync-verify-metamanifest": "no" });
  writeNew(`${s.up}/profiles/.evil`, "evil\n");
  Deno.chmodSync(`${s.up}/profiles`, 0o777);
  await publish(bump);
  assertEquals((await toldBy(s)).code, 0);
  assertEquals(exists(`${s.location}/profiles/.evil`), true);
  s.configure(s.rcu(options));
  assertEquals((await toldBy(s)).code, 0);
  for (const [version, strategy] of [["2", "plan"], ["3", "manifest"]] as const) {
    await publish((up) => writePackage(up, "cat-a/two", version));
    assertEquals([(await toldBy(s)).strategy, exists(`${s.location}/profiles/.evil`)], [strategy, false]);
    assertEquals((Deno.statSync(`${s.location}/profiles`).mode ?? 0) & 0o777, 0o775);
  }
});

Deno.test("a mirror that serves one client at a time is asked for directories later", async () => {
  await using s = await scenario();
  await using daemon = await startDaemon({ modules: { demo: s.up }, settings: ["max connections = 1"] });
  const mirror = await guidedScene(s, { "sync-uri": daemon.uri("demo") });
  await mirror.publish((up) => {
    writePackage(up, "cat-a/one", "2");
    Deno.removeSync(`${up}/cat-b/three`, { recursive: true });
    Deno.mkdirSync(`${up}/cat-a/one/empty`);
  });
  const { code, strategy, messages } = await toldBy(s, { args: ["--strategy", "manifest"] });
  assertEquals([code, strategy, await leftByRsync(daemon.uri("demo"), s.location)], [0, "manifest", ""], messages);
});
