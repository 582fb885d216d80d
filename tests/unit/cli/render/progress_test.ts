import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { terminalProgress } from "../../../../lib/cli/render/progress.ts";
import { textWidth } from "../../../../lib/cli/render/width.ts";
import type { SyncEvent } from "../../../../lib/sync/event.ts";
import { fakeClock } from "../../../support/fake_system.ts";
import { fakeTerminal } from "../../../support/fake_terminal.ts";

function start(repository: string): SyncEvent {
  return { event: "start", repository, storage: "hardlink_rcu", uri: "rsync://localhost/x" };
}

function fetched(repository: string, doneBytes: number): SyncEvent {
  return {
    event: "progress",
    repository,
    phase: "fetch",
    doneFiles: doneBytes / 1000,
    totalFiles: 40_000,
    doneBytes,
    totalBytes: 40_000_000,
  };
}

function done(repository: string): SyncEvent {
  return { event: "done", repository, outcome: "updated", durationMs: 1000, phasesMs: {} };
}

Deno.test("progress shows phase, files, bytes, rate and time left, a line a repository", () => {
  const terminal = fakeTerminal({ columns: 100 });
  const clock = fakeClock();
  const progress = terminalProgress({ terminal, clock });
  progress.update(start("gentoo"));
  progress.update(start("guru"));
  progress.update({ event: "phase", repository: "guru", phase: "plan" });
  progress.update(fetched("gentoo", 0));
  clock.advance(1000);
  progress.update(fetched("gentoo", 4_000_000));
  assertEquals(terminal.screen(), [
    "gentoo  fetching  4000/40000 files  4 MB of 40 MB  4 MB/s  9.0 s left",
    "guru  comparing",
  ]);
});

Deno.test("a line printed above the progress tears nothing", () => {
  const terminal = fakeTerminal({ columns: 60 });
  const progress = terminalProgress({ terminal, clock: fakeClock() });
  progress.update(start("gentoo"));
  progress.update(start("guru"));
  progress.update(done("gentoo"));
  progress.above(() => terminal.writeOut("gentoo  updated\n"));
  assertEquals(terminal.screen(), ["gentoo  updated", "guru  starting"]);
  progress.update(done("guru"));
  progress.above(() => terminal.writeOut("guru  updated\n"));
  assertEquals(terminal.screen(), ["gentoo  updated", "guru  updated", ""]);
});

Deno.test("a line fills one row however narrow the terminal is", () => {
  const terminal = fakeTerminal({ columns: 20 });
  const clock = fakeClock();
  const progress = terminalProgress({ terminal, clock });
  for (let second = 0; second < 5; second++) {
    progress.update(fetched("gentoo", second * 1_000_000));
    clock.advance(1000);
  }
  assertEquals(terminal.screen().length, 1);
  assertLess(textWidth(terminal.screen()[0] ?? ""), 20);
});

Deno.test("a window that became narrower is cleared of all rows that old lines take now", () => {
  const terminal = fakeTerminal({ columns: 60 });
  const progress = terminalProgress({ terminal, clock: fakeClock() });
  progress.update(fetched("gentoo", 1_000_000));
  terminal.resize(20);
  progress.stop();
  assertEquals(terminal.screen(), [""]);
});

Deno.test("progress is redrawn at most ten times a second", () => {
  const terminal = fakeTerminal({ columns: 60 });
  const clock = fakeClock();
  const progress = terminalProgress({ terminal, clock });
  for (let ms = 0; ms < 1000; ms += 10) {
    progress.update(fetched("gentoo", ms));
    clock.advance(10);
  }
  assertEquals(terminal.err.split("fetching").length - 1, 10);
});

Deno.test("progress that was stopped draws nothing more", () => {
  const terminal = fakeTerminal({ columns: 60 });
  const progress = terminalProgress({ terminal, clock: fakeClock() });
  progress.update(start("gentoo"));
  assertStringIncludes(terminal.screen().join(), "gentoo");
  progress.stop();
  progress.update(start("guru"));
  assertEquals(terminal.screen(), [""]);
});

Deno.test("a repository's name cannot move the cursor", () => {
  const terminal = fakeTerminal({ columns: 60 });
  terminalProgress({ terminal, clock: fakeClock() }).update(start("a\u001b[5Ab"));
  assertEquals(terminal.screen(), ["a\\u{1b}[5Ab  starting"]);
});
