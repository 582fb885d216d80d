import { assertEquals, assertRejects } from "@std/assert";
import { type ExpectedNames, type ListedNames, sumOfNames, unexpectedNames } from "../../../lib/host/expected_names.ts";
import { systemFiles } from "../../../lib/host/files.ts";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { tempDir } from "../../support/temp_dir.ts";

const files = systemFiles();

/** Makes a directory with these names: of directories with a slash at the end, of links with an `@`. */
function make(path: string, names: readonly string[]): string {
  Deno.mkdirSync(path, { recursive: true });
  for (const name of names) {
    if (name.endsWith("/")) Deno.mkdirSync(`${path}/${name}`);
    else if (name.endsWith("@")) Deno.symlinkSync("nowhere", `${path}/${name.slice(0, -1)}`);
    else Deno.writeTextFileSync(`${path}/${name}`, "");
  }
  return path;
}

const listed = (...names: readonly string[]): ListedNames => ({ sum: sumOfNames(names), names: () => names });

const EXPECTED = { files: listed("x", "päckchen", "\u{1f4e6}"), came: ["new"], went: ["old"] };
const LIKE = ["kept/", "old/", "file", ".hidden/"];
const RIGHT = ["x", "päckchen", "\u{1f4e6}", "kept/", "new/", ".git/", ".file"];

for (const [where, workers] of Object.entries({ "another thread": 2, "this thread": 1 })) {
  Deno.test(`names are compared with what must be there, by ${where}`, async () => {
    using temp = tempDir();
    using pool = hashPool(workers);
    pool.start();
    const like = make(`${temp.path}/like`, LIKE);
    const cases: readonly (readonly [names: readonly string[], isComplete: boolean, unexpected: readonly string[]])[] =
      [
        [RIGHT, true, []],
        [[...RIGHT, "stray"], true, ["stray"]],
        [[...RIGHT, "old/"], true, ["old"]],
        [[...RIGHT, "link@"], true, ["link"]],
        [RIGHT.filter((name) => name !== "x"), false, []],
        [RIGHT.filter((name) => name !== "kept/"), false, []],
        [RIGHT.map((name) => name === "x" ? "y" : name), false, ["y"]],
        [RIGHT.map((name) => name === "x" ? "x/" : name), false, ["x"]],
        [RIGHT.map((name) => name === "kept/" ? "kept" : name), false, ["kept"]],
        [RIGHT.map((name) => name === "new/" ? "new@" : name), false, ["new"]],
      ];
    const expected = cases.map(([names], index): ExpectedNames => {
      return { path: make(`${temp.path}/${index}`, names), like, ...EXPECTED };
    });
    const found = await unexpectedNames({ files, pool }, expected);
    const told = new Map(found.map(({ expected, ...rest }) => [expected, rest]));
    assertEquals(
      expected.map((one) => told.get(one) ?? { isComplete: true, unexpected: [] })
        .map(({ isComplete, unexpected }) => [isComplete, unexpected.map(({ name }) => name)]),
      cases.map(([, isComplete, unexpected]) => [isComplete, unexpected]),
    );
  });

  Deno.test(`a new directory is like none, a file in place of a directory counts as that, by ${where}`, async () => {
    using temp = tempDir();
    using pool = hashPool(workers);
    pool.start();
    const nothing = { files: listed(), came: [], went: [] };
    const like = make(`${temp.path}/like`, ["a/"]);
    const expected: readonly ExpectedNames[] = [
      { ...nothing, path: make(`${temp.path}/new`, ["x"]), files: listed("x"), like: `${temp.path}/missing` },
      { ...nothing, path: make(`${temp.path}/replaced`, ["a"]), files: listed("a"), like },
      { ...nothing, path: make(`${temp.path}/link/target`, []), like: `${temp.path}/missing` },
    ];
    assertEquals(await unexpectedNames({ files, pool }, expected), []);
    Deno.symlinkSync("target", `${temp.path}/link/link`);
    const links = ["link/link", "gone"].map((name) => ({ ...nothing, path: `${temp.path}/${name}`, like }));
    assertEquals(
      await unexpectedNames({ files, pool }, links),
      links.map((expected) => ({ expected, isComplete: false, unexpected: [] })),
    );
  });
}

Deno.test("what is wrong with a directory that another thread cannot list is told", async () => {
  using temp = tempDir();
  const treeNames = {
    ...files.treeNames,
    entries: () => {
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    },
  };
  const pool = { sumNames: (paths: readonly string[]) => Promise.resolve(new Uint32Array(10 * paths.length)) };
  const expected = { path: temp.path, like: temp.path, files: listed(), came: [], went: [] };
  await assertRejects(() => unexpectedNames({ files: { ...files, treeNames }, pool }, [expected]), Error, "EIO");
});

Deno.test("sums of many names tell one from another", async () => {
  using temp = tempDir();
  using pool = hashPool(2);
  pool.start();
  const names = Array.from({ length: 3000 }, (_, index) => `package-${index}.ebuild`);
  const path = make(`${temp.path}/many`, names);
  const expected = { path, like: `${temp.path}/missing`, files: listed(...names), came: [], went: [] };
  assertEquals(await unexpectedNames({ files, pool }, [expected]), []);
  const [wrong] = await unexpectedNames({ files, pool }, [{
    ...expected,
    files: listed(...names.slice(1), "package-x"),
  }]);
  assertEquals([wrong?.isComplete, wrong?.unexpected.map(({ name }) => name)], [false, ["package-0.ebuild"]]);
});

Deno.test("what is listed twice adds up to no directory: the same twice is one name, a contradiction is nothing", async () => {
  using temp = tempDir();
  using pool = hashPool(2);
  pool.start();
  const nothing = { like: `${temp.path}/missing`, came: [], went: [] };
  const path = make(`${temp.path}/a`, ["x", "y"]);
  const twice = listed("x", "y", "x");
  assertEquals(await unexpectedNames({ files, pool }, [{ ...nothing, path, files: twice }]), []);
  const contradiction = { ...nothing, path, files: { sum: twice.sum, names: () => undefined } };
  assertEquals(
    await unexpectedNames({ files, pool }, [contradiction]),
    [{ expected: contradiction, isComplete: false, unexpected: [] }],
  );
});

Deno.test("hundreds of directories are told apart by their sums alone, with others that they are like and without", async () => {
  using temp = tempDir();
  using pool = hashPool(3);
  pool.start();
  const lists = (): never => {
    throw new Error("gone through by name");
  };
  const dumb = { ...files, treeNames: { ...files.treeNames, entries: lists } };
  const like = make(`${temp.path}/like`, ["kept/"]);
  const expected = Array.from({ length: 450 }, (_, index): ExpectedNames => {
    const names = Array.from({ length: index % 7 }, (_, at) => `${index}-${at}`);
    const isLike = index % 3 === 0;
    const path = make(`${temp.path}/${index}`, [...names, ...isLike ? ["kept/"] : []]);
    return { path, files: listed(...names), like: isLike ? like : undefined, came: [], went: [] };
  });
  assertEquals(await unexpectedNames({ files: dumb, pool }, expected), []);
  make(`${temp.path}/433`, ["stray"]);
  const [found, ...others] = await unexpectedNames({ files, pool }, expected);
  assertEquals([found?.expected.path, found?.unexpected.map(({ name }) => name), others], [`${temp.path}/433`, [
    "stray",
  ], []]);
});
