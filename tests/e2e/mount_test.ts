import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";

const noRoot = withoutRoot() ?? withoutCommand("unshare");

/** A scenario with one snapshot and the empty directory `mnt`. */
async function synced(): Promise<Scenario> {
  const s = await scenario();
  s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0", "sync-rcu-recycle": "no" }));
  assertEquals((await s.sync()).code, 0);
  Deno.mkdirSync(`${s.path}/mnt`);
  return s;
}

/** Runs a shell script as root in a mount namespace of its own; `$R` starts rcusync, `$M` is the mount's directory. */
async function inNamespace(s: Scenario, script: string) {
  const whole = `R="$*"; M=${s.path}/mnt; rcusync() { $R "$@"; }; ${script}`;
  return await s.start([], ["unshare", "--mount", "--propagation", "private", "sh", "-euc", whole, "sh"]).ended;
}

testUnless(noRoot, "mount shows the latest snapshot read-only, and unmount takes it away", async () => {
  await using s = await synced();
  const { code, out, err } = await inNamespace(
    s,
    `rcusync mount demo $M; cat $M/profiles/repo_name; touch $M/x 2>&1 || :; rcusync unmount $M; ls -A $M`,
  );
  assertEquals(code, 0, err);
  assertMatch(
    out,
    /^Mounted snapshot 1 of demo on .*\/mnt\ndemo\ntouch: .*Read-only file system\nUnmounted 1 snapshot from .*\n$/,
  );
});

testUnless(noRoot, "a mounted snapshot outlives syncs and collections, and goes after it is unmounted", async () => {
  await using s = await synced();
  const script = `rcusync mount demo $M; sed -i 's/+0000/ +0000/' ${s.up}/metadata/timestamp.chk
    echo one >${s.up}/profiles/one; rcusync sync --force -q; echo two >${s.up}/profiles/two; rcusync sync --force -q
    rcusync gc >/dev/null; cat $M/profiles/repo_name; ls ${s.store}/snapshots; rcusync unmount $M; rcusync gc >/dev/null; ls ${s.store}/snapshots`;
  const { code, out, err } = await inNamespace(s, script);
  assertEquals(code, 0, err);
  const lines = out.split("\n").filter((line) => /^(demo|\d+)$/.test(line));
  assertEquals(lines, ["demo", "1", "3", "3"]);
});

testUnless(noRoot, "status names where a snapshot is mounted", async () => {
  await using s = await synced();
  const { code, out, err } = await inNamespace(s, "rcusync mount -q demo $M; rcusync status demo");
  assertEquals(code, 0, err);
  assertMatch(out, /in use by \S+ \(\d+, mount on \/\S*\/mnt\b/);
});

testUnless(noRoot, "mount --refresh moves an idle mount to the latest snapshot", async () => {
  await using s = await synced();
  const { code, out, err } = await inNamespace(
    s,
    `rcusync mount -q demo $M; echo one >${s.up}/profiles/one; rcusync sync --force -q; rcusync mount --refresh demo
     cat $M/profiles/one; grep -c " $M " /proc/self/mountinfo; rcusync mount --refresh demo`,
  );
  assertEquals(code, 0, err);
  assertStringIncludes(out, `Moved ${s.path}/mnt from snapshot 1 to 2\none\n1\n`);
});

testUnless(noRoot, "mount --refresh leaves those who have something open with what they have", async () => {
  await using s = await synced();
  const { code, out, err } = await inNamespace(
    s,
    `rcusync mount -q demo $M; exec 3<$M; echo one >${s.up}/profiles/one; rcusync sync --force -q
     rcusync mount --refresh demo $M; cat $M/profiles/one; ls /proc/self/fd/3/profiles; rcusync gc >/dev/null
     ls ${s.store}/snapshots; exec 3<&-; rcusync unmount $M; rcusync gc >/dev/null; ls ${s.store}/snapshots`,
  );
  assertEquals(code, 0, err);
  assertStringIncludes(out, "from snapshot 1 to 2; snapshot 1 is in use there and stays below\none\n");
  const lists = out.split("\n").filter((line) => /^(one|categories|eapi|repo_name|\d+)$/.test(line));
  assertEquals(lists, ["one", "categories", "eapi", "repo_name", "1", "2", "2"]);
  assertStringIncludes(out, "Unmounted 2 snapshots");
});

testUnless(noRoot, "mount refuses a second mount on one directory, and unmount what is no snapshot", async () => {
  await using s = await synced();
  const { out } = await inNamespace(
    s,
    `rcusync mount -q demo $M; rcusync mount demo $M || echo "second $?"; rcusync unmount /proc || echo "proc $?"
     rcusync mount demo $M/none || echo "missing $?"; rcusync mount --refresh demo ${s.path} || echo "not mounted $?"`,
  );
  for (const line of ["second 2", "proc 2", "missing 2", "not mounted 2"]) assertStringIncludes(out, `${line}\n`);
});

Deno.test("mount --dry-run mounts nothing and needs no rights", async () => {
  await using s = await synced();
  const { code, out } = await s.run(["mount", "demo", "mnt", "-n"]);
  assertEquals({ code, out }, { code: 0, out: `Would mount the latest snapshot of demo on ${s.path}/mnt\n` });
});

Deno.test("mount-args prints the canonical path in the words of each tool", async () => {
  await using s = await synced();
  const args = async (...words: string[]) => (await s.run(["mount-args", "demo", ...words])).out;
  const tree = s.snapshot(1);
  assertEquals(
    await args("--for", "docker", "--target", "/r"),
    `--mount type=bind,source=${tree},target=/r,readonly\n`,
  );
  assertEquals(await args("--for=nspawn", "--target", "/r"), `--bind-ro=${tree}:/r\n`);
  assertEquals(await args("--for=bwrap"), `--ro-bind ${tree} ${s.location}\n`);
  assertEquals(
    await args("--for=fstab", "--target", "/r"),
    `${s.location} /r none bind,ro,nosuid,nodev 0 0\n`,
  );
  assertEquals((await s.run(["mount-args", "demo"])).code, 2);
  for (const words of [["--for=fstab"], ["--for=fstab", "--target=r"], ["--for=docker", "--target="]]) {
    const { code, out, err } = await s.run(["mount-args", "demo", ...words]);
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, "--target");
  }
});
