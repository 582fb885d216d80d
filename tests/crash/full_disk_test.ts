import { assertEquals, assertMatch } from "@std/assert";
import { namesIn } from "../support/entries.ts";
import { type Lab, rcuOptions } from "../support/lab.ts";
import { ext4Mount, type LoopMount, withoutLoopMounts } from "../support/loop_mount.ts";
import { writeRsyncWrapper } from "../support/rsync_wrapper.ts";
import { testUnless } from "../support/skip.ts";
import { snapshotsIn, treeText } from "../support/store_state.ts";
import { labToUpdate, syncedLab } from "../support/synced_lab.ts";
import { FIRST_STAMP, stamp, writeUpstream } from "../support/upstream_tree.ts";
import { completeOldOrNew, mend, treesOf } from "../support/verdict.ts";

const SKIP = withoutLoopMounts();
const SMALL = { mebibytes: 8, inodes: 512 };

testUnless(SKIP, "an update that cannot fit says so before it begins", async () => {
  using mount = ext4Mount(SMALL);
  using here = await labToUpdate({ on: mount.path });
  writeUpstream(here.up, "big", "x".repeat(16 << 20));
  await assertFull(here, /Not enough space/);
});

testUnless(SKIP, "an update with more files than there are inodes says so before it begins", async () => {
  using mount = ext4Mount({ ...SMALL, inodes: 80 });
  using here = await labToUpdate({ on: mount.path });
  for (let at = 0; at < 100; at++) writeUpstream(here.up, `many/${at}`, "");
  await assertFull(here, /Not enough inodes/);
});

testUnless(
  SKIP,
  "a disk that fills up during the transfer leaves the old tree, and room makes the next sync work",
  async () => {
    using mount = ext4Mount(SMALL);
    using here = await labToUpdate({ on: mount.path });
    writeUpstream(here.up, "some", "x".repeat(1 << 20));
    await failsInTransfer(here, `dd if=/dev/zero of=${mount.path}/filler bs=4096 2>/dev/null`);
    Deno.removeSync(`${mount.path}/filler`);
    await mend(here, await treesOf(here));
  },
);

testUnless(SKIP, "inodes that run out during the transfer leave the old tree", async () => {
  using mount = ext4Mount(SMALL);
  using here = await labToUpdate({ on: mount.path });
  Deno.mkdirSync(`${mount.path}/filler`);
  await failsInTransfer(here, `i=0; while touch ${mount.path}/filler/$i 2>/dev/null; do i=$((i + 1)); done`);
  Deno.removeSync(`${mount.path}/filler`, { recursive: true });
  await mend(here, await treesOf(here));
});

testUnless(SKIP, "garbage collection works on a full disk", async () => {
  using mount = ext4Mount(SMALL);
  using here = await syncedLab(rcuOptions, { on: mount.path });
  for (const minute of [1, 2, 3]) {
    stamp(here.up, FIRST_STAMP + minute * 60);
    await here.run("sync");
  }
  here.configure(rcuOptions(here, { "sync-rcu-ttl-days": "0", "sync-rcu-recycle": "no" }));
  fill(mount);
  const { code, err } = await here.run("gc");
  assertEquals([code, err], [0, ""]);
  assertEquals([...(await snapshotsIn(here.store)).keys()].sort(), [3, 4]);
});

testUnless(
  SKIP ?? withoutErrorTrigger(),
  "a file system that turns read-only in the middle leaves the old tree, and the next sync works after its repair",
  async () => {
    using mount = ext4Mount(SMALL);
    using here = await labToUpdate({ on: mount.path });
    const trees = await treesOf(here);
    const trigger = `/sys/fs/ext4/${mount.device}/trigger_fs_error`;
    writeRsyncWrapper(here.bin, { transfer: `echo 1 > ${trigger}; exec "$RSYNC" "$@"` });
    const { code, err } = await here.run("sync");
    assertEquals(code === 0 || err === "", false);
    await completeOldOrNew(here, trees);
    Deno.removeSync(`${here.bin}/rsync`);
    mount.remount();
    await completeOldOrNew(here, trees);
    await mend(here, trees);
  },
);

/** The sync fails for want of space; then there is nothing but what was there before. */
async function assertFull(here: Lab, message: RegExp): Promise<void> {
  const old = await treeText(here.location);
  const before = await snapshotsIn(here.store);
  const { code, err } = await here.run("sync");
  assertEquals(code, 14, err);
  assertMatch(err, message);
  assertEquals(await treeText(here.location), old);
  assertEquals(await snapshotsIn(here.store), before);
  assertEquals(namesIn(here.store), [".rcusync", "latest", "snapshots"]);
}

/** As {@linkcode assertFull}, when a shell command takes all the room just before rsync writes. */
async function failsInTransfer(here: Lab, fillUp: string): Promise<void> {
  writeRsyncWrapper(here.bin, { transfer: `${fillUp}; exec "$RSYNC" "$@"` });
  await assertFull(here, /[Nn]o space left/);
  Deno.removeSync(`${here.bin}/rsync`);
}

function fill({ path }: LoopMount): void {
  new Deno.Command("dd", { args: ["if=/dev/zero", `of=${path}/filler`, "bs=1024"], stderr: "null" }).outputSync();
}

function withoutErrorTrigger(): string | undefined {
  using mount = ext4Mount(SMALL);
  try {
    Deno.lstatSync(`/sys/fs/ext4/${mount.device}/trigger_fs_error`);
    return undefined;
  } catch {
    return "needs trigger_fs_error in /sys/fs/ext4";
  }
}
