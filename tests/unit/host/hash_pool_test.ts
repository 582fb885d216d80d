import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../../lib/host/clock.ts";
import type { HashJob } from "../../../lib/host/hash_messages.ts";
import { type HashPool, hashPool } from "../../../lib/host/hash_pool.ts";
import { hashThread } from "../../../lib/host/hash_thread.ts";
import { STAMP_REQUEST } from "../../../lib/host/stamps.ts";
import { SUM_WORDS } from "../../../lib/host/sum_names.js";
import { tempDir } from "../../support/temp_dir.ts";

/** More files than one thread takes upon itself. */
const MANY = 4100;

/** Times so many that a few files are worth to be sent to another thread. */
const ENOUGH = 20;

const KEEP = { keep: true, stamp: false };

function jobFor(path: string, text: string): HashJob {
  Deno.writeTextFileSync(path, text);
  const digests = ["blake2b512", "sha512"].map((name) => createHash(name).update(text).digest("hex"));
  return { path, size: text.length, algorithms: "blake2b512 sha512", digests: digests.join(" ") };
}

Deno.test("hash_pool finds the same in this thread and in workers", async () => {
  using temp = tempDir();
  const good = jobFor(`${temp.path}/good`, "good");
  const bad = jobFor(`${temp.path}/bad`, "bad");
  Deno.writeTextFileSync(bad.path, "BAD");
  Deno.mkdirSync(`${temp.path}/directory`);
  Deno.symlinkSync("good", `${temp.path}/link`);
  const jobs = [
    good,
    bad,
    { ...good, size: 3 },
    { ...good, size: 5 },
    { ...good, path: `${temp.path}/missing` },
    { ...good, path: `${temp.path}/directory` },
    { ...good, path: `${temp.path}/link` },
  ];
  using alone = hashPool(1);
  const here = await alone.check(jobs, KEEP);
  assertEquals(here.failures.map(({ index, kind }) => [index, kind]), [
    [1, "digest"],
    [2, "size"],
    [3, "size"],
    [4, "missing"],
    [5, "type"],
    [6, "type"],
  ]);
  assertEquals(new TextDecoder().decode(here.contents), "good");
  for (const startsAtOnce of [false, true]) {
    using pool = hashPool(2);
    if (startsAtOnce) pool.start();
    else await pool.check(Array.from({ length: MANY }, () => good));
    assertEquals(await pool.check(jobs, KEEP), here);
    const many = Array.from({ length: ENOUGH }, () => jobs).flat();
    assertEquals(await pool.check(many, KEEP), await alone.check(many, KEEP));
  }
});

for (
  const [who, options] of Object.entries({ "other threads": {}, "this thread and another": { clock: systemClock } })
) {
  Deno.test(`hash_pool answers many batches in order, by ${who}`, async () => {
    using temp = tempDir();
    const jobs = ["a", "bb", "ccc"].map((text) => jobFor(`${temp.path}/${text}`, text));
    using pool = hashPool(2, options);
    await pool.check(Array.from({ length: MANY }, () => jobs).flat());
    const reports = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const batch = jobs.slice(0, 1 + index % 3);
        return pool.check(Array.from({ length: ENOUGH * 5 }, () => batch).flat(), KEEP);
      }),
    );
    const told = reports.map(({ contents }) => new TextDecoder().decode(contents));
    assertEquals(told, reports.map((_, index) => (["a", "abb", "abbccc"][index % 3] ?? "").repeat(ENOUGH * 5)));
    assertEquals(reports.flatMap(({ failures }) => failures), []);
    const summed = Array.from({ length: 120 }, () => temp.path);
    const sums = await pool.sumNames(summed);
    const [first, ...others] = Array.from(
      { length: 120 },
      (_, at) => sums?.slice(at * SUM_WORDS, (at + 1) * SUM_WORDS),
    );
    assertEquals([first?.[0], first?.[4]], [1, 3]);
    assertEquals(others, others.map(() => first));
  });
}

