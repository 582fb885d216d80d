import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { describeProblem, type ProblemCode } from "../../../lib/manifest/problem.ts";
import { type SignedRepository, verifyRepository } from "../../../lib/manifest/verify_repository.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import type { ManifestEdit } from "../../support/official_manifests.ts";
import { type SignedTree, signedTree, type SignedTreeOptions } from "../../support/signed_tree.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** A tree, what is done to it, and the verdict that it must get. */
export interface TreeCase extends SignedTreeOptions {
  /** Changes the tree after it was signed. */
  readonly tamper?: (dir: string, tree: SignedTree) => void | Promise<void>;
  /** `ok`, or the codes of the problems, each once, in order of the alphabet. */
  readonly verdict: "ok" | ProblemCode | readonly ProblemCode[];
  /** A path that the problems must name. */
  readonly names?: string;
  /** How the tree is judged. */
  readonly policy?: Partial<Pick<SignedRepository, "accepted" | "maxAgeAction" | "maxAgeDays">>;
  /** What the warnings must contain. */
  readonly warns?: string;
}

/** Registers a test that makes the tree of a case and compares the verdict. */
export function treeCase(name: string, treeCase: TreeCase): void {
  Deno.test(name, async () => {
    using temp = tempDir();
    const tree = await signedTree(`${temp.path}/tree`, treeCase);
    await treeCase.tamper?.(tree.dir, tree);
    const repository = { tree: tree.dir, keyPath: tree.keyPath, ...treeCase.policy };
    const verdict = await verifyRepository(thisMachine(), repository);
    const problems = verdict.ok ? [] : verdict.problems;
    const codes = [...new Set(problems.map(({ code }) => code))].sort();
    const wanted = treeCase.verdict === "ok" ? [] : [treeCase.verdict].flat();
    assertEquals(codes, wanted, problems.map(describeProblem).join("\n"));
    assertEquals(verdict.ok, treeCase.verdict === "ok");
    if (treeCase.names !== undefined) assert(problems.some(({ path }) => path === treeCase.names), String(problems));
    assertStringIncludes(verdict.ok ? verdict.warnings.join("\n") : "", treeCase.warns ?? "");
  });
}

/** Lines added to Manifest.files.gz, the Manifest that the top-level one names. */
export function added(...lines: readonly string[]): Readonly<Record<string, ManifestEdit>> {
  return inManifest("Manifest.files.gz", (text) => text + lines.map((line) => `${line}\n`).join(""));
}

/** One Manifest's text changed. */
export function inManifest(
  path: string,
  text: (text: string) => string | Uint8Array,
): Readonly<Record<string, ManifestEdit>> {
  return { [path]: { text } };
}

/** The entry of header.txt in Manifest.files.gz replaced; `$` stands for the one that was there. */
export function headerEntry(line: string): Readonly<Record<string, ManifestEdit>> {
  return inManifest(
    "Manifest.files.gz",
    (text) => text.replace(/^DATA header\.txt.*$/m, (old) => line.replace("$", old)),
  );
}

/** An entry for header.txt with these digests. */
export function header(hashes: readonly string[], tag = "DATA"): string {
  return manifestEntry(tag, "header.txt", { content: "# hdr\n", hashes });
}

/** Writes a file, with the folders above it. */
export function put(path: string, text = "x\n"): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

/** A change of the top-level Manifest as it is on disk. */
export function inTop(edit: (text: string) => string): (dir: string) => void {
  return (dir) => Deno.writeTextFileSync(`${dir}/Manifest`, edit(Deno.readTextFileSync(`${dir}/Manifest`)));
}
