import { assertEquals } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { findHooks, runHooks } from "../../../lib/sync/hooks.ts";
import { file, writeEntries } from "../../support/dated_entries.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { tempDir } from "../../support/temp_dir.ts";

const script = (text: string) => file(`#!/bin/sh\n${text}\n`, { mode: 0o755 });

/** Hooks of these names and texts; `run` runs them all and tells what they printed and how they failed. */
function hooks(scripts: Readonly<Record<string, string>>) {
  const dir = tempDir();
  writeEntries(dir.path, Object.fromEntries(Object.entries(scripts).map(([name, text]) => [name, script(text)])));
  return {
    run: async ({ args = [], env = {}, signal = new AbortController().signal }: {
      args?: string[];
      env?: Record<string, string>;
      signal?: AbortSignal;
    } = {}) => {
      const terminal = fakeTerminal();
      const programs = Object.keys(scripts).map((name) => `${dir.path}/${name}`);
      const faults = await runHooks({ ...thisMachine(), terminal }, programs, { args, env, signal });
      const messages = faults.map(({ message }) => message.replace(dir.path, ""));
      return { messages, out: terminal.out, err: terminal.err };
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

Deno.test("T140 hooks are found in code-point order below folders, but hidden, saved and non-executable ones", () => {
  using dir = tempDir();
  const repo = "etc/portage/repo.postsync.d";
  writeEntries(dir.path, {
    [`${repo}/05-a`]: script(""),
    [`${repo}/10-b`]: script(""),
    [`${repo}/sub/zz`]: script(""),
    [`${repo}/.h`]: script(""),
    [`${repo}/x~`]: script(""),
    [`${repo}/plain`]: file("#!/bin/sh\n"),
    "etc/portage/postsync.d/global": script(""),
  });
  assertEquals(findHooks(thisMachine(), { root: "/", configRoot: dir.path }), {
    perRepository: ["05-a", "10-b", "sub/zz"].map((name) => `${dir.path}/${repo}/${name}`),
    global: [`${dir.path}/etc/portage/postsync.d/global`],
  });
});

Deno.test("T140 hooks are not needed", () => {
  using dir = tempDir();
  assertEquals(findHooks(thisMachine(), { root: "/", configRoot: dir.path }), { perRepository: [], global: [] });
});

Deno.test("hooks get their arguments, exactly the given environment and umask 022, and print to standard error", async () => {
  using h = hooks({ one: 'echo "$# $1|$2|$OWN|$HOME|$(umask)"; echo two >&2' });
  const { out, err, messages } = await h.run({ args: ["a b", ""], env: { OWN: "x", PATH: "/usr/bin:/bin" } });
  assertEquals({ out, messages }, { out: "", messages: [] });
  assertEquals(err.split("\n").sort(), ["", "2 a b||x||0022", "two"]);
});

Deno.test("T142 a hook that fails does not stop the next", async () => {
  using h = hooks({ a: "exit 3", b: "echo b ran", c: "exit 4" });
  assertEquals(await h.run(), {
    messages: ['Hook "/a" failed with exit status 3', 'Hook "/c" failed with exit status 4'],
    out: "",
    err: "b ran\n",
  });
});

Deno.test("a hook that cannot be started is told apart", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { hook: file("#!/no/such/program\n", { mode: 0o755 }) });
  const run = { args: [], env: {}, signal: new AbortController().signal };
  const faults = await runHooks({ ...thisMachine(), terminal: fakeTerminal() }, [`${dir.path}/hook`], run);
  assertEquals(faults.map(({ kind, message }) => [kind, message]), [
    ["hook", `Hook "${dir.path}/hook" could not be started`],
  ]);
});

Deno.test("an interruption ends the hook that runs, starts no other, and blames neither", async () => {
  using h = hooks({ a: "echo started; sleep 60", b: "echo b ran" });
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 300);
  const { messages, err } = await h.run({ signal: controller.signal });
  clearTimeout(timer);
  assertEquals({ messages, err }, { messages: [], err: "started\n" });
});

Deno.test("a hook that leaves something running in the background has ended when it has ended", async () => {
  using dir = tempDir();
  using h = hooks({ a: `sleep 300 & echo $! > '${dir.path}/pid'; echo done` });
  const { err } = await h.run();
  Deno.kill(Number(Deno.readTextFileSync(`${dir.path}/pid`)), "SIGTERM");
  assertEquals(err, "done\n");
});
