import { assertEquals, assertExists, assertThrows } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { isLeased, takeLease, tryExclusive } from "../../../lib/readers/lease.ts";
import { startReader } from "../../support/reader_process.ts";
import { testUnless, withoutCommand, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

const noFlock = withoutCommand("flock");
const files = systemFiles();

Deno.test("a snapshot is not leased by being looked at, nor by being open", async () => {
  using dir = tempDir();
  await using _reader = await startReader('exec 3<"$1"', [dir.path]);
  assertEquals(isLeased(files, dir.path), false);
  assertEquals(isLeased(files, dir.path), false);
});

testUnless(noFlock, "a snapshot is leased as long as a plain flock -s runs", async () => {
  using dir = tempDir();
  {
    await using _reader = await startReader('exec flock -s "$1" sh -c "$WAIT"', [dir.path]);
    assertEquals(isLeased(files, dir.path), true);
    assertEquals(tryExclusive(files, dir.path), undefined);
  }
  assertEquals(isLeased(files, dir.path), false);
});

testUnless(
  noFlock ?? withoutRoot() ?? withoutCommand("unshare"),
  "a lease crosses mount and process namespaces and a read-only bind mount",
  async () => {
    using dir = tempDir();
    Deno.mkdirSync(`${dir.path}/snapshot`);
    Deno.mkdirSync(`${dir.path}/other`);
    const script = `mount --bind "$1/snapshot" "$1/other"; mount -o remount,bind,ro "$1/other"
      exec flock -s "$1/other" sh -c "$WAIT"`;
    const namespaces = ["--mount", "--pid", "--fork", "--kill-child"];
    await using _reader = await startReader(script, [dir.path], { namespaces });
    assertEquals(isLeased(files, `${dir.path}/snapshot`), true);
  },
);

Deno.test("many may lease a snapshot at the same time", () => {
  using dir = tempDir();
  using first = takeLease(files, dir.path);
  using second = takeLease(files, dir.path);
  assertExists(first);
  assertExists(second);
  assertEquals(isLeased(files, dir.path), true);
});

Deno.test("a lease ends with its scope", () => {
  using dir = tempDir();
  {
    using lease = takeLease(files, dir.path);
    assertExists(lease);
  }
  assertEquals(isLeased(files, dir.path), false);
});

Deno.test("nobody gets a lease while a snapshot is held for retirement", () => {
  using dir = tempDir();
  using held = tryExclusive(files, dir.path);
  assertExists(held);
  assertEquals(takeLease(files, dir.path), undefined);
});

Deno.test("no lease is given on a snapshot that was renamed away while it was being locked", () => {
  using dir = tempDir();
  const snapshot = `${dir.path}/1`;
  Deno.mkdirSync(snapshot);
  const retiring = {
    ...files,
    tryLock: (path: string, mode: "exclusive" | "shared") => {
      const lock = files.tryLock(path, mode);
      Deno.renameSync(snapshot, `${dir.path}/retired`);
      return lock;
    },
  };
  assertEquals(takeLease(retiring, snapshot), undefined);
  assertEquals(isLeased(files, `${dir.path}/retired`), false);
});

Deno.test("no lease is given on a snapshot that is gone", () => {
  using dir = tempDir();
  assertEquals(takeLease(files, `${dir.path}/1`), undefined);
  assertThrows(() => isLeased(files, `${dir.path}/1`), Error, "No such file");
});
