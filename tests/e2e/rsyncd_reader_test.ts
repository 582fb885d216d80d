import { assertEquals, assertStringIncludes } from "@std/assert";
import { appears } from "../support/appears.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { scenario } from "../support/scenario.ts";
import { testUnless, withoutRoot } from "../support/skip.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

testUnless(
  withoutRoot(),
  "an rsync daemon that serves the location gives each client one tree, and keeps it",
  async () => {
    await using s = await scenario();
    s.configure(s.rcu({ "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0", "sync-rcu-recycle": "no" }));
    writeUpstream(s.up, "a-first/big/big-1.ebuild", "x".repeat(30_000_000));
    writeUpstream(s.up, "z-last/small/small-1.ebuild", "one\n");
    await s.sync();
    await using daemon = await startDaemon({ modules: { served: s.location }, settings: ["use chroot = yes"] });

    const args = ["--archive", `${daemon.uri("served")}/`, `${s.path}/client`];
    const client = new Deno.Command("rsync", { args, stdout: "null", stderr: "null" }).spawn();
    await appears(`${s.path}/client`); // More is left to be sent than what a connection holds: the daemon waits in the middle of the transfer.
    client.kill("SIGSTOP");
    for (const round of [1, 2]) {
      s.change((up) => writeUpstream(up, "z-last/small/small-1.ebuild", "two\n".repeat(round)));
      assertEquals((await s.sync()).code, 0);
    }
    assertStringIncludes((await s.run(["gc"])).out, "in use by rsync");

    client.kill("SIGCONT");
    assertEquals((await client.status).code, 0);
    assertEquals(Deno.readTextFileSync(`${s.path}/client/z-last/small/small-1.ebuild`), "one\n");
    assertEquals((await s.run(["gc", "--wait=30"])).code, 0);
    assertEquals(s.snapshots(), ["3"]);
  },
);
