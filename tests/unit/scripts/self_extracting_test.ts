import { assertEquals } from "@std/assert";
import { packSelfExtracting } from "../../../scripts/packaging/self_extracting.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** A packed shell script in the role of the runtime, run by somebody who is not root, with a cache of their own. */
interface Packed extends Disposable {
  readonly cache: string;
  readonly file: string;
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

async function packed(runtimeText: string): Promise<Packed> {
  const dir = tempDir();
  const [runtime, program, file] = [`${dir.path}/runtime`, `${dir.path}/program.js`, `${dir.path}/rcusync`];
  const cache = `${dir.path}/home/.cache/rcusync`;
  await Deno.writeTextFile(runtime, runtimeText);
  await Deno.writeTextFile(program, "the program\n");
  await packSelfExtracting({ program, runtime, output: file });
  await Deno.chmod(file, 0o755);
  await Deno.mkdir(`${dir.path}/home`);
  const user = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (user.uid !== undefined) {
    await Deno.chmod(dir.path, 0o755);
    await Deno.chown(`${dir.path}/home`, user.uid, user.gid);
  }
  const env = { PATH: Deno.env.get("PATH") ?? "", HOME: `${dir.path}/home` };
  return {
    cache,
    file,
    run: async (...args) => {
      const { code, stdout, stderr } = await new Deno.Command(file, { args, env, clearEnv: true, ...user }).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Prints the last line of the program and the last arguments, each in brackets. */
const echo = `#!/bin/sh
while [ "$1" != --no-remote ]; do shift; done
tail -n 1 "$2"; shift 2
printf '[%s]' "$@"
exit 7
`;

Deno.test("a self-extracting file passes arguments and the exit status on", async () => {
  using archive = await packed(echo);
  assertEquals(await archive.run("sync", "", "a b*"), { code: 7, stdout: "the program\n[sync][][a b*]", stderr: "" });
});

Deno.test("a self-extracting file unpacks once, into a directory of its user alone", async () => {
  using archive = await packed(echo);
  await archive.run("one");
  const inodes = () =>
    [...Deno.readDirSync(archive.cache)].map(({ name }) => Deno.statSync(`${archive.cache}/${name}`).ino);
  const before = inodes();
  await archive.run("two");
  assertEquals(inodes(), before);
  assertEquals(before.length, 2);
  assertEquals((Deno.statSync(archive.cache).mode ?? 0) & 0o777, 0o700);
});

Deno.test("a self-extracting file runs nothing from a directory that others may write to, or that a link leads to", async () => {
  for (const spoil of [(dir: string) => Deno.chmodSync(dir, 0o770), moveBehindLink]) {
    using archive = await packed(echo);
    await archive.run("one");
    for (const name of namesIn(archive.cache)) {
      const path = `${archive.cache}/${name}`;
      Deno.writeTextFileSync(path, "#!/bin/sh\n".padEnd(Deno.statSync(path).size, "\n"));
    }
    spoil(archive.cache);
    assertEquals((await archive.run("two")).stdout, "the program\n[two]");
  }
});

function moveBehindLink(dir: string): void {
  Deno.renameSync(dir, `${dir}.moved`);
  Deno.symlinkSync(`${dir}.moved`, dir);
}

Deno.test("a self-extracting file replaces what was left cut off", async () => {
  using archive = await packed(echo);
  await archive.run("one");
  for (const { name } of Deno.readDirSync(archive.cache)) Deno.truncateSync(`${archive.cache}/${name}`, 10);
  assertEquals((await archive.run("two")).stdout, "the program\n[two]");
});

Deno.test("a self-extracting file removes what other versions unpacked long ago, and nothing else", async () => {
  using archive = await packed(echo);
  await archive.run("one");
  const names = () => namesIn(archive.cache);
  const [deno = "", program = ""] = names();
  const old = ["deno-0123456789abcdef0123456789abcdef", "rcusync-0123456789abcdef0123456789abcdef.js"];
  const recent = ["deno-1123456789abcdef0123456789abcdef", "rcusync-1123456789abcdef0123456789abcdef.js"];
  for (const name of [...old, ...recent, "mine"]) Deno.writeTextFileSync(`${archive.cache}/${name}`, "");
  const before = Date.now() / 1000 - 8 * 86_400;
  for (const name of [...old, "mine"]) Deno.utimeSync(`${archive.cache}/${name}`, before, before);
  Deno.mkdirSync(`${archive.cache}/deno-dir`);
  for (const name of [deno, program]) Deno.removeSync(`${archive.cache}/${name}`);
  assertEquals((await archive.run("two")).stdout, "the program\n[two]");
  assertEquals(names(), [deno, "deno-dir", "mine", program, ...recent].sort());
});

Deno.test("a self-extracting file may be started many times at once", async () => {
  using archive = await packed(echo);
  const results = await Promise.all(["a", "b", "c", "d", "e"].map((word) => archive.run(word)));
  assertEquals(results.map(({ stdout }) => stdout), ["a", "b", "c", "d", "e"].map((word) => `the program\n[${word}]`));
  assertEquals([...Deno.readDirSync(archive.cache)].length, 2);
});
