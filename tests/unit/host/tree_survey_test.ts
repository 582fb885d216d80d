import { assert, assertEquals } from "@std/assert";
import { hashOn } from "../../../lib/host/look_through.js";
import { surveyTree } from "../../../lib/host/tree_survey.ts";
import { tempDir } from "../../support/temp_dir.ts";

const seed = Uint32Array.of(3, 4);
const { signal } = new AbortController();

function hashOf(path: string): string {
  const bytes = new TextEncoder().encode(path);
  const hash = seed.slice();
  hashOn(hash, bytes, 0, bytes.length);
  return hash.join(" ");
}

/** Directories, and the hashes of what is in each. */
async function surveyed(tree: string, skipped: readonly string[] = []): Promise<Record<string, string[]>> {
  const survey = await surveyTree(tree, { seed, skipped, unwanted: [".tmp"], signal });
  assert(survey !== undefined);
  const { ends, hashes, paths, pathEnds } = survey;
  const pairs = [...ends].map((end, index): [string, string[]] => {
    const path = new TextDecoder().decode(paths.subarray(pathEnds[index - 1] ?? 0, pathEnds[index]));
    const start = ends[index - 1] ?? 0;
    const entries = Array.from({ length: end - start }, (_, at) => 2 * (start + at));
    return [path, entries.map((at) => hashes.slice(at, at + 2).join(" ")).sort()];
  });
  assertEquals(pairs[0]?.[0], "");
  return Object.fromEntries(pairs);
}

function writeTree(root: string): void {
  Deno.mkdirSync(`${root}/a/b/empty`, { recursive: true });
  Deno.mkdirSync(`${root}/host/own`, { recursive: true });
  Deno.mkdirSync(`${root}/a/host`);
  Deno.writeTextFileSync(`${root}/a/b/päckchen\n`, "");
  Deno.writeTextFileSync(`${root}/.tmp`, "");
  Deno.symlinkSync("..", `${root}/a/b/link`);
}

Deno.test("a survey tells every entry by its directory, links not followed, but for what is the host's own", async () => {
  using dir = tempDir();
  writeTree(dir.path);
  const expected = {
    "": ["a", "host", ".tmp"],
    "a/": ["a/b", "a/host"],
    "a/b/": ["a/b/empty", "a/b/päckchen\n", "a/b/link"],
    "a/b/empty/": [],
    "a/host/": [],
    "host/": ["host/own"],
    "host/own/": [],
  };
  const hashed = (paths: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(paths).map(([path, entries]) => [path, entries.map(hashOf).sort()]));
  assertEquals(await surveyed(dir.path), hashed(expected));
  const { "host/": _host, "host/own/": _own, ...others } = expected;
  assertEquals(await surveyed(dir.path, ["host", "none"]), hashed({ ...others, "": ["a", ".tmp"] }));
});

Deno.test("a survey of a big tree has every entry once", async () => {
  using dir = tempDir();
  const paths = Array.from({ length: 60 }, (_, at) => `directory-with-a-long-name-${at}`);
  for (const path of paths) {
    Deno.mkdirSync(`${dir.path}/${path}`);
    for (let count = 0; count < 100; count++) Deno.writeTextFileSync(`${dir.path}/${path}/${count}`, "");
  }
  const found = await surveyed(dir.path);
  assertEquals(Object.keys(found).length, 61);
  for (const path of paths) {
    assertEquals(found[`${path}/`], Array.from({ length: 100 }, (_, at) => hashOf(`${path}/${at}`)).sort());
  }
});

Deno.test("there is no survey of a tree that has an unwanted directory, is none, is a link, or when nobody wants it", async () => {
  using dir = tempDir();
  writeTree(dir.path);
  Deno.symlinkSync("a", `${dir.path}/to-a`);
  const request = { seed, skipped: [], unwanted: [".tmp"], signal };
  for (const path of ["none", "to-a", "a/b/link", ".tmp"]) {
    assertEquals(await surveyTree(`${dir.path}/${path}`, request), undefined);
  }
  assertEquals(await surveyTree(dir.path, { ...request, signal: AbortSignal.abort() }), undefined);
  const stop = new AbortController();
  const surveying = surveyTree("/proc", { ...request, signal: stop.signal });
  stop.abort();
  assertEquals(await surveying, undefined);
  Deno.mkdirSync(`${dir.path}/a/b/.tmp`);
  assertEquals(await surveyTree(dir.path, request), undefined);
});
