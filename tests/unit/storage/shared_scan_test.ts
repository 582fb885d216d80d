import { assert, assertEquals } from "@std/assert";
import { type KnownTree, knownTree } from "../../support/known_tree.ts";
import { GLEP74_FIXTURE } from "../../support/signed_tree.ts";
import { put } from "../manifest/tree_case.ts";

/** So many categories that another thread helps to list them. */
const CATEGORIES = Array.from({ length: 80 }, (_, index) => `cat-${index}`);

function manyCategories(): Promise<KnownTree> {
  const files = CATEGORIES.flatMap((category) =>
    ["a", "b"].map((name) => [`${category}/${name}/${name}-1.ebuild`, `# ${category} ${name}\n`])
  );
  return knownTree({ files: { ...GLEP74_FIXTURE, ...Object.fromEntries(files) }, jobs: 2 });
}

const DAMAGE: Readonly<Record<string, (dir: string) => void>> = {
  "strays in each category": (dir) => CATEGORIES.forEach((category) => put(`${dir}/${category}/a/files/stray`)),
  "strays beside the categories": (dir) => ["README", "x/y/z"].forEach((path) => put(`${dir}/${path}`)),
  "files that are gone": (dir) => Deno.removeSync(`${dir}/cat-7`, { recursive: true }),
  "links and pipes": (dir) => {
    for (const category of CATEGORIES) Deno.symlinkSync("a", `${dir}/${category}/link`);
    assert(new Deno.Command("mkfifo", { args: [`${dir}/cat-9/b/pipe`] }).outputSync().success);
  },
  "another bit": (dir) => Deno.writeTextFileSync(`${dir}/cat-11/a/a-1.ebuild`, "# cat-11 A\n"),
  "a name that is not valid UTF-8": (dir) => {
    const script = `touch ${dir}/cat-3/$(printf 'a\\377')/x ${dir}/$(printf 'a\\377')`;
    new Deno.Command("sh", { args: ["-c", `mkdir ${dir}/cat-3/$(printf 'a\\377'); ${script}`] }).outputSync();
  },
};

for (const [what, damage] of Object.entries(DAMAGE)) {
  Deno.test(`A tree with ${what} gets the same verdict however many threads list it, and whatever is remembered`, async () => {
    using tree = await manyCategories();
    assertEquals((await tree.check()).ok, true);
    damage(tree.dir);
    const { ok, problems } = await tree.check();
    assertEquals(ok, false);
    assertEquals(await tree.wholeProblems(1), problems);
    assertEquals(await tree.wholeProblems(2), problems);
  });
}

Deno.test("What most trees ignore, and whatever begins with a dot, is left out by each thread", async () => {
  using tree = await manyCategories();
  for (const path of ["distfiles/a/b", ".git/config", "cat-5/.svn/x", "cat-5/a/.hidden"]) put(`${tree.dir}/${path}`);
  assertEquals((await tree.check()).problems, []);
  assertEquals(await tree.check(), { ok: true, hashed: 1, problems: [] });
});
