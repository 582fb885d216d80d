import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { overwriteAtSameTime } from "../support/same_time.ts";
import { type Options, type Scenario, scenario } from "../support/scenario.ts";
import { type SignedMirror, signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const FOO = "app-misc/foo/metadata.xml";
const LATER = new Date("2024-01-01T00:00:00Z");

/** What a sync with `--json` says of itself at its end. */
interface Synced {
  readonly code: number;
  readonly outcome: string;
  readonly hashedFiles: number | undefined;
  readonly warnings: readonly string[];
}

async function sync(s: Scenario, ...args: string[]): Promise<Synced> {
  const { code, out } = await syncUnpaused(s, { args: ["--json", ...args] });
  const events = out.trim().split("\n").map((line) => JSON.parse(line));
  const { outcome, hashedFiles } = events.find(({ event }) => event === "done");
  const warnings = events.filter(({ event }) => event === "warning").map(({ message }) => message);
  return { code, outcome, hashedFiles, warnings };
}

/** Verifies what is published and returns how many files were read. */
async function verify(s: Scenario, ...args: string[]): Promise<{ code: number; hashed: number; problems: string[] }> {
  const { code, out } = await s.run(["verify", "demo", "--json", ...args]);
  const { trees: [{ hashed, problems }] } = JSON.parse(out);
  return { code, hashed, problems: problems.map(({ code, path }: Record<string, string>) => `${code} ${path}`) };
}

/** A store with one verified snapshot whose state is settled. */
async function verifiedStore(s: Scenario, options: Options = {}): Promise<SignedMirror & { readonly all: number }> {
  const mirror = await signedMirror(s);
  s.configure(s.rcu({ ...mirror.options, ...options }));
  const { code, hashedFiles } = await sync(s);
  assertEquals(code, 0);
  assert(hashedFiles !== undefined && hashedFiles > 10);
  return { ...mirror, all: hashedFiles };
}

Deno.test("T149 right after a full check one file is read: the top-level Manifest", async () => {
  await using s = await scenario();
  const { all } = await verifiedStore(s);
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
  assertEquals(await verify(s, "--full"), { code: 0, hashed: all, problems: [] });
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
});

for (const [what, options] of [["cloned", { "sync-rcu-recycle": "no" }], ["recycled", {}]] as const) {
  Deno.test(`A sync reads what changed and the Manifests above it, when its staging is ${what}`, async () => {
    await using s = await scenario();
    const { publish, all } = await verifiedStore(s, { ...options, "sync-rcu-ttl-days": "0" });
    for (const text of ["world", "again", "three", "fours"]) {
      await publish((up) => writeUpstream(up, FOO, text, LATER));
      const { outcome, hashedFiles = all } = await sync(s);
      assertEquals(outcome, "updated");
      assert(hashedFiles < all, `${hashedFiles} of ${all}`);
    }
    assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
  });
}

Deno.test("T150 a write through an older snapshot's link is found by its change time, and mended from the mirror", async () => {
  await using s = await scenario();
  const { publish, all } = await verifiedStore(s);
  await publish((up) => writeUpstream(up, "eclass/new.eclass", "new\n"));
  assertEquals((await sync(s)).outcome, "updated");
  overwriteAtSameTime(`${s.snapshot(1)}/${FOO}`, "HELLO");
  assertEquals(await verify(s), { code: 12, hashed: 2, problems: [`digest ${FOO}`] });
  await publish((up) => writeUpstream(up, "eclass/other.eclass", "other\n"));
  const { code } = await sync(s);
  assertEquals([code, Deno.readTextFileSync(`${s.snapshot(3)}/${FOO}`)], [0, "hello"]);
  assert((await verify(s, "--full")).hashed > all);
});

Deno.test("T150 a comparing sync that meets a damaged file names the snapshots that have it, and then trusts nothing", async () => {
  await using s = await scenario();
  const { publish } = await verifiedStore(s);
  await publish((up) => writeUpstream(up, "eclass/new.eclass", "new\n"));
  await sync(s);
  overwriteAtSameTime(`${s.snapshot(1)}/${FOO}`, "HELLO");
  await publish((up) => writeUpstream(up, "eclass/other.eclass", "other\n"));
  const { code, warnings, hashedFiles = 0 } = await sync(s, "--strategy=plan");
  assertEquals([code, Deno.readTextFileSync(`${s.snapshot(3)}/${FOO}`)], [0, "hello"]);
  assertMatch(warnings.join("\n"), /metadata\.xml" was damaged here after it was verified, in snapshot 1, 2/);
  assert(hashedFiles > 10);
});

Deno.test("T151 a stray in a package whose Manifest did not change is found without reading a file", async () => {
  await using s = await scenario();
  await verifiedStore(s);
  Deno.writeTextFileSync(`${s.snapshot(1)}/app-misc/foo/stray`, "");
  assertEquals(await verify(s), { code: 12, hashed: 1, problems: ["stray app-misc/foo/stray"] });
});

Deno.test("A file that is gone is found without reading a file", async () => {
  await using s = await scenario();
  await verifiedStore(s);
  Deno.removeSync(`${s.snapshot(1)}/${FOO}`);
  assertEquals(await verify(s), { code: 12, hashed: 1, problems: [`missing ${FOO}`] });
});

Deno.test("T153 an older signed tree is refused, whatever is known", async () => {
  await using s = await scenario();
  const { sign, publish } = await verifiedStore(s);
  await publish();
  assertEquals((await sync(s)).outcome, "updated");
  s.change();
  await sign("2020-01-01T00:00:00Z");
  assertEquals((await sync(s)).code, 12);
  assertEquals(s.snapshots(), ["1", "2"]);
});

Deno.test("T154 another file with the same name, size, time and perhaps inode number is read", async () => {
  await using s = await scenario();
  await verifiedStore(s);
  const path = `${s.snapshot(1)}/${FOO}`;
  const { mtime, atime } = Deno.statSync(path);
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "HELLO");
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
  assertEquals(await verify(s), { code: 12, hashed: 2, problems: [`digest ${FOO}`] });
});

Deno.test("T155 a file whose attributes alone changed is read once more", async () => {
  await using s = await scenario();
  await verifiedStore(s);
  Deno.chmodSync(`${s.snapshot(1)}/${FOO}`, 0o640);
  assertEquals(await verify(s), { code: 0, hashed: 2, problems: [] });
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
});

Deno.test("T156 after links that rcusync did not make all is read once more", async () => {
  await using s = await scenario();
  const { all } = await verifiedStore(s);
  const { success } = await new Deno.Command("cp", { args: ["-al", s.snapshot(1), `${s.path}/copy`] }).output();
  assert(success);
  assertEquals(await verify(s), { code: 0, hashed: all, problems: [] });
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
});

Deno.test("T157 removing an old snapshot costs the next check nothing", async () => {
  await using s = await scenario();
  const { publish, options } = await verifiedStore(s, { "sync-rcu-recycle": "no" });
  await publish((up) => writeUpstream(up, FOO, "world", LATER));
  await sync(s);
  s.configure(
    s.rcu({ ...options, "sync-rcu-recycle": "no", "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "0" }),
  );
  assertExit(await s.run(["gc"]), 0);
  assertEquals(s.snapshots(), ["2"]);
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
});

const DAMAGE: Readonly<Record<string, (dir: string) => void>> = {
  "whose shard is truncated": (dir) => Deno.truncateSync(shardIn(dir), 20),
  "whose shard is gone": (dir) => Deno.removeSync(shardIn(dir)),
  "whose shard has another byte": (dir) => {
    const bytes = Deno.readFileSync(shardIn(dir));
    Deno.writeFileSync(shardIn(dir), bytes.with(40, (bytes[40] ?? 0) ^ 1));
  },
  "whose head is torn": (dir) => Deno.truncateSync(`${dir}/head.json`, 50),
  "of other rules": (dir) => editHead(dir, { schema: 1 }),
  "of another store": (dir) => editHead(dir, { place: "1:2" }),
  "of a time to come": (dir) => editHead(dir, { settledNs: "9999999999999999999" }),
};

function shardIn(dir: string): string {
  const sizes = [...Deno.readDirSync(dir)].filter(({ name }) => /^[0-9a-f]{64}$/.test(name))
    .map(({ name }) => ({ path: `${dir}/${name}`, size: Deno.statSync(`${dir}/${name}`).size }));
  return sizes.reduce((a, b) => b.size > a.size ? b : a).path;
}

function editHead(dir: string, change: Readonly<Record<string, unknown>>): void {
  const head = JSON.parse(Deno.readTextFileSync(`${dir}/head.json`));
  Deno.writeTextFileSync(`${dir}/head.json`, JSON.stringify({ ...head, ...change }));
}

for (const [what, damage] of Object.entries(DAMAGE)) {
  Deno.test(`T158 a state ${what} counts for nothing`, async () => {
    await using s = await scenario();
    const { all } = await verifiedStore(s);
    damage(`${s.store}/.rcusync/verified`);
    assertEquals(await verify(s), { code: 0, hashed: all, problems: [] });
    assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
  });
}

Deno.test("A tree that was published unverified is verified as a whole, once, when verification is turned on", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  s.configure(s.rcu());
  assertEquals((await sync(s)).hashedFiles, undefined);
  s.configure(s.rcu(options));
  const { outcome, hashedFiles = 0 } = await sync(s);
  assertEquals([outcome, hashedFiles > 10], ["up-to-date", true]);
  assertEquals((await sync(s)).hashedFiles, undefined);
});

Deno.test("A tree that was published unverified and is wrong is not taken for verified", async () => {
  await using s = await scenario();
  const { options } = await signedMirror(s);
  writeUpstream(s.up, FOO, "HELLO");
  s.configure(s.rcu());
  await sync(s);
  s.configure(s.rcu(options));
  assertEquals((await sync(s)).code, 12);
  assertEquals((await sync(s)).code, 12);
});

Deno.test("Every file is read again when the days are over", async () => {
  await using s = await scenario();
  const { all } = await verifiedStore(s);
  assertEquals((await verify(s, "--full-every", "0")).hashed, all);
  assertEquals((await sync(s)).hashedFiles, undefined);
  assertEquals((await sync(s, "--full-every", "0")).hashedFiles, all);
});

Deno.test("After a sync that fails, what it did not touch is still known", async () => {
  await using s = await scenario();
  const { publish, all } = await verifiedStore(s, { "sync-rcu-recycle": "no" });
  await publish((up) => writeUpstream(up, FOO, "world", LATER));
  writeUpstream(s.up, FOO, "WORLD", LATER);
  assertEquals((await sync(s)).code, 12);
  // Their links in staging were removed to make room.
  const { code, hashed } = await verify(s);
  assert(code === 0 && hashed < all, `${hashed} of ${all}`);
  await publish((up) => writeUpstream(up, FOO, "world", LATER));
  assertEquals((await sync(s)).code, 0);
  assertEquals(await verify(s), { code: 0, hashed: 1, problems: [] });
});
