import { assertEquals } from "@std/assert";
import { type KnownCheck, type KnownTree, knownTree } from "../../support/known_tree.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { timestampOf } from "../../support/signed_tree.ts";

const X = "x\n";

/** An entry for the one file there is. */
function entryOf(hashes: readonly string[], { tag = "DATA", content = X } = {}): string {
  return manifestEntry(tag, "x", { content, hashes });
}

const WHOLE = entryOf(["BLAKE2B", "SHA512"]);

/** A tree whose files are named by two Manifests in one directory, so that one of them can stay what it was. */
async function splitTree(): Promise<KnownTree> {
  const tree = await knownTree({ files: { "d/x": X, "d/y": "y\n" } });
  for (const path of ["d/Manifest.gz", "d/Manifest", "Manifest.files.gz"]) removeIfAny(`${tree.dir}/${path}`);
  return tree;
}

/** Writes the two Manifests and the one above, and checks. */
async function checkWith(
  tree: KnownTree,
  a: readonly string[],
  b: readonly string[],
  top: readonly string[] = [],
): Promise<KnownCheck> {
  const texts = [["A", a], ["B", [...b, manifestEntry("DATA", "y", { content: "y\n" })]]] as const;
  const lines = texts.map(([name, entries]) => {
    const content = entries.map((line) => `${line}\n`).join("");
    replaceIfOther(`${tree.dir}/d/${name}`, content);
    return manifestEntry("MANIFEST", `d/${name}`, { content });
  });
  const text = [...lines, ...top, `TIMESTAMP ${timestampOf(new Date())}`].join("\n");
  replaceIfOther(`${tree.dir}/Manifest`, await tree.key.clearsign(text));
  return await tree.check();
}

function removeIfAny(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function replaceIfOther(path: string, content: string): void {
  try {
    if (Deno.readTextFileSync(path) === content) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.writeTextFileSync(`${path}.new`, content);
  Deno.renameSync(`${path}.new`, path);
}

const LATER: Readonly<Record<string, readonly [entry: string, problems: readonly string[]]>> = {
  "the same": [WHOLE, []],
  "a digest less": [entryOf(["SHA512"]), []],
  "another digest": [entryOf(["SHA256"]), []],
  "another size": [entryOf(["SHA512"], { content: "xx\n" }), ['"d/x": Listed with the sizes 2 and 3']],
  "another content": [entryOf(["SHA512"], { content: "y\n" }), ['"d/x": Listed with two values of SHA512']],
  "MISC": [entryOf(["SHA512"], { tag: "MISC" }), ['"d/x": Listed as MISC and as something else']],
};

for (const [what, [entry, problems]] of Object.entries(LATER)) {
  Deno.test(`A Manifest that says ${what} of a file, beside one that is remembered, is compared with that`, async () => {
    using tree = await splitTree();
    for (const _ of [1, 2]) assertEquals((await checkWith(tree, [WHOLE], [])).problems, []);
    assertEquals((await checkWith(tree, [WHOLE], [entry])).problems, problems);
  });
}

for (const [what, [entry, problems]] of Object.entries(LATER)) {
  Deno.test(`A Manifest that says ${what} of a file, above one that is remembered, is compared with that`, async () => {
    using tree = await splitTree();
    for (const _ of [1, 2]) assertEquals((await checkWith(tree, [WHOLE], [])).problems, []);
    // Which of the two is met first decides which one is told first.
    const told = problems.map((problem) => problem.replace("2 and 3", "3 and 2"));
    assertEquals((await checkWith(tree, [WHOLE], [], [entry.replace(" x ", " d/x ")])).problems, told);
  });
}

Deno.test("What two Manifests proved together, one of them alone does not prove, though it stayed the same", async () => {
  using tree = await splitTree();
  const [weak, strong] = [entryOf(["MD5"]), entryOf(["SHA512"])];
  for (const _ of [1, 2]) assertEquals((await checkWith(tree, [weak], [strong])).problems, []);
  const { problems } = await checkWith(tree, [weak], []);
  assertEquals(problems, ['"d/x": Listed without a digest that is secure: found MD5']);
});

Deno.test("A file that a Manifest no longer names is a stray, though the other Manifest stayed the same", async () => {
  using tree = await splitTree();
  for (const _ of [1, 2]) assertEquals((await checkWith(tree, [], [WHOLE])).problems, []);
  assertEquals((await checkWith(tree, [], [])).problems, ['"d/x": Not listed in any Manifest']);
});

Deno.test("A file that moves from one Manifest to the other is not read again", async () => {
  using tree = await splitTree();
  for (const _ of [1, 2]) assertEquals((await checkWith(tree, [WHOLE], [])).problems, []);
  assertEquals(await checkWith(tree, [], [WHOLE]), { ok: true, hashed: 3, problems: [] });
});
