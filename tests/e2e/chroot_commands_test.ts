import { assertEquals, assertStringIncludes } from "@std/assert";
import { bareChroot, withBinary } from "../support/bare_chroot.ts";
import { longMode } from "../support/long_test.ts";
import { withoutMounts } from "../support/mount.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { GLEP74_FIXTURE, signedTree, timestampOf } from "../support/signed_tree.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";

/** Every command but `sync`, in an order in which each has something to work on, with its exit status. */
const COMMANDS: readonly (readonly [status: number, ...words: string[]])[] = [
  [0, "list"],
  [0, "status", "--sizes"],
  [0, "status", "--metrics", "/area/rcusync.prom"],
  [0, "path", "demo"],
  [0, "exec", "demo", "--", "cat", "/area/loc/profiles/repo_name"],
  [0, "pin", "demo", "1", "--name", "ci"],
  [0, "diff", "demo"],
  [0, "rollback", "demo"],
  [0, "rollback", "demo", "2"],
  [0, "unpin", "demo", "ci"],
  [0, "gc", "--dry-run"],
  [0, "gc"],
  [0, "verify"],
  // The runtime's cryptography needs /proc.
  [10, "verify", "demo"],
  [10, "verify", "--tree", "/area/loc", "--key", "/area/key.asc"],
  [0, "config"],
  [0, "mount-args", "demo", "--for", "docker"],
  [0, "mount", "demo", "/area/mnt", "--dry-run"],
  [0, "unmount", "/area/mnt", "--dry-run"],
  [0, "doctor"],
  [0, "init"],
  [0, "completions", "bash"],
  [0, "man"],
  [0, "help"],
  [0, "migrate", "demo", "--to", "quarantine", "--dry-run"],
];

if (longMode) {
  const reason = withoutRoot() ?? withoutCommand("unshare") ?? withoutMounts();
  for (const uid of [0, 4711]) {
    testUnless(reason, `every command works in a bare chroot without /proc, as user ${uid}`, async () => {
      using up = tempDir();
      const tree = await signedTree(`${up.path}/tree`, {
        files: { ...GLEP74_FIXTURE, "metadata/timestamp.chk": stamp(2) },
      });
      await using daemon = await startDaemon({ modules: { demo: tree.dir } });
      await withBinary(async (binary) => {
        using chroot = bareChroot(binary);
        Deno.copyFileSync(tree.keyPath, `${chroot.work}/key.asc`);
        Deno.mkdirSync(`${chroot.work}/mnt`);
        Deno.writeTextFileSync(`${chroot.work}/repos.conf`, reposConf(daemon.uri("demo")));
        Deno.chownSync(chroot.work, uid, uid);
        const run = (...words: string[]) => chroot.run(["--repos-conf", "/area/repos.conf", ...words], uid);
        const first = await run("sync");
        assertEquals(first.code, 0, first.err);
        Deno.writeTextFileSync(`${tree.dir}/metadata/timestamp.chk`, stamp(1));
        Deno.writeTextFileSync(`${tree.dir}/app-foo/bar/bar-3.0.ebuild`, "EAPI=8\n");
        await tree.resign(timestampOf(new Date(Date.now() + 1000)));
        const second = await run("sync");
        assertStringIncludes(second.out, "updated to snapshot 2", second.err);
        for (const [status, ...words] of COMMANDS) {
          const { code, out, err } = await run(...words);
          assertEquals(code, status, `${words.join(" ")}: ${out}${err}`);
          assertEquals(err.includes("hint: Mount it: mount -t proc proc /proc"), status === 10, err);
        }
      });
    });
  }
}

function reposConf(uri: string): string {
  const options = {
    location: "/area/loc",
    "sync-type": "rsync",
    "sync-uri": uri,
    "sync-rcu": "yes",
    "sync-rcu-store-dir": "/area/store",
    "sync-rsync-verify-metamanifest": "no",
    "sync-openpgp-key-path": "/area/key.asc",
    "sync-openpgp-key-refresh": "false-nowarn",
  };
  return `[demo]\n${Object.entries(options).map(([key, value]) => `${key} = ${value}\n`).join("")}`;
}

/** What a mirror says of when it was updated. */
function stamp(hoursAgo: number): string {
  return `${new Date(Date.now() - hoursAgo * 3_600_000).toUTCString().replace("GMT", "+0000")}\n`;
}
