import { assertEquals, assertMatch } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { findReaders } from "../../../lib/readers/in_use.ts";
import { FURNISH, startReader } from "../../support/reader_process.ts";
import { testUnless, withoutCommand, withoutRoot } from "../../support/skip.ts";
import { tempDir } from "../../support/temp_dir.ts";

const noRoot = withoutRoot() ?? withoutCommand("unshare");
const ownMounts = { namespaces: ["--mount"] };

/** A store with the snapshots 1, 2 and 12, each with `profiles/repo_name`. */
function makeStore() {
  const dir = tempDir();
  const path = Deno.realPathSync(dir.path);
  const snapshots = [1, 2, 12].map((id) => `${path}/snapshots/${id}`);
  for (const snapshot of snapshots) {
    Deno.mkdirSync(`${snapshot}/profiles`, { recursive: true });
    Deno.writeTextFileSync(`${snapshot}/profiles/repo_name`, "gentoo\n");
  }
  for (const name of ["other", "upper", "layer"]) Deno.mkdirSync(`${path}/${name}`);
  return { path, first: `${path}/snapshots/1`, snapshots, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

/** Who holds the snapshots of a store, as `SNAPSHOT HOW PID`, sorted. */
async function holdsOf(store: { readonly snapshots: readonly string[] }): Promise<string[]> {
  const { readers } = await findReaders(thisMachine(), store.snapshots);
  return [...readers].flatMap(([dir, found]) =>
    found.map(({ how, pid }) => `${dir.slice(dir.lastIndexOf("/") + 1)} ${how} ${pid}`)
  ).sort();
}

Deno.test("a snapshot that nobody uses has no readers", async () => {
  using store = makeStore();
  const { readers } = await findReaders(thisMachine(), store.snapshots);
  assertEquals([...readers], store.snapshots.map((dir) => [dir, []]));
});

Deno.test("an open file makes a reader, told with its name and what it holds", async () => {
  using store = makeStore();
  await using reader = await startReader('exec 3<"$1/profiles/repo_name"', [store.first]);
  const found = (await findReaders(thisMachine(), [store.first])).readers.get(store.first) ?? [];
  assertEquals(found.map(({ pid, command, how, path }) => ({ pid, command, how, path })), [
    { pid: reader.pid, command: "sh", how: "fd", path: `${store.first}/profiles/repo_name` },
  ]);
});

Deno.test("an open directory makes a reader", async () => {
  using store = makeStore();
  await using reader = await startReader('exec 3<"$1"', [store.first]);
  assertEquals(await holdsOf(store), [`1 fd ${reader.pid}`]);
});

Deno.test("a current directory makes a reader, also below the snapshot", async () => {
  using store = makeStore();
  await using atTop = await startReader('cd "$1"', [store.first]);
  await using below = await startReader('cd "$1/profiles"', [store.first]);
  assertEquals(await holdsOf(store), [`1 cwd ${atTop.pid}`, `1 cwd ${below.pid}`].sort());
});

Deno.test("a file that was removed while open makes a reader", async () => {
  using store = makeStore();
  await using reader = await startReader('exec 3<"$1/profiles/repo_name"; rm "$1/profiles/repo_name"', [store.first]);
  assertEquals(await holdsOf(store), [`1 fd ${reader.pid}`]);
});

Deno.test("a running program of the snapshot makes a reader", async () => {
  using store = makeStore();
  const script = 'cp "$(readlink -f "$(command -v sh)")" "$1/shell"; exec "$1/shell" -c "$WAIT"';
  await using reader = await startReader(script, [store.first]);
  assertEquals(await holdsOf(store), [`1 exe ${reader.pid}`]);
});

Deno.test("a reader follows its snapshot through a rename", async () => {
  using store = makeStore();
  await using reader = await startReader('exec 3<"$1/profiles/repo_name"', [store.first]);
  const retired = `${store.path}/retired`;
  Deno.renameSync(store.first, retired);
  const { readers } = await findReaders(thisMachine(), [retired]);
  assertEquals(readers.get(retired)?.map(({ pid }) => pid), [reader.pid]);
});

Deno.test("a directory is found by a path through links, and told as it was given", async () => {
  using store = makeStore();
  const latest = `${store.path}/latest`;
  Deno.symlinkSync("snapshots/1", latest);
  await using reader = await startReader('cd "$1"', [store.first]);
  const { readers } = await findReaders(thisMachine(), [latest]);
  assertEquals(readers.get(latest)?.map(({ pid }) => pid), [reader.pid]);
});

Deno.test("a process in a sibling whose name begins alike is no reader", async () => {
  using store = makeStore();
  await using reader = await startReader('cd "$1"; exec 3<profiles/repo_name', [`${store.path}/snapshots/12`]);
  assertEquals(await holdsOf(store), [`12 cwd ${reader.pid}`, `12 fd ${reader.pid}`]);
});

Deno.test("a file that is hardlinked into the snapshot, but opened in another one, makes no reader", async () => {
  using store = makeStore();
  const [first, second] = store.snapshots;
  Deno.linkSync(`${first}/profiles/repo_name`, `${second}/linked`);
  await using reader = await startReader('exec 3<"$1/linked"', [`${second}`]);
  assertEquals(await holdsOf(store), [`2 fd ${reader.pid}`]);
});

testUnless(noRoot, "a process that is chrooted into the snapshot is a reader", async () => {
  using store = makeStore();
  const script = `${FURNISH}; furnish "$1"; cd /; exec chroot "$1" sh -c "$WAIT"`;
  await using reader = await startReader(script, [store.first], ownMounts);
  assertEquals((await holdsOf(store)).filter((hold) => /root/.test(hold)), [`1 root ${reader.pid}`]);
});

testUnless(noRoot, "an open file of a chrooted process makes a reader", async () => {
  using store = makeStore();
  const script = 'mount --rbind / "$1/other"; cd /; exec chroot "$1/other" sh -c \'exec 3<"$1"; eval "$WAIT"\' sh "$2"';
  const file = `${store.first}/profiles/repo_name`;
  await using reader = await startReader(script, [store.path, file], ownMounts);
  assertEquals(await holdsOf(store), [`1 fd ${reader.pid}`]);
});

testUnless(noRoot, "the current directory of a chrooted process makes a reader", async () => {
  using store = makeStore();
  const script = 'mount --rbind / "$1/other"; cd /; exec chroot "$1/other" sh -c \'cd "$1"; eval "$WAIT"\' sh "$2"';
  await using reader = await startReader(script, [store.path, store.first], ownMounts);
  assertEquals(await holdsOf(store), [`1 cwd ${reader.pid}`]);
});

testUnless(noRoot, "a bind mount in a namespace makes a reader of a process there that has nothing open", async () => {
  using store = makeStore();
  const script = 'mount --bind "$1/snapshots/1" "$1/other"';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 mount ${reader.pid}`]);
});

testUnless(noRoot, "a bind mount of a directory below the snapshot makes a reader", async () => {
  using store = makeStore();
  const script = 'mount --bind "$1/snapshots/1/profiles" "$1/other"';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 mount ${reader.pid}`]);
});

