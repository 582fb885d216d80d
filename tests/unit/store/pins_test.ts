import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { storeLayout } from "../../../lib/store/layout.ts";
import { pinsOf, removePin, setPin } from "../../../lib/store/pins.ts";
import { namesIn } from "../../support/entries.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

/** A store as Portage leaves it, with the snapshots 1 and 2. */
function makeStore() {
  const dir = tempDir();
  for (const id of [1, 2]) Deno.mkdirSync(`${dir.path}/snapshots/${id}`, { recursive: true });
  return { layout: storeLayout(dir.path), [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

Deno.test("a store made by Portage has no pins", () => {
  using store = makeStore();
  assertEquals([...pinsOf(files, store.layout).bySnapshot], []);
});

Deno.test("pins are told by snapshot, their names sorted", async () => {
  using store = makeStore();
  await setPin(files, store.layout, { name: "stage3", snapshot: 2 });
  await setPin(files, store.layout, { name: "audit-2024.1_x", snapshot: 2 });
  await setPin(files, store.layout, { name: "before", snapshot: 1 });
  assertEquals([...pinsOf(files, store.layout).bySnapshot], [[2, ["audit-2024.1_x", "stage3"]], [1, ["before"]]]);
});

Deno.test("a pin is a file with the number of the snapshot, which a shell can write too", async () => {
  using store = makeStore();
  await setPin(files, store.layout, { name: "a", snapshot: 2 });
  assertEquals(Deno.readTextFileSync(`${store.layout.pins}/a`), "2\n");
  assertEquals(namesIn(store.layout.pins), ["a"]);
  Deno.writeTextFileSync(`${store.layout.pins}/b`, "1");
  assertEquals(pinsOf(files, store.layout).bySnapshot.get(1), ["b"]);
});

Deno.test("a pin that is set again moves, also when an earlier attempt was cut off", async () => {
  using store = makeStore();
  await setPin(files, store.layout, { name: "a", snapshot: 1 });
  Deno.writeTextFileSync(`${store.layout.pins}/.a.new`, "");
  await setPin(files, store.layout, { name: "a", snapshot: 2 });
  assertEquals([...pinsOf(files, store.layout).bySnapshot], [[2, ["a"]]]);
});

Deno.test("a pin that is removed keeps nothing", async () => {
  using store = makeStore();
  await setPin(files, store.layout, { name: "a", snapshot: 1 });
  removePin(files, store.layout, "a");
  assertEquals([...pinsOf(files, store.layout).bySnapshot], []);
});

Deno.test("a pin that does not exist cannot be removed", () => {
  using store = makeStore();
  assertEquals(assertThrows(() => removePin(files, store.layout, "a"), Fault).kind, "usage");
});

Deno.test("a snapshot that does not exist cannot be pinned", async () => {
  using store = makeStore();
  const fault = await assertRejects(() => setPin(files, store.layout, { name: "a", snapshot: 3 }), Fault);
  assertEquals(fault.kind, "usage");
  assertEquals(files.lstat(store.layout.own), undefined);
});

for (const name of ["", ".", "..", ".a", "a/b", "../a", "a b", "ä", "a\n", "a\0"]) {
  Deno.test(`a pin cannot be named ${JSON.stringify(name)}`, async () => {
    using store = makeStore();
    const fault = await assertRejects(() => setPin(files, store.layout, { name, snapshot: 1 }), Fault);
    assertEquals(fault.kind, "usage");
    assertEquals(assertThrows(() => removePin(files, store.layout, name), Fault).kind, "usage");
  });
}

for (const text of ["", "0", "-1", "007", "1 2", "1\n2\n", " 1", "x", "1e3"]) {
  Deno.test(`a pin that says ${JSON.stringify(text)} is unreadable, not guessed`, () => {
    using store = makeStore();
    Deno.mkdirSync(store.layout.pins, { recursive: true });
    Deno.writeTextFileSync(`${store.layout.pins}/a`, text);
    assertEquals(pinsOf(files, store.layout), { bySnapshot: new Map(), unreadable: ["a"] });
  });
}

Deno.test("a copy that an editor keeps of a pin is none", () => {
  using store = makeStore();
  Deno.mkdirSync(store.layout.pins, { recursive: true });
  Deno.writeTextFileSync(`${store.layout.pins}/a~`, "1\n");
  assertEquals(pinsOf(files, store.layout), { bySnapshot: new Map(), unreadable: [] });
});

Deno.test("a link or directory among the pins is unreadable", () => {
  using store = makeStore();
  Deno.mkdirSync(store.layout.pins, { recursive: true });
  Deno.symlinkSync("../../latest", `${store.layout.pins}/a`);
  Deno.mkdirSync(`${store.layout.pins}/b`);
  assertEquals(pinsOf(files, store.layout), { bySnapshot: new Map(), unreadable: ["a", "b"] });
});

Deno.test("nobody but its owner can write to a pin, whatever the umask", async () => {
  using store = makeStore();
  await setPin(files, store.layout, { name: "a", snapshot: 1 });
  assertEquals(files.lstat(`${store.layout.pins}/a`)?.mode, 0o644);
});

/** A call that fails as the operating system has it. */
function failing(code: string) {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

const refusals = [["ENOSPC", "disk-full"], ["EROFS", "store"], ["EACCES", "store"]] as const;

for (const [code, kind] of refusals) {
  Deno.test(`${code} on the way to a pin is explained, and leaves nothing behind`, async () => {
    using store = makeStore();
    const pin = { name: "a", snapshot: 1 };
    const fault = await assertRejects(() => setPin({ ...files, rename: failing(code) }, store.layout, pin), Fault);
    assertEquals([fault.kind, namesIn(store.layout.pins)], [kind, []]);
  });
}

for (const code of ["EROFS", "EACCES", "EISDIR"]) {
  Deno.test(`${code} when a pin is removed is explained`, () => {
    using store = makeStore();
    const fault = assertThrows(() => removePin({ unlink: failing(code) }, store.layout, "a"), Fault);
    assertEquals(fault.kind, "store");
  });
}
