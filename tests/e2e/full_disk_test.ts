import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "../support/call.ts";
import { namesIn } from "../support/entries.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { treeOf } from "../support/tree_of.ts";

/** Whether a file system can be mounted here. */
function withoutMount(): string | undefined {
  const reason = withoutRoot() ?? withoutCommand("mount") ?? withoutCommand("unshare");
  if (reason !== undefined) return reason;
  const script = "mount -t tmpfs tmpfs /mnt";
  const { success } = new Deno.Command("unshare", { args: ["--mount", "sh", "-c", script], stderr: "null" })
    .outputSync();
  return success ? undefined : "needs to mount a file system";
}

/** A store of 4 MB with one snapshot, and a mirror that has `bytes` more than that. */
async function smallStore(bytes: number) {
  await using made = new AsyncDisposableStack();
  const s = made.use(await scenario());
  Deno.mkdirSync(s.store);
  call("mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", s.store);
  made.defer(() => void call("umount", s.store));
  s.configure(s.rcu());
  assertEquals((await s.sync()).code, 0);
  s.change((up) => Deno.writeFileSync(`${up}/big`, crypto.getRandomValues(new Uint8Array(50_000))));
  Deno.truncateSync(`${s.up}/big`, bytes);
  const kept = made.move();
  return { scenario: s, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** The failed sync left everything as it was. */
async function assertUntouched(s: Scenario, before: Awaited<ReturnType<typeof treeOf>>): Promise<void> {
  assertEquals(Deno.readLinkSync(`${s.store}/latest`), "snapshots/1");
  assertEquals(namesIn(s.store), [".rcusync", "latest", "snapshots"]);
  assertEquals([s.snapshots(), await treeOf(s.snapshot(1))], [["1"], before]);
}

testUnless(
  withoutMount(),
  "an update that the store has no room for is refused before it begins, with 14",
  async () => {
    await using small = await smallStore(8_000_000);
    const s = small.scenario;
    const before = await treeOf(s.snapshot(1));
    s.wrapRsync({});
    const { code, err } = await s.sync();
    assertEquals([code, s.calls().length], [14, 2]);
    assertStringIncludes(err, "Not enough space");
    await assertUntouched(s, before);
  },
);

testUnless(
  withoutMount(),
  "a disk that fills up during the transfer ends it with 14 and leaves no staging tree",
  async () => {
    await using small = await smallStore(1_500_000);
    const s = small.scenario;
    const before = await treeOf(s.snapshot(1));
    s.wrapRsync({ transfer: `head -c 9000000 /dev/zero > '${s.store}/.rcusync/fill' 2>&-; exec "$RSYNC" "$@"` });
    const { code, err } = await s.sync();
    assertEquals(code, 14, err);
    assertStringIncludes(err, "o space left");
    await assertUntouched(s, before);
    Deno.removeSync(`${s.store}/.rcusync/fill`);
    s.wrapRsync({});
    assertEquals([(await s.sync()).code, s.snapshots()], [0, ["1", "2"]]);
  },
);

testUnless(withoutMount(), "pin on a full disk ends with 14 and leaves nothing half-done", async () => {
  await using small = await smallStore(1_500_000);
  const s = small.scenario;
  assertEquals((await s.run(["pin", "demo", "--name", "kept"])).code, 0);
  const filled = new Deno.Command("sh", {
    args: ["-c", "cat /dev/zero >$0", `${s.store}/.rcusync/fill`],
    stderr: "null",
  });
  filled.outputSync();
  const { code, err } = await s.run(["pin", "demo", "--name", "ci"]);
  assertEquals([code, namesIn(`${s.store}/.rcusync/pins`)], [14, ["kept"]], err);
  assertStringIncludes(err, "No space left to write");
});

testUnless(withoutMount(), "commands that write say of a store that is read-only that it is, with 14", async () => {
  await using small = await smallStore(1_500_000);
  const s = small.scenario;
  assertEquals((await s.run(["pin", "demo", "--name", "ci"])).code, 0);
  call("mount", "-o", "remount,ro", s.store);
  const lines = ["sync", "gc", "pin demo --name new", "unpin demo ci", "rollback demo 1"];
  for (const line of lines) {
    const { code, err } = await s.run(line.split(" "));
    assertEquals(code, 14, `${line}: ${err}`);
    assertStringIncludes(err, "its file system is read-only");
  }
});

testUnless(withoutMount(), "verify needs to write nothing to the store", async () => {
  await using made = new AsyncDisposableStack();
  const s = made.use(await scenario());
  Deno.mkdirSync(s.store);
  call("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", s.store);
  made.defer(() => void call("umount", s.store));
  s.configure(s.rcu((await signedMirror(s)).options));
  assertEquals((await syncUnpaused(s)).code, 0);
  call("mount", "-o", "remount,ro", s.store);
  const { code, err } = await s.run(["verify"]);
  assertEquals([code, err], [0, ""]);
});
