import { assertEquals } from "@std/assert";
import { type KnownTree, knownTree } from "../../support/known_tree.ts";
import { longTest } from "../../support/long_test.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { type ManifestEdit, writeOfficialManifests } from "../../support/official_manifests.ts";
import { type Random, randomOf } from "../../support/random.ts";
import { overwriteAtSameTime, replaceAtSameTime } from "../../support/same_time.ts";
import { timestampOf } from "../../support/signed_tree.ts";
import { tempDir } from "../../support/temp_dir.ts";

type Edits = Readonly<Record<string, ManifestEdit>>;

/** Changes a tree before its Manifests are made and signed; returns changes to these. */
type SignedChange = (dir: string, random: Random) => Edits;

/** Changes a tree behind their back. */
type Damage = (dir: string, random: Random) => void;

const SIGNED: Readonly<Record<string, SignedChange>> = {
  "new content": (dir, random) => {
    Deno.writeTextFileSync(`${dir}/${anyFile(dir, random)}`, `${random.next()}`);
    return {};
  },
  "a new file": (dir, random) => {
    Deno.writeTextFileSync(`${dir}/app-foo/bar/bar-${random.below(99)}.ebuild`, "EAPI=8\n");
    return {};
  },
  "a file less": (dir, random) => {
    Deno.removeSync(`${dir}/${anyFile(dir, random)}`);
    return {};
  },
  "a moved file": (dir, random) => {
    const path = anyFile(dir, random);
    Deno.renameSync(`${dir}/${path}`, `${dir}/${path}-moved`);
    return {};
  },
  "something ignored": (dir, random) => {
    const path = random.pick([anyFile(dir, random), "eclass", "app-foo/bar", "licenses/GPL-2"]);
    return appended("Manifest.files.gz", `IGNORE ${path}`);
  },
  "an entry twice": (dir, random) => {
    const path = anyFile(dir, random);
    const right = Deno.readTextFileSync(`${dir}/${path}`);
    const content = random.below(2) === 0 ? right : `${right}x`;
    const hashes = random.pick([["SHA512"], ["BLAKE2B", "SHA512"], ["SHA512", "SHA256"], ["MD5"]]);
    return appended("Manifest.files.gz", manifestEntry(random.pick(["DATA", "MISC"]), path, { content, hashes }));
  },
  "an entry less": (_, random) => without(random, /^DATA .*\n/m),
  "a Manifest that is data": (_, random) => ({
    "Manifest.files.gz": {
      text: (text) => text.replace(new RegExp(`^MANIFEST (${random.pick(["eclass", "app-foo"])})`, "m"), "DATA $1"),
    },
  }),
  "nothing": () => ({}),
};

const DAMAGE: Readonly<Record<string, Damage>> = {
  "another bit": (dir, random) => {
    const path = `${dir}/${anyFile(dir, random)}`;
    const bytes = Deno.readFileSync(path);
    replaceAtSameTime(path, bytes.length === 0 ? new Uint8Array([1]) : bytes.with(0, (bytes[0] ?? 0) ^ 1));
  },
  "a write in place": (dir, random) => {
    const path = `${dir}/${anyFile(dir, random)}`;
    overwriteAtSameTime(path, new Uint8Array(Deno.statSync(path).size));
  },
  "a stray": (dir, random) => Deno.writeTextFileSync(`${dir}/${anyFile(dir, random)}~`, ""),
  "a file that is gone": (dir, random) => Deno.removeSync(`${dir}/${anyFile(dir, random)}`),
  "a Manifest that is gone": (dir) => Deno.removeSync(`${dir}/app-foo/bar/Manifest`),
  "a directory for a file": (dir, random) => {
    const path = `${dir}/${anyFile(dir, random)}`;
    Deno.removeSync(path);
    Deno.mkdirSync(path);
  },
  "a link for a file": (dir, random) => {
    const path = anyFile(dir, random);
    Deno.renameSync(`${dir}/${path}`, `${dir}/.hidden`);
    Deno.symlinkSync("/etc/passwd", `${dir}/${path}`);
  },
  "a link to another file": (dir, random) => {
    const [path, other] = [anyFile(dir, random), anyFile(dir, random)];
    Deno.removeSync(`${dir}/${path}`);
    Deno.symlinkSync(`${"../".repeat(path.split("/").length - 1)}${other}`, `${dir}/${path}`);
  },
  "a link for a directory": (dir) => {
    Deno.renameSync(`${dir}/eclass`, `${dir}/.eclass`);
    Deno.symlinkSync(".eclass", `${dir}/eclass`);
  },
  "a moved directory": (dir) => Deno.renameSync(`${dir}/app-foo/bar`, `${dir}/app-foo/baz`),
  "files that took each other's place": (dir, random) => {
    const [a, b] = [`${dir}/${anyFile(dir, random)}`, `${dir}/${anyFile(dir, random)}`];
    Deno.renameSync(a, `${dir}/.swap`);
    Deno.renameSync(a === b ? `${dir}/.swap` : b, a);
    if (a !== b) Deno.renameSync(`${dir}/.swap`, b);
  },
};

