import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { dirname } from "@std/path";
import { hashPool } from "../../../lib/host/hash_pool.ts";
import { tempDir } from "../../support/temp_dir.ts";

const KNOWN = new Map([["BLAKE2B", "blake2b512"], ["SHA512", "sha512"]]);

const digestOf = (text: string, algorithm = "sha512") => createHash(algorithm).update(text).digest("hex");

function put(path: string, text: string): string {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text);
  return text;
}

function line(tag: string, name: string, text: string): string {
  return `${tag} ${name} ${text.length} SHA512 ${digestOf(text)}\n`;
}

/** Directories `a`, `b` and so on, each with the Manifest and the other files that are given. */
async function check(
  directories: readonly { readonly manifest: string; readonly files: Readonly<Record<string, string>> }[],
  { workers = 1, damage = () => {} }: { readonly workers?: number; readonly damage?: (root: string) => void } = {},
) {
  using temp = tempDir();
  const root = temp.path;
  const jobs = directories.map(({ manifest, files }, index) => {
    const dir = `${root}/${"abc"[index]}`;
    for (const [name, text] of Object.entries(files)) put(`${dir}/${name}`, text);
    const path = `${dir}/Manifest`;
    put(path, manifest);
    return { path, size: new TextEncoder().encode(manifest).length, algorithms: "sha512", digests: digestOf(manifest) };
  });
  damage(root);
  using pool = hashPool(workers);
  pool.start();
  const { hashed, wrong, odd } = await pool.checkDirectories(jobs, KNOWN);
  return { hashed, wrong: wrong?.slice(root.length + 1), odd: [...odd] };
}

const PLAIN = {
  manifest: line("EBUILD", "x-1.ebuild", "x") + "DIST x.tar.xz 1 SHA512 00\n" + line("AUX", "fix/a.patch", "fix"),
  files: { "x-1.ebuild": "x", "files/fix/a.patch": "fix", ".hidden": "" },
};

for (const workers of [1, 2]) {
  const by = workers === 1 ? "this thread" : "another one";
  Deno.test(`plain lists are checked with all that they name, by ${by}`, async () => {
    assertEquals(await check([PLAIN, PLAIN], { workers }), { hashed: 6, wrong: undefined, odd: [] });
  });
}

for (
  const [what, manifest] of [
    ["a name with an escape", line("DATA", "\\x61", "x")],
    ["a name that begins with a dot", line("DATA", ".x", "x")],
    ["a name that leads out", line("DATA", "../x", "x")],
    ["an absolute name", line("DATA", "/x", "x")],
    ["an empty part in a name", line("DATA", "files//x", "x")],
    ["a name of a directory", line("DATA", "files/", "x")],
    ["two blanks", line("DATA", " x", "x")],
    ["a tab", "DATA\tx 1 SHA512 00\n"],
    ["another Manifest", line("MANIFEST", "files/Manifest", "x")],
    ["what is ignored", "IGNORE files\n"],
    ["no digest that proves anything", `DATA x 1 MD5 ${digestOf("x", "md5")}\n`],
    ["a file named twice", line("DATA", "x", "x") + line("DATA", "x", "x")],
    ["a size with zeros before it", `DATA x 01 SHA512 ${digestOf("x")}\n`],
    ["an unknown tag", line("OTHER", "x", "x")],
    ["nothing like a line", "?\n"],
    ["a byte order mark", `\ufeff${line("DATA", "x", "x")}`],
  ] as const
) {
  Deno.test(`a list with ${what} is left to others, and nothing of its directory is judged`, async () => {
    assertEquals(await check([PLAIN, { manifest, files: { stray: "" } }]), { hashed: 3, wrong: undefined, odd: [1] });
  });
}

for (
  const [what, path, damage] of [
    ["a file with other bytes", "b/x-1.ebuild", (at: string) => Deno.writeTextFileSync(at, "y")],
    ["a file that is gone", "b/files/fix/a.patch", (at: string) => Deno.removeSync(at)],
    ["a link in place of a file", "b/x-1.ebuild", (at: string) => {
      Deno.renameSync(at, `${at}.moved`);
      Deno.symlinkSync(`${at}.moved`, at);
    }],
    ["a list with other bytes", "b/Manifest", (at: string) => Deno.writeTextFileSync(at, "DATA")],
    ["a stray file", "b/files/fix/stray", (at: string) => Deno.writeTextFileSync(at, "")],
    ["a stray file in a directory of its own", "b/more/stray", (at: string) => put(at, "")],
  ] as const
) {
  Deno.test(`${what} is told of by its path`, async () => {
    assertEquals((await check([PLAIN, PLAIN], { damage: (root) => damage(`${root}/${path}`) })).wrong, path);
  });
}

Deno.test("a directory that cannot be listed is left to others", async () => {
  const damage = (root: string) => {
    Deno.renameSync(`${root}/b`, `${root}/moved`);
    Deno.symlinkSync("moved", `${root}/b`);
  };
  assertEquals(await check([PLAIN, PLAIN], { damage }), { hashed: 6, wrong: undefined, odd: [1] });
});

for (const path of ["a/\ufeffx-1.ebuild", "a/\ufefffiles/stray"]) {
  Deno.test(`${JSON.stringify(path)}, which begins with a byte order mark, is a stray file`, async () => {
    assertEquals((await check([PLAIN], { damage: (root) => put(`${root}/${path}`, "") })).wrong, path);
  });
}

Deno.test("the first digest that is known is the one that counts", async () => {
  const manifest = `DATA x 1 MD5 ${digestOf("y", "md5")} BLAKE2B ${digestOf("x", "blake2b512")} SHA512 00\n`;
  assertEquals(await check([{ manifest, files: { x: "x" } }]), { hashed: 2, wrong: undefined, odd: [] });
});

Deno.test("empty directories are nobody's fault", async () => {
  const damage = (root: string) => Deno.mkdirSync(`${root}/a/empty/inside`, { recursive: true });
  assertEquals(await check([PLAIN], { damage }), { hashed: 3, wrong: undefined, odd: [] });
});
