import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { generateTree } from "../../support/generated_tree.ts";
import { mixedFolders } from "../../support/manifest_tree.ts";
import { mutateTree } from "../../support/mutated_tree.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** Every file below `dir` with its contents and modification time. */
function contents(dir: string, prefix = ""): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of Deno.readDirSync(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) {
      for (const [name, text] of contents(path, `${prefix}${entry.name}/`)) files.set(name, text);
    } else {
      files.set(prefix + entry.name, `${Deno.statSync(path).mtime?.toISOString()} ${Deno.readTextFileSync(path)}`);
    }
  }
  return new Map([...files].sort());
}

Deno.test("generateTree makes the same tree from the same seed, another from another", () => {
  using a = tempDir();
  using b = tempDir();
  using c = tempDir();
  generateTree(a.path, { packages: 12, seed: 1 });
  generateTree(b.path, { packages: 12, seed: 1 });
  generateTree(c.path, { packages: 12, seed: 2 });
  assertEquals(contents(a.path), contents(b.path));
  assertNotEquals(contents(a.path), contents(c.path));
});

Deno.test("generateTree writes Manifests that describe the tree, and mixedFolders notices what they do not", () => {
  using dir = tempDir();
  generateTree(dir.path, { packages: 12, seed: 1 });
  assertEquals(mixedFolders(dir.path), []);
  Deno.writeTextFileSync(`${dir.path}/app-admin/pkg0/metadata.xml`, "other");
  assertEquals(mixedFolders(dir.path), [`${dir.path}/app-admin/pkg0`]);
});

Deno.test("mutateTree bumps versions of the fraction asked for, keeps the tree whole and moves the timestamp on", () => {
  using dir = tempDir();
  generateTree(dir.path, { packages: 40, seed: 1 });
  const before = contents(dir.path);
  const changed = mutateTree(dir.path, { fraction: 0.1, seed: 3 });
  const after = contents(dir.path);
  assertEquals(changed.length, 4);
  assertEquals(mixedFolders(dir.path), []);
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  assertEquals([added.length, removed.length], [8, 8]);
  assert(after.get("metadata/timestamp.chk")?.endsWith("Thu, 01 Jan 2026 00:30:01 +0000\n"));
});

Deno.test("mutateTree leaves hardlinks to the old state alone", () => {
  using dir = tempDir();
  const tree = `${dir.path}/tree`;
  generateTree(tree, { packages: 12, seed: 1 });
  const stamp = Deno.readTextFileSync(`${tree}/metadata/timestamp.chk`);
  Deno.linkSync(`${tree}/metadata/timestamp.chk`, `${dir.path}/kept`);
  mutateTree(tree, { fraction: 0.1, seed: 3 });
  assertEquals(Deno.readTextFileSync(`${dir.path}/kept`), stamp);
});