function appended(path: string, line: string): Edits {
  return { [path]: { text: (text) => `${text}${line}\n` } };
}

function without(random: Random, line: RegExp): Edits {
  const path = random.pick(["eclass/Manifest.gz", "app-foo/Manifest.gz", "profiles/Manifest.gz"]);
  return { [path]: { text: (text) => text.replace(line, "") } };
}

function filesBelow(dir: string, below = ""): string[] {
  return [...Deno.readDirSync(`${dir}/${below}`)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    return entry.isDirectory ? filesBelow(dir, `${below}${entry.name}/`) : [below + entry.name];
  });
}

/** One that is no Manifest and is verified. */
function anyFile(dir: string, random: Random): string {
  const paths = filesBelow(dir).filter((path) => !/Manifest|\/timestamp/.test(path));
  return paths[random.below(paths.length)] ?? "header.txt";
}

/** Makes `to` what `from` is, by new inodes where it is not: as a sync does, so that the rest stays known. */
function bringOver(from: string, to: string): void {
  const wanted = new Map([...Deno.readDirSync(from)].map((entry) => [entry.name, entry]));
  for (const { name, isDirectory } of Deno.readDirSync(to)) {
    const there = wanted.get(name);
    if (there?.isDirectory !== isDirectory) Deno.removeSync(`${to}/${name}`, { recursive: true });
  }
  for (const { name, isDirectory } of wanted.values()) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) {
      Deno.mkdirSync(target, { recursive: true });
      bringOver(source, target);
    } else if (!isSame(source, target)) {
      Deno.copyFileSync(source, `${target}.new`);
      Deno.renameSync(`${target}.new`, target);
    }
  }
}

function isSame(source: string, target: string): boolean {
  try {
    if (!Deno.lstatSync(target).isFile) return false;
    const [a, b] = [Deno.readFileSync(source), Deno.readFileSync(target)];
    return a.length === b.length && a.every((byte, at) => byte === b[at]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function publish(tree: KnownTree, upstream: string, edits: Edits): Promise<void> {
  const sign = (text: string) => tree.key.clearsign(text);
  await writeOfficialManifests(upstream, { edits, sign, timestamp: timestampOf(new Date()) });
  bringOver(upstream, tree.dir);
}

for (const [rounds, register] of [[40, Deno.test], [600, longTest]] as const) {
  register(
    `Whatever changes, what is remembered gives the verdict that reading everything gives, ${rounds} times`,
    async () => {
      using tree = await knownTree();
      using temp = tempDir();
      const random = randomOf(rounds);
      const [first, good] = [`${temp.path}/first`, `${temp.path}/good`];
      for (const dir of [first, good]) Deno.mkdirSync(dir);
      bringOver(tree.dir, first);
      assertEquals((await tree.check()).ok, true);
      const ways = [...Object.entries(SIGNED), ...Object.entries(DAMAGE)];
      for (let round = 0; round < rounds; round++) {
        const [name, change] = ways[round % ways.length] ?? ["", () => {}];
        if (round % ways.length === 0) { for (const dir of [good, tree.dir]) bringOver(first, dir); }
        const upstream = `${temp.path}/upstream-${round}`;
        Deno.mkdirSync(upstream);
        bringOver(good, upstream);
        if (name in SIGNED) await publish(tree, upstream, change(upstream, random) ?? {});
        else change(tree.dir, random);
        const { ok, problems } = await tree.check();
        assertEquals(problems, await tree.wholeProblems(1), `${name}, round ${round}`);
        // A later change begins where everything is right, and where much is remembered of what was wrong.
        if (ok && random.below(2) === 0) bringOver(tree.dir, good);
        else bringOver(good, tree.dir);
        Deno.removeSync(upstream, { recursive: true });
      }
    },
  );
}
