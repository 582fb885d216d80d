import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { leaseSnapshots } from "../../../lib/history/lease_snapshots.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { isLeased } from "../../../lib/readers/lease.ts";
import { fakeClock } from "../../support/fake_system.ts";
import { rcuStorage, repositoryWith } from "../../support/repository.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** Two repositories with the snapshots 1 and 2, of which 1 is the latest. */
function stores() {
  const dir = tempDir();
  const repositories = ["a", "b"].map((name) => {
    const store = `${dir.path}/${name}`;
    for (const id of [1, 2]) Deno.mkdirSync(`${store}/snapshots/${id}`, { recursive: true });
    Deno.symlinkSync("snapshots/1", `${store}/latest`);
    return repositoryWith({ name, storage: rcuStorage(store) });
  });
  const publish = (name: string, id: number) => {
    Deno.symlinkSync(`snapshots/${id}`, `${dir.path}/${name}/fresh`);
    Deno.renameSync(`${dir.path}/${name}/fresh`, `${dir.path}/${name}/latest`);
  };
  return { path: dir.path, repositories, publish, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

Deno.test("a lease is held until it is disposed of", async () => {
  using store = stores();
  const files = systemFiles();
  const [repository] = store.repositories;
  if (repository === undefined) throw new Error("no repository");
  {
    using leases = await leaseSnapshots({ files, clock: fakeClock() }, [{ repository }]);
    assertEquals(leases.leased.map(({ snapshot }) => snapshot.id), [1]);
    assertEquals(isLeased(files, `${store.path}/a/snapshots/1`), true);
  }
  assertEquals(isLeased(files, `${store.path}/a/snapshots/1`), false);
});

Deno.test("a snapshot that is replaced between resolving and locking is let go for the new one", async () => {
  using store = stores();
  const files = systemFiles();
  let locks = 0;
  const tryLock: typeof files.tryLock = (path, mode) => {
    if (++locks === 1) store.publish("a", 2);
    return files.tryLock(path, mode);
  };
  const system = { files: { ...files, tryLock }, clock: fakeClock() };
  using leases = await leaseSnapshots(system, store.repositories.map((repository) => ({ repository })));
  assertEquals(leases.leased.map(({ snapshot }) => snapshot.id), [2, 1]);
  assertEquals(isLeased(files, `${store.path}/a/snapshots/1`), false);
});

Deno.test("a set is leased as it was at one moment: one that moves while another is locked is taken anew", async () => {
  using store = stores();
  const files = systemFiles();
  const moves: string[] = [];
  const tryLock: typeof files.tryLock = (path, mode) => {
    // The first is locked already when the second is; both move on then.
    if (path.includes("/b/") && moves.length === 0) {
      store.publish("a", 2);
      store.publish("b", 2);
      moves.push("moved");
    }
    return files.tryLock(path, mode);
  };
  const system = { files: { ...files, tryLock }, clock: fakeClock() };
  using leases = await leaseSnapshots(system, store.repositories.map((repository) => ({ repository })));
  assertEquals(leases.leased.map(({ snapshot }) => snapshot.id), [2, 2]);
});

Deno.test("a snapshot that another process keeps locked is given up in the end, and no lease is left", async () => {
  using store = stores();
  const files = systemFiles();
  using _collector = files.tryLock(`${store.path}/b/snapshots/1`, "exclusive");
  const requests = store.repositories.map((repository) => ({ repository }));
  const fault = await assertRejects(() => leaseSnapshots({ files, clock: fakeClock() }, requests), Fault);
  assertStringIncludes(fault.message, "another process keeps it locked");
  assertEquals(isLeased(files, `${store.path}/a/snapshots/1`), false);
});
