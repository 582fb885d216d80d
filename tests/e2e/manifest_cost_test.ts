import { assert, assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { generateTree } from "../support/generated_tree.ts";
import { leftByRsync, toldBy } from "../support/guided_scene.ts";
import { mutateTree } from "../support/mutated_tree.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { testUnless, withoutCommand } from "../support/skip.ts";
import { tcpProxy } from "../support/tcp_proxy.ts";
import { treeSigner } from "../support/tree_signer.ts";

const PACKAGES = 600;
const CHANGED = 10;

/** A file of the mirror, as far as a change shows. */
type Seen = ReadonlyMap<string, { readonly size: number; readonly ino: number | null }>;

/** Syncs a generated tree three times, so that what changes each time is known; returns what changes it once more. */
async function steadyScene(s: Scenario, uri: string): Promise<() => Promise<void>> {
  Deno.removeSync(s.up, { recursive: true });
  generateTree(s.up, { packages: PACKAGES, seed: 1 });
  const { sign, keyPath } = await treeSigner(`${s.path}/key.asc`);
  await sign(s.up);
  s.configure(s.rcu({
    "sync-uri": uri,
    "sync-rcu-ttl-days": "0",
    "sync-rsync-verify-metamanifest": "yes",
    "sync-openpgp-key-path": keyPath,
    "sync-openpgp-key-refresh": "false-nowarn",
  }));
  let seed = 0;
  const change = async () => {
    mutateTree(s.up, { fraction: CHANGED / PACKAGES, seed: ++seed });
    await sign(s.up);
  };
  for (let round = 0; round < 3; round++) {
    const { code, messages } = await toldBy(s);
    assertEquals(code, 0, messages);
    await change();
  }
  return change;
}

function seenIn(dir: string, prefix = ""): Seen {
  const entries = [...Deno.readDirSync(dir)].flatMap(
    ({ name, isDirectory }): [string, { size: number; ino: number | null }][] => {
      if (isDirectory) return [...seenIn(`${dir}/${name}`, `${prefix}${name}/`)];
      const { size, ino } = Deno.lstatSync(`${dir}/${name}`);
      return [[prefix + name, { size, ino }]];
    },
  );
  return new Map(entries);
}

/** Files that are new or another inode, and directories in which a name came, went or changed. */
function changeOf(before: Seen, after: Seen): { readonly files: string[]; readonly directories: Set<string> } {
  const files = [...after.keys()].filter((path) => before.get(path)?.ino !== after.get(path)?.ino);
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return { files, directories: new Set([...files, ...gone].map((path) => dirname(path))) };
}

Deno.test("ten changed packages take six connections at most, and few more bytes than the changed files have", async () => {
  await using s = await scenario();
  let [connections, bytes] = [0, 0];
  await using proxy = tcpProxy(Number(new URL(s.uri).port), () => {
    connections++;
    return { onBytes: (count) => bytes += count };
  });
  const change = await steadyScene(s, `rsync://127.0.0.1:${proxy.port}/demo`);
  assertEquals((await toldBy(s)).strategy, "manifest");
  const before = seenIn(s.up);
  await change();
  const after = seenIn(s.up);
  [connections, bytes] = [0, 0];
  const { strategy, hashedFiles } = await toldBy(s);
  assertEquals([strategy, await leftByRsync(s.uri, s.location)], ["manifest", ""]);
  const sizes = changeOf(before, after).files.map((path) => ({ path, size: after.get(path)?.size ?? 0 }));
  const [manifests, files] = [true, false].map((wanted) =>
    sizes.filter(({ path }) => path.endsWith("Manifest") === wanted).reduce((sum, { size }) => sum + size, 0)
  );
  console.log(`${connections} connections, ${bytes} bytes for ${files} of files and ${manifests} of Manifests`);
  assert(connections <= 6, `${connections} connections`);
  assert(bytes <= 3 * (files ?? 0) + (manifests ?? 0), `${bytes} bytes`);
  assert(hashedFiles < 0.2 * after.size, `${hashedFiles} of ${after.size} files read`);
});

testUnless(withoutCommand("strace"), "the mirror lists no directory in which nothing changed", async () => {
  await using s = await scenario();
  await using daemon = await startDaemon({ modules: { demo: s.up } });
  const change = await steadyScene(s, daemon.uri("demo"));
  assertEquals((await toldBy(s)).strategy, "manifest");
  const before = seenIn(s.up);
  await change();
  const log = `${s.path}/strace`;
  const args = ["-f", "-y", "-e", "trace=getdents64,getdents", "-o", log, "-p", String(daemon.pid)];
  await using tracer = new Deno.Command("strace", { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  const said = tracer.stderr.getReader();
  assert(new TextDecoder().decode((await said.read()).value).includes("attached"));
  assertEquals((await toldBy(s)).strategy, "manifest");
  tracer.kill("SIGINT");
  await tracer.status;
  await said.cancel();
  const listed = new Set(directoriesIn(Deno.readTextFileSync(log), s.up));
  const { directories } = changeOf(before, seenIn(s.up));
  assert(listed.size > CHANGED, [...listed].join(" "));
  assertEquals([...listed].filter((dir) => !directories.has(dir)), []);
});

/** Directories of the tree that the traced calls listed. Newer versions of rsync open all above, to get there. */
function directoriesIn(log: string, up: string): string[] {
  return [...log.matchAll(/getdents(?:64)?\(\d+<([^>]*)>/g)].flatMap(([, path = ""]) => {
    if (path === up) return ["."];
    return path.startsWith(`${up}/`) ? [path.slice(up.length + 1)] : [];
  });
}
