import { assert, assertEquals, assertRejects } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { describeProblem } from "../../../lib/manifest/problem.ts";
import { verifyRepository } from "../../../lib/manifest/verify_repository.ts";
import { assertFlipsNoticed } from "../../support/flipped_bits.ts";
import { generateTree } from "../../support/generated_tree.ts";
import { longTest } from "../../support/long_test.ts";
import { signedTree } from "../../support/signed_tree.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { treeSigner } from "../../support/tree_signer.ts";

Deno.test("All problems are listed, by path, with what was expected and found", async () => {
  using temp = tempDir();
  const { dir, keyPath } = await signedTree(`${temp.path}/tree`);
  Deno.writeTextFileSync(`${dir}/header.txt`, "longer than before\n");
  Deno.removeSync(`${dir}/licenses/GPL-2`);
  Deno.writeTextFileSync(`${dir}/eclass/stray\u0007`, "");
  const verdict = await verifyRepository(thisMachine(), { tree: dir, keyPath });
  assertEquals(verdict.ok ? [] : verdict.problems.map(describeProblem), [
    '"eclass/stray\\u{7}": Not listed in any Manifest',
    '"header.txt": Wrong size: expected 6, found 19',
    '"licenses/GPL-2": Listed but not there',
  ]);
});

Deno.test("A tree large enough for workers gets the same verdict with one thread and with several", async () => {
  using temp = tempDir();
  const tree = `${temp.path}/tree`;
  generateTree(tree, { packages: 800, seed: 1 });
  const { keyPath, sign } = await treeSigner(`${temp.path}/key.asc`);
  await sign(tree);
  const progress: number[] = [];
  const verify = (jobs: number) =>
    verifyRepository(thisMachine(), { tree, keyPath, jobs, onProgress: ({ files }) => progress.push(files) });
  const verdict = await verify(1);
  assert(verdict.ok && verdict.files > 2000 && verdict.files === verdict.totalFiles);
  assertEquals(progress.at(-1), verdict.files);
  assertEquals(await verify(3), verdict);
  const [ebuild] = [...Deno.readDirSync(`${tree}/app-admin/pkg0`)].filter(({ name }) => name.endsWith(".ebuild"));
  Deno.writeTextFileSync(`${tree}/app-admin/pkg0/${ebuild?.name}`, "#", { append: true });
  const [alone, together] = [await verify(1), await verify(3)];
  assertEquals(alone.ok ? [] : alone.problems.map(({ code }) => code), ["size"]);
  assertEquals(together, alone);
});

Deno.test("An interrupted verification throws the reason of its signal", async () => {
  using temp = tempDir();
  const { dir, keyPath } = await signedTree(`${temp.path}/tree`);
  const signal = AbortSignal.abort(new TypeError("enough"));
  await assertRejects(() => verifyRepository(thisMachine(), { tree: dir, keyPath, signal }), TypeError, "enough");
});

Deno.test("The fixture can be signed again after a change", async () => {
  using temp = tempDir();
  const { dir, keyPath, resign } = await signedTree(`${temp.path}/tree`, { timestamp: "2026-01-02T03:04:05Z" });
  Deno.writeTextFileSync(`${dir}/eclass/new.eclass`, "new\n");
  assertEquals((await verifyRepository(thisMachine(), { tree: dir, keyPath })).ok, false);
  await resign("2026-01-02T04:04:05Z");
  const verdict = await verifyRepository(thisMachine(), { tree: dir, keyPath });
  assertEquals(verdict.ok && verdict.timestampMs, Date.parse("2026-01-02T04:04:05Z"));
});

for (const [times, register] of [[60, Deno.test], [2000, longTest]] as const) {
  register(`A flipped bit is noticed wherever it is, ${times} times`, async () => {
    using temp = tempDir();
    const { dir, keyPath } = await signedTree(`${temp.path}/tree`);
    const verifies = async () => (await verifyRepository(thisMachine(), { tree: dir, keyPath, jobs: 1 })).ok;
    await assertFlipsNoticed(dir, { times, verifies });
  });
}
