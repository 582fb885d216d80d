import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type BareChroot, bareChroot, withBinary } from "../support/bare_chroot.ts";
import { namesIn } from "../support/entries.ts";
import { longMode } from "../support/long_test.ts";
import { withoutMounts } from "../support/mount.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";
import { newTree, oldTree } from "../support/two_trees.ts";

const USER = 4711;

/** Writes a repository with a store into the one place that can be written to, for a user. */
function configure({ work }: BareChroot, uri: string, uid: number): void {
  const lines = ["[demo]", "location = /area/loc", "sync-type = rsync", `sync-uri = ${uri}`];
  const rcu = ["sync-rcu = yes", "sync-rcu-store-dir = /area/store"];
  Deno.writeTextFileSync(`${work}/repos.conf`, [...lines, ...rcu, ""].join("\n"));
  Deno.chownSync(work, uid, uid);
}

const SYNC = ["--repos-conf", "/area/repos.conf", "sync"];

if (longMode) {
  const reason = withoutRoot() ?? withoutCommand("unshare") ?? withoutMounts();
  for (const uid of [0, USER]) {
    testUnless(reason, `the binary syncs in a bare chroot without /proc and HOME, as user ${uid}`, async () => {
      using up = tempDir();
      oldTree(up.path);
      await using daemon = await startDaemon({ modules: { demo: up.path } });
      await withBinary(async (binary) => {
        using chroot = bareChroot(binary);
        configure(chroot, daemon.uri("demo"), uid);
        const first = await chroot.run(SYNC, uid);
        assertMatch(first.out, /^demo {2}updated to snapshot 1: /, first.err);
        newTree(up.path);
        assertMatch((await chroot.run(SYNC, uid)).out, /^demo {2}updated to snapshot 2: /);
        assertEquals(Deno.readTextFileSync(`${chroot.work}/store/latest/a/changed.ebuild`), "new\n");
        const path = await chroot.run(["--repos-conf", "/area/repos.conf", "path", "demo"], uid);
        assertEquals(path.out, "/area/store/snapshots/2\n");
        assertEquals((Deno.statSync(`${chroot.work}/rcusync-${uid}`).mode ?? 0) & 0o777, 0o700);
      });
    });
  }

  testUnless(reason, "who may only read a store is told who may write to it", async () => {
    using up = tempDir();
    oldTree(up.path);
    await using daemon = await startDaemon({ modules: { demo: up.path } });
    await withBinary(async (binary) => {
      using chroot = bareChroot(binary);
      configure(chroot, daemon.uri("demo"), 0);
      assertEquals((await chroot.run(SYNC)).code, 0);
      Deno.mkdirSync(`${chroot.work}/rcusync-${USER}`, { mode: 0o700 });
      Deno.chownSync(`${chroot.work}/rcusync-${USER}`, USER, USER);
      for (const words of [["sync"], ["gc"], ["pin", "demo", "--name", "x"], ["rollback", "demo", "1"]]) {
        const { code, err } = await chroot.run(["--repos-conf", "/area/repos.conf", ...words], USER);
        assertEquals(code, 14, err);
        assertStringIncludes(
          err,
          `No permission to write "/area/store/.rcusync/lock"\n  hint: Run rcusync as root, or`,
        );
      }
    });
  });

  testUnless(reason, "the binary may be started twice at once, before it was ever unpacked", async () => {
    using up = tempDir();
    oldTree(up.path);
    await using daemon = await startDaemon({ modules: { demo: up.path } });
    await withBinary(async (binary) => {
      using chroot = bareChroot(binary);
      configure(chroot, daemon.uri("demo"), USER);
      const both = await Promise.all([chroot.run(SYNC, USER), chroot.run(SYNC, USER)]);
      assertEquals(both.map(({ code }) => code), [0, 0], both.map(({ err }) => err).join());
      const said = both.map(({ out }) => out).join("");
      assertStringIncludes(said, "demo  updated to snapshot 1: ");
      assertStringIncludes(said, "demo  up to date");
      assertEquals(namesIn(`${chroot.work}/store/snapshots`), ["1"]);
    });
  });

  testUnless(reason, "the binary refuses a TMPDIR that no program may run from, and says what it needs", async () => {
    await withBinary(async (binary) => {
      using chroot = bareChroot(binary, "noexec");
      const { code, err } = await chroot.run(["--version"]);
      assertEquals(code, 1);
      assertStringIncludes(
        err,
        "hint: Set TMPDIR to a directory that nobody else can write to, where programs may run",
      );
    });
  });

  testUnless(reason, "the binary refuses a TMPDIR in which somebody else could exchange what it unpacks", async () => {
    await withBinary(async (binary) => {
      using chroot = bareChroot(binary);
      Deno.chmodSync(chroot.work, 0o777);
      const { code, err } = await chroot.run(["--version"]);
      assertEquals(code, 1);
      assertStringIncludes(err, "rcusync: needs a private directory to unpack itself into");
      assertEquals([...Deno.readDirSync(chroot.work)], []);
    });
  });
}
