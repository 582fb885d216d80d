import { assertEquals, assertStringIncludes } from "@std/assert";
import { examine } from "../../../lib/doctor/examine.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import type { System } from "../../../lib/host/system.ts";
import { rcuStorage, repositoryWith } from "../../support/repository.ts";
import { fakeClock, fakeSystem } from "../../support/fake_system.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { tempDir } from "../../support/temp_dir.ts";

const NOW = Date.UTC(2026, 0, 10);
const EXAMINATION = {
  fix: false,
  variables: { get: () => undefined, features: new Set<string>(), childEnvironment: Deno.env.toObject() },
  signal: new AbortController().signal,
};

/** A store with the snapshots 1 and 2, of which 2 is the latest and where LOCATION leads. */
function healthyStore() {
  const dir = tempDir();
  const path = Deno.realPathSync(dir.path);
  const store = `${path}/store`;
  const date = new Date(NOW - 1000);
  for (const id of [1, 2]) {
    Deno.mkdirSync(`${store}/snapshots/${id}/profiles`, { recursive: true });
    Deno.utimeSync(`${store}/snapshots/${id}`, date, date);
  }
  Deno.mkdirSync(`${store}/.rcusync/journal`, { recursive: true });
  Deno.symlinkSync("snapshots/2", `${store}/latest`);
  Deno.symlinkSync(`${store}/latest`, `${path}/loc`);
  const location = `${path}/loc`;
  const repository = repositoryWith({ location, locationInside: location, storage: rcuStorage(store) });
  return { path, store, own: `${store}/.rcusync`, repository, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

function systemAt(nowMs: number, files: Partial<System["files"]> = {}): System {
  const system = fakeSystem({ terminal: fakeTerminal(), clock: fakeClock(nowMs) });
  return { ...system, files: { ...systemFiles(), ...mountedAs("ext4"), ...files } };
}

type Store = ReturnType<typeof healthyStore>;

async function checksOf({ repository }: Pick<Store, "repository">, system = systemAt(NOW)) {
  const findings = await examine(system, repository, EXAMINATION);
  return findings.map(({ check, what }) => ({ check, what }));
}

Deno.test("nothing is found in a healthy store", async () => {
  using store = healthyStore();
  assertEquals(await checksOf(store), []);
});

Deno.test("a lock that is held for hours is told with its holder; one that is not held is none", async () => {
  using store = healthyStore();
  const since = new Date(NOW - 3 * 3_600_000).toISOString();
  const holder = { pid: 4711, host: "here", command: "rcusync", since };
  Deno.writeTextFileSync(`${store.own}/lock`, JSON.stringify(holder));
  assertEquals(await checksOf(store), []);
  using _held = systemFiles().tryLock(`${store.own}/lock`, "exclusive");
  const [found] = await checksOf(store);
  assertEquals(found?.check, "lock");
  assertStringIncludes(
    found?.what ?? "",
    `Process 4711 on here has held the lock of ${store.store} since 2026-01-09 21:00:00Z`,
  );
});

Deno.test("what recovery would do is told before it is done", async () => {
  using store = healthyStore();
  Deno.mkdirSync(`${store.store}/snapshots/3`);
  Deno.writeTextFileSync(
    `${store.own}/staging.json`,
    JSON.stringify({ base: 2, bootId: null, phase: "publish", snapshot: 3 }),
  );
  Deno.mkdirSync(`${store.own}/retired/4`, { recursive: true });
  Deno.mkdirSync(`${store.store}/update`);
  const found = (await checksOf(store)).map(({ check, what }) => `${check}: ${what.replaceAll(store.store, "S")}`);
  assertEquals(found.slice(0, 3), [
    "recovery: Snapshot 3 is finished, but not published: it will be",
    "recovery: S/.rcusync/retired holds snapshots: they will be put back",
    "recovery: S/update is an unfinished update: it will be removed",
  ]);
});

Deno.test("nothing is said of an update while a writer is at work", async () => {
  using store = healthyStore();
  Deno.mkdirSync(`${store.store}/update`);
  Deno.writeTextFileSync(`${store.own}/lock`, "");
  using _writer = systemFiles().tryLock(`${store.own}/lock`, "exclusive");
  assertEquals(await checksOf(store), []);
});

/** The line of mountinfo for a mount that covers everything. */
function mountedAs(fileSystem: string, options = "rw,relatime"): Partial<System["files"]> {
  const files = systemFiles();
  const text = `1 0 0:1 / / ${options} - ${fileSystem} none rw\n`;
  return { readText: (path) => path === "/proc/self/mountinfo" ? text : files.readText(path) };
}

for (
  const [fileSystem, options, check] of [
    ["exfat", "rw,relatime", "no-hard-links"],
    ["overlay", "rw,relatime", "overlay"],
    ["nfs4", "rw,relatime", "network-file-system"],
    ["ext4", "rw", "atime"],
  ] as const
) {
  Deno.test(`a store on ${fileSystem} mounted ${options} has the finding ${check}`, async () => {
    using store = healthyStore();
    const found = await checksOf(store, systemAt(NOW, mountedAs(fileSystem, options)));
    assertEquals(found.map((each) => each.check), [check]);
  });
}

Deno.test("little space and few inodes are told", async () => {
  using store = healthyStore();
  const found = await checksOf(store, systemAt(NOW, { space: () => ({ freeBytes: 5 << 20, freeInodes: 10 }) }));
  assertEquals(found.map(({ what }) => what), [
    `Only 5 MiB are free where ${store.store} is`,
    `Only 10 inodes are free where ${store.store} is`,
  ]);
});

Deno.test("a check that stumbles is a finding, and the others go on", async () => {
  using store = healthyStore();
  Deno.mkdirSync(store.own, { recursive: true });
  Deno.writeTextFileSync(`${store.own}/pins`, "");
  Deno.writeTextFileSync(`${store.store}/stray`, "");
  assertEquals((await checksOf(store)).map(({ check }) => check), ["foreign", "unreadable"]);
});

Deno.test("what is among the pins and cannot be one is to be removed by rm, the rest by unpin", async () => {
  using store = healthyStore();
  const pins = `${store.own}/pins`;
  Deno.mkdirSync(`${pins}/dir`, { recursive: true });
  for (const name of ["#a b#", "keep", "keep~"]) Deno.writeTextFileSync(`${pins}/${name}`, "x");
  const found = await examine(systemAt(NOW), store.repository, EXAMINATION);
  assertEquals(found.map(({ mend }) => mend.replace(/^.*(; or |, then: )/, "")), [
    `rm -- '${pins}/#a b#'`,
    `rm -r -- '${pins}/dir'`,
    "remove it: rcusync unpin gentoo keep",
  ]);
});

Deno.test("a fix that fails leaves its finding, with why", async () => {
  using store = healthyStore();
  Deno.writeTextFileSync(`${store.own}/journal/9`, "{}");
  const system = systemAt(NOW, {
    unlink: () => {
      throw Object.assign(new Error("EROFS: unlink"), { code: "EROFS" });
    },
  });
  const [found] = await examine(system, store.repository, { ...EXAMINATION, fix: true });
  assertEquals([found?.check, found?.isFixed, found?.fault?.message], ["journals", false, "EROFS: unlink"]);
});
