import { assert, assertEquals } from "@std/assert";
import { rcuOptions } from "../support/lab.ts";
import { startProgram } from "../support/program.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { syncedLab } from "../support/synced_lab.ts";
import { newTree } from "../support/two_trees.ts";

const unit = new URL("../../scripts/packaging/system/rcusync.service", import.meta.url);

/** The system calls that a group of systemd's has, those of the groups in it included. */
function callsIn(group: string): string[] {
  const { success, stdout } = new Deno.Command("systemd-analyze", { args: ["syscall-filter", group] }).outputSync();
  assert(success, group);
  const [, ...lines] = new TextDecoder().decode(stdout).split("\n").map((line) => line.trim());
  return lines.flatMap((line) => line.startsWith("@") ? callsIn(line) : /^[a-z]/.test(line) ? [line] : []);
}

testUnless(
  withoutCommand("systemd-analyze") ?? withoutCommand("strace"),
  "the service allows every system call that a sync makes, its rsyncs included",
  async () => {
    const [, groups = ""] = /^SystemCallFilter=(.*)$/m.exec(Deno.readTextFileSync(unit)) ?? [];
    // systemd adds the first one by itself.
    const allowed = new Set(["@default", ...groups.split(" ")].flatMap(callsIn));
    using here = await syncedLab((lab) =>
      rcuOptions(lab, { "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" })
    );
    for (const round of [1, 2]) {
      if (round === 1) newTree(here.up);
      else Deno.writeTextFileSync(`${here.up}/metadata/timestamp.chk`, "Thu, 02 Jan 2025 00:00:00 +0000\n");
      const trace = `${here.dir}/trace-${round}`;
      const under = ["strace", "-f", "-qq", "-o", trace];
      const settings = { env: here.variables, cwd: here.dir, under };
      const { code, err } = await startProgram([...here.words, "sync"], settings).ended;
      assertEquals(code, 0, err);
      const used = Deno.readTextFileSync(trace).matchAll(/^\d+ +([a-z]\w*)\(/gm);
      assertEquals([...new Set([...used].map(([, name = ""]) => name))].filter((name) => !allowed.has(name)), []);
    }
  },
);