Deno.test("what a pool has not begun when it ends is never answered, and nothing is left running", async () => {
  using temp = tempDir();
  const jobs = Array.from({ length: ENOUGH * 5 }, () => jobFor(`${temp.path}/a`, "a"));
  const pool = hashPool(2, { clock: systemClock });
  pool.start();
  const answers = Array.from({ length: 10 }, () => pool.check(jobs).then(() => "answered"));
  pool[Symbol.dispose]();
  await systemClock.yield();
  await systemClock.yield();
  const none = Promise.resolve("not answered");
  assertEquals(await Promise.race([...answers, none]), "not answered");
});

Deno.test("a thread that broke down takes nothing more", async () => {
  const asked: unknown[] = [];
  const thread = hashThread({ postMessage: (question: unknown) => void asked.push(question), terminate: () => {} });
  const job = { summed: ["/"], stamp: STAMP_REQUEST };
  const first = assertRejects(() => thread.sumNames(job), Error, "broken");
  thread.fail(new Error("broken"));
  await first;
  await assertRejects(() => thread.sumNames(job), Error, "broken");
  assertEquals([asked.length, thread.waiting()], [1, 0]);
});

Deno.test("hash_pool reads a file of many buffers and gives it back whole", async () => {
  using temp = tempDir();
  const text = "0123456789".repeat(100_000);
  using pool = hashPool(1);
  const { bytes, contents, failures } = await pool.check([jobFor(`${temp.path}/big`, text)], KEEP);
  assertEquals(failures, []);
  assertEquals(bytes, text.length);
  assertEquals(new TextDecoder().decode(contents), text);
});

Deno.test("hash_pool compares pairs of files, compressed ones too, in this thread and in workers", async () => {
  using temp = tempDir();
  const jobFrom = (name: string, bytes: Uint8Array): HashJob => {
    Deno.writeFileSync(`${temp.path}/${name}`, bytes);
    const digests = createHash("sha512").update(bytes).digest("hex");
    return { path: `${temp.path}/${name}`, size: bytes.length, algorithms: "sha512", digests };
  };
  const [old, now, no] = ["DATA a 1\nDATA b 2\n", "DATA b 2\nDATA c 3\n", "no gzip"].map((text) =>
    new TextEncoder().encode(text)
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const plain = [jobFrom("old", old), jobFrom("now", now)];
  const packed = [jobFrom("old.gz", gzipSync(old)), jobFrom("now.gz", gzipSync(now))];
  const wrong = { ...jobFrom("wrong", now), digests: "0" };
  const jobs = [...plain, ...packed, jobFrom("no.gz", no), ...plain.slice(1), jobFrom("old", old), wrong];
  const compare = { unpack: Uint8Array.of(0, 1, 1, 0), mostBytes: 1000 };
  const decoder = new TextDecoder();
  const told = async (pool: HashPool, times: number) => {
    const all = Array.from({ length: times }, () => jobs).flat();
    const unpack = Uint8Array.from(Array.from({ length: times }, () => [...compare.unpack]).flat());
    const { failures, pairs } = await pool.check(all, { ...KEEP, compare: { ...compare, unpack } });
    assertEquals(failures.map(({ index }) => index), Array.from({ length: times }, (_, at) => 8 * at + 7));
    return pairs?.map((pair) =>
      pair && [pair.text, pair.added, pair.removed].map((bytes) => decoder.decode(bytes)).concat(pair.heads)
    );
  };
  const right = ["DATA b 2\nDATA c 3\n", "DATA c 3\n", "DATA a 1\n", "DATA \n"];
  const expected = [right, right, undefined, undefined];
  using alone = hashPool(1);
  assertEquals(await told(alone, 1), expected);
  using pool = hashPool(2);
  pool.start();
  assertEquals(await told(pool, ENOUGH), Array.from({ length: ENOUGH }, () => expected).flat());
});
