import { assertEquals, assertStringIncludes } from "@std/assert";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

const bootstrap = new URL("../../../scripts/bootstrap.sh", import.meta.url).pathname;

/** A machine whose PATH has a few tools and what a test puts there, and a checkout that bootstraps on it. */
interface Machine extends Disposable {
  readonly checkout: string;
  /** Puts a shell script into PATH. */
  addCommand(name: string, body: string): void;
  /** Runs a line of shell after bootstrap.sh was sourced. */
  run(line: string): Promise<{ code: number; stdout: string; stderr: string }>;
}

function machine(): Machine {
  const dir = tempDir();
  const [bin, checkout] = [`${dir.path}/bin`, `${dir.path}/checkout`];
  Deno.mkdirSync(bin);
  Deno.mkdirSync(checkout);
  for (const tool of ["sh", "cat", "chmod", "flock", "id", "mkdir", "mktemp", "mv", "rm"]) {
    Deno.symlinkSync(pathOf(tool), `${bin}/${tool}`);
  }
  return {
    checkout,
    addCommand: (name, body) => Deno.writeTextFileSync(`${bin}/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 }),
    run: async (line) => {
      const args = ["-c", `set -eu; root=$1; . "$2"; ${line}`, "sh", checkout, bootstrap];
      const options = { args, env: { PATH: bin }, clearEnv: true };
      const { code, stdout, stderr } = await new Deno.Command(`${bin}/sh`, options).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

function pathOf(tool: string): string {
  const { stdout } = new Deno.Command("sh", { args: ["-c", `command -v ${tool}`] }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

const needDeno = 'need_deno; echo "$deno"';

/** An npm that notes that it was called and installs the package for this platform as npm would. */
const npm = `while [ "$1" != --prefix ]; do shift; done
echo "$3" >>"\${2%/*}/npm-calls"
mkdir -p "$2/node_modules/@deno/some-platform"
printf '#!/bin/sh\\necho "deno 2.9.6 (stable)"\\n' >"$2/node_modules/@deno/some-platform/deno"`;

Deno.test("bootstrap takes a deno in PATH that is 2.9 or a newer 2.x, and says nothing", async () => {
  for (const version of ["2.9.0", "2.9.6", "2.10.1", "2.31.0"]) {
    using host = machine();
    host.addCommand("deno", `echo "deno ${version} (stable, release)"`);
    const { code, stdout, stderr } = await host.run(needDeno);
    assertEquals({ code, stderr }, { code: 0, stderr: "" }, version);
    assertStringIncludes(stdout, "/bin/deno");
  }
});

Deno.test("bootstrap installs deno from npm when the one in PATH is too old, too new or broken", async () => {
  for (const body of [`echo "deno 2.8.3"`, `echo "deno 3.0.0"`, `echo "deno 1.46.3"`, "exit 1"]) {
    using host = machine();
    host.addCommand("deno", body);
    host.addCommand("npm", npm);
    const { stdout } = await host.run(needDeno);
    assertEquals(stdout, `${host.checkout}/.cache/deno-2.9.6/deno\n`, body);
  }
});

Deno.test("bootstrap installs once and leaves nothing else in the cache", async () => {
  using host = machine();
  host.addCommand("npm", npm);
  const first = await host.run(needDeno);
  assertEquals(first.stderr, "rcusync: Installing deno 2.9.6 from npm into .cache\n");
  assertEquals((await host.run(needDeno)).stderr, "");
  assertEquals(Deno.readTextFileSync(`${host.checkout}/.cache/npm-calls`), "deno@2.9.6\n");
  const left = namesIn(`${host.checkout}/.cache`);
  assertEquals(left, ["deno-2.9.6", "npm-calls"]);
});

Deno.test("bootstrap may run many times at once", async () => {
  using host = machine();
  host.addCommand("npm", npm);
  const results = await Promise.all([1, 2, 3, 4].map(() => host.run(`${needDeno}; "$deno" --version`)));
  const expected = `${host.checkout}/.cache/deno-2.9.6/deno\ndeno 2.9.6 (stable)\n`;
  assertEquals(results.map(({ stdout }) => stdout), [expected, expected, expected, expected]);
});

Deno.test("bootstrap says what to install when there is neither deno nor npm", async () => {
  using host = machine();
  const { code, stderr } = await host.run(needDeno);
  assertEquals({ code, stderr }, {
    code: 1,
    stderr: "rcusync: Neither deno 2.9 nor npm is installed\n  hint: Install Deno 2.9 or Node.js with npm\n",
  });
});

Deno.test("bootstrap names missing packages where it may not install them", async () => {
  using host = machine();
  host.addCommand("rsync", "");
  assertEquals((await host.run("need_commands rsync")).code, 0);
  const { code, stderr } = await host.run("need_commands rsync gpg:gnupg strace");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "rcusync: Missing: gnupg strace\n");
});

Deno.test("bootstrap installs missing packages by apt-get as root, after one update", async () => {
  using host = machine();
  Deno.removeSync(`${host.checkout}/../bin/id`);
  host.addCommand("id", "echo 0");
  host.addCommand("apt-get", `echo "$*" >>'${host.checkout}/calls'`);
  const { code, stderr } = await host.run("need_commands gpg:gnupg strace");
  assertEquals({ code, stderr }, { code: 0, stderr: "rcusync: Installing gnupg strace\n" });
  const calls = Deno.readTextFileSync(`${host.checkout}/calls`);
  assertEquals(calls, "update\ninstall -y --no-install-recommends gnupg strace\n");
});
