import { assert, assertEquals } from "@std/assert";
import { writeGeneration } from "../support/generations.ts";
import { type Lab, lab, rcuOptions } from "../support/lab.ts";
import { longMode } from "../support/long_test.ts";
import { type Hold, snapshotReaders } from "../support/snapshot_readers.ts";

const UPDATES = longMode ? 200 : 20;
const UPDATES_IN_PLACE = 20;
const HOLDERS: readonly Hold[] = [
  "lease",
  "directory",
  "lease",
  "directory",
  "lease",
  "directory",
  "lease",
  "directory",
];
const PASSERS_BY: readonly Hold[] = ["nothing", "nothing"];
const EAGER = { "sync-rcu-ttl-days": "0", "sync-rcu-spare-snapshots": "1" };

Deno.test("readers of snapshots never miss a file nor see two trees in one, while syncs publish and collect", async () => {
  using here = lab();
  await publish(here, { generation: 0, options: {} });
  await using holders = await snapshotReaders(here.location, HOLDERS);
  await using passersBy = await snapshotReaders(here.location, PASSERS_BY);
  for (let generation = 1; generation <= UPDATES; generation++) {
    await publish(here, { generation, options: rcuOptions(here, EAGER) });
  }
  const [held, passed] = [await holders.stop(), await passersBy.stop()];
  assertEquals([held.failed, held.mixed], [[], 0]);
  assertEquals(passed.failed, []);
  assert(held.trees > UPDATES / 2, `readers saw ${held.trees} of ${UPDATES} generations only`);
  const counts = `${held.reads} reads by ${HOLDERS.length} readers, ${passed.reads} by those who hold nothing`;
  console.log(`a migration and ${UPDATES - 1} updates: ${counts}; 0 failed opens, 0 mixed trees`);
});

Deno.test("the same readers do see mixed trees when syncs change the tree in place", async () => {
  using here = lab();
  const options = { "sync-allow-hardlinks": "no" };
  await publish(here, { generation: 0, options });
  await using holders = await snapshotReaders(here.location, HOLDERS);
  for (let generation = 1; generation <= UPDATES_IN_PLACE; generation++) {
    await publish(here, { generation, options });
  }
  const { reads, mixed, failed } = await holders.stop();
  console.log(
    `in place, ${UPDATES_IN_PLACE} updates: ${reads} reads, ${mixed} mixed trees, ${failed.length} failed opens`,
  );
  assert(mixed + failed.length > 0, "the readers cannot tell one tree from two");
});

interface Update {
  readonly generation: number;
  readonly options: Readonly<Record<string, string>>;
}

async function publish(here: Lab, { generation, options }: Update): Promise<void> {
  writeGeneration(here.up, generation);
  here.configure(options);
  const { code, err } = await here.run("sync");
  assertEquals(code, 0, err);
}