testUnless(noRoot, "an open file below a bind mount elsewhere makes a reader by descriptor too", async () => {
  using store = makeStore();
  const script = 'mount --bind "$1/snapshots/1/profiles" "$1/other"; exec 3<"$1/other/repo_name"';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 fd ${reader.pid}`, `1 mount ${reader.pid}`]);
});

testUnless(noRoot, "a bind mount of the whole store holds no snapshot, but an open file through it does", async () => {
  using store = makeStore();
  await using idle = await startReader('mount --bind "$1" "$1/other"', [store.path], ownMounts);
  assertEquals(await holdsOf(store), []);
  const script = 'mount --bind "$1" "$1/other"; cd "$1/other/snapshots/2"';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`2 cwd ${reader.pid}`]);
  assertEquals(idle.pid === reader.pid, false);
});

testUnless(noRoot, "an overlay with the snapshot as a lower layer makes a reader", async () => {
  using store = makeStore();
  const script = 'mount -t tmpfs t "$1/layer"; mkdir "$1/layer/u" "$1/layer/w"; cd "$1"; ' +
    'mount -t overlay o -o "lowerdir=$1/snapshots/2:$1/snapshots/1/profiles,upperdir=layer/u,workdir=layer/w" "$1/other"; cd /';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 mount ${reader.pid}`, `2 mount ${reader.pid}`]);
});

testUnless(noRoot, "an overlay whose lower layer is named by a relative path makes a reader", async () => {
  using store = makeStore();
  const script = 'cd "$1"; mount -t overlay o -o "lowerdir=snapshots/1:upper" other; cd /';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 mount ${reader.pid}`]);
});

testUnless(noRoot, "an overlay whose lower layer is named through a bind mount makes a reader", async () => {
  using store = makeStore();
  const script =
    'mount --bind "$1/snapshots" "$1/upper"; mount -t overlay o -o "lowerdir=$1/upper/1:$1/layer" "$1/other"';
  await using reader = await startReader(script, [store.path], ownMounts);
  assertEquals(await holdsOf(store), [`1 mount ${reader.pid}`]);
});

testUnless(noRoot, "a reader in another process namespace is found", async () => {
  using store = makeStore();
  const script = 'cd "$1"';
  await using _reader = await startReader(script, [store.first], { namespaces: ["--pid", "--fork", "--kill-child"] });
  const holds = await holdsOf(store);
  assertEquals(holds.length, 1);
  assertMatch(holds.join(), /^1 cwd [0-9]+$/);
});

testUnless(noRoot, "a descriptor brought into another namespace makes a reader", async () => {
  using store = makeStore();
  const script = 'exec 3<"$1/snapshots/1"; exec unshare --mount sh -c \'mount -t tmpfs t "$1"; eval "$WAIT"\' sh "$1"';
  await using reader = await startReader(script, [store.path]);
  assertEquals(await holdsOf(store), [`1 fd ${reader.pid}`]);
});

testUnless(noRoot, "a file whose path in another chroot reads the same makes no reader", async () => {
  using store = makeStore();
  const script = `${FURNISH}
    furnish "$1/other"; mkdir -p "$1/other$2"; echo x >"$1/other$2/file"; cd /
    exec chroot "$1/other" sh -c 'cd "$1"; exec 3<file; eval "$WAIT"' sh "$2"`;
  await using _reader = await startReader(script, [store.path, store.first], ownMounts);
  assertEquals(await holdsOf(store), []);
});

testUnless(noRoot, "a file on another file system that is mounted at the same path makes no reader", async () => {
  using store = makeStore();
  const script = 'mount -t tmpfs t "$1"; mkdir -p "$2"; echo x >"$2/file"; exec 3<"$2/file"';
  await using _reader = await startReader(script, [store.path, store.first], ownMounts);
  assertEquals(await holdsOf(store), []);
});
