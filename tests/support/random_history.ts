import { writeNew, writePackage } from "./guided_scene.ts";
import type { Random } from "./random.ts";

/**
 * Does to a tree what some weeks do upstream, at random: packages and whole categories come, go, are renamed and get
 * other versions; files become directories and the other way round; directories lose their last file, or are empty when
 * they come, or go when they were.
 *
 * What no Manifest tells, as of directories without files and of modes, happens only where a file changes too. A file
 * with the contents that it had keeps its time.
 */
export function editAtRandom(up: string, random: Random): void {
  const before = filesIn(up);
  const directories = new Set(directoriesBelow(`${up}/eclass`));
  for (let edits = 1 + random.below(6); edits > 0; edits--) random.pick(EDITS)(up, random);
  for (const [path, { text }] of filesIn(up)) {
    const old = before.get(path);
    if (old?.text === text) Deno.utimeSync(path, old.mtime, old.mtime);
  }
  // What came and went again left a directory where no file changed.
  for (const dir of directoriesBelow(`${up}/eclass`).reverse()) {
    if (!directories.has(dir) && [...Deno.readDirSync(dir)].length === 0) Deno.removeSync(dir);
  }
}

/** Paths, those above first. */
function directoriesBelow(dir: string): string[] {
  return directoriesIn(dir).flatMap((name) => [`${dir}/${name}`, ...directoriesBelow(`${dir}/${name}`)]);
}

function filesIn(dir: string): Map<string, { readonly text: string; readonly mtime: Date }> {
  type Found = readonly [string, { readonly text: string; readonly mtime: Date }];
  const found = [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }): Found[] => {
    const path = `${dir}/${name}`;
    if (isDirectory) return [...filesIn(path)];
    const text = new TextDecoder("latin1").decode(Deno.readFileSync(path));
    return [[path, { text, mtime: Deno.statSync(path).mtime ?? new Date(0) }]];
  });
  return new Map(found);
}

type Edit = (up: string, random: Random) => void;

const EDITS: readonly [Edit, ...Edit[]] = [
  (up, random) => addPackage(up, newPackage(random), random),
  (up, random) => addPackage(up, newPackage(random), random),
  (up, random) => onPackage(up, random, (dir) => addPackage(up, dir, random)),
  (up, random) => onPackage(up, random, (dir) => remove(`${up}/${dir}`)),
  (up, random) => onPackage(up, random, (dir) => move(`${up}/${dir}`, `${up}/${newPackage(random)}`)),
  (up, random) => onCategory(up, random, (name) => (remove(`${up}/${name}`), remove(`${up}/${CACHE}/${name}`))),
  (up, random) => onCategory(up, random, (name) => move(`${up}/${name}`, `${up}/cat-${random.below(9)}`)),
  (up, random) => onPackage(up, random, (dir) => turnFilesAround(`${up}/${dir}/files`, random)),
  (up, random) => onPackage(up, random, (dir) => putEmptyDirectory(`${up}/${dir}`, random)),
  (up, random) => onPackage(up, random, (dir) => dropEmptyDirectories(`${up}/${dir}`, random)),
  (up, random) => onPackage(up, random, (dir) => emptyDirectory(`${up}/${dir}`, random)),
  (up, random) => onPackage(up, random, (dir) => otherModes(`${up}/${dir}`, random)),
  (up, random) => writeNew(`${up}/eclass/${random.pick(["a", "sub/b", "sub/deep/c"])}.eclass`, text(random)),
  (up, random) => remove(`${up}/eclass/${random.pick(["a.eclass", "sub", "sub/deep/c.eclass"])}`),
  (up, random) => putEmptyDirectory(`${up}/profiles`, random),
  (up, random) => dropEmptyDirectories(`${up}/profiles`, random),
  (up, random) => writeNew(`${up}/metadata/news/n${random.below(4)}/n.txt`, text(random)),
  (up, random) => remove(`${up}/metadata/news/n${random.below(4)}`),
  (up, random) => writeNew(`${up}/metadata/timestamp.x`, text(random)),
  (up) => remove(`${up}/metadata/timestamp.x`),
];

const CACHE = "metadata/md5-cache";

function onPackage(up: string, random: Random, edit: (dir: string) => void): void {
  const packages = categoriesOf(up).flatMap((category) =>
    directoriesIn(`${up}/${category}`).map((name) => `${category}/${name}`)
  );
  const [first, ...rest] = packages;
  if (first !== undefined) edit(random.pick([first, ...rest]));
}

function onCategory(up: string, random: Random, edit: (name: string) => void): void {
  const [first, ...rest] = categoriesOf(up);
  if (first !== undefined) edit(random.pick([first, ...rest]));
}

function categoriesOf(up: string): string[] {
  return directoriesIn(up).filter((name) => name.startsWith("cat-"));
}

function addPackage(up: string, name: string, random: Random): void {
  if (typeOf(`${up}/${name}/files`) === "file") Deno.removeSync(`${up}/${name}/files`);
  writePackage(up, name, String(1 + random.below(5)));
}

/** A file becomes a directory of that name, or the directory a file. */
function turnFilesAround(files: string, random: Random): void {
  if (typeOf(files) === "file") {
    Deno.removeSync(files);
    writeNew(`${files}/${random.pick(["fix.patch", "sub/fix.patch"])}`, text(random));
  } else {
    remove(files);
    writeNew(files, text(random));
  }
}

function putEmptyDirectory(dir: string, random: Random): void {
  const name = random.pick(["none", "none/within", "other"]);
  touch(dir, random);
  Deno.mkdirSync(`${dir}/${name}`, { recursive: true });
}

function dropEmptyDirectories(dir: string, random: Random): void {
  touch(dir, random);
  for (const name of ["none", "other"]) remove(`${dir}/${name}`);
}

/** The last file goes and the directory stays. */
function emptyDirectory(dir: string, random: Random): void {
  touch(dir, random);
  if (typeOf(`${dir}/files`) !== "directory") return;
  remove(`${dir}/files`);
  Deno.mkdirSync(`${dir}/files`);
}

function otherModes(dir: string, random: Random): void {
  remove(`${dir}/metadata.xml`);
  writeNew(`${dir}/metadata.xml`, text(random), random.pick([0o644, 0o755, 0o600]));
  Deno.chmodSync(dir, random.pick([0o755, 0o750, 0o775]));
}

function touch(dir: string, random: Random): void {
  writeNew(`${dir}/metadata.xml`, text(random));
}

function newPackage(random: Random): string {
  return `cat-${random.below(6)}/pkg${random.below(8)}`;
}

function text(random: Random): string {
  return `${random.below(2 ** 30)}\n`.repeat(1 + random.below(20));
}

function move(from: string, to: string): void {
  if (typeOf(to) !== undefined) return;
  Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")), { recursive: true });
  Deno.renameSync(from, to);
}

function remove(path: string): void {
  if (typeOf(path) !== undefined) Deno.removeSync(path, { recursive: true });
}

function typeOf(path: string): "file" | "directory" | undefined {
  try {
    return Deno.lstatSync(path).isDirectory ? "directory" : "file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

function directoriesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}
