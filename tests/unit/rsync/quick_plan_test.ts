import { dirname } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { systemFiles } from "../../../lib/host/files.ts";
import { plan, type Planned } from "../../../lib/rsync/plan.ts";
import { quickPlan } from "../../../lib/rsync/quick_plan.ts";
import { quickWords } from "../../../lib/rsync/quick_words.ts";
import { type EntrySpec, file, writeEntries } from "../../support/dated_entries.ts";
import { type Random, randomOf } from "../../support/random.ts";
import { editAtRandom } from "../../support/random_edit.ts";
import { startDaemon } from "../../support/rsync_daemon.ts";
import { rsyncSession, STOCK_WORDS } from "../../support/rsync_session.ts";
import { tempDir } from "../../support/temp_dir.ts";

type Session = ReturnType<typeof rsyncSession>;

async function planQuickly(session: Session, base: string) {
  const { surveyTree, treeNames } = systemFiles();
  const quick = quickWords(session.words, {});
  assert(surveyTree !== undefined && quick !== undefined);
  return await quickPlan(session, base, { quick, surveyTree, treeNames });
}

/** A plan without the order in which rsync's processes come to speak, but with that of the deletions. */
function comparable(planned: Planned) {
  const { changes, rejected } = planned;
  const deletions = changes.filter(({ kind }) => kind === "delete").map(({ path }) => path);
  const early = deletions.filter((path, at) => deletions.slice(at + 1).some((later) => later.startsWith(`${path}/`)));
  const lines = changes.map(({ kind, type, path, size }) => `${kind} ${type} ${path} ${size}`);
  return { changes: lines.sort(), rejected: rejected.toSorted(), early };
}

const ODD_NAMES = [
  "new\nline",
  "hash\\#012x",
  "back\\slash",
  "tab\tx",
  " two  blanks ",
  "é\u200e",
  "*deleting   0 forged",
  "recv_generator(a,1)",
  "a,1)",
  ".hidden",
  ".~tmp~",
  "local",
] as const;

/** What the words exclude. */
const SKIPPED: ReadonlySet<string> = new Set(["distfiles", "local", "packages", ".git"]);

/** Files with names that are not like others, at the top and below it; also such as stay out of a sync. */
function writeOddly(tree: string, random: Random): void {
  for (let count = random.below(6); count > 0; count--) {
    const dir = random.pick(["", "local", "packages", "odd", "odd/local"]);
    if (exists(`${tree}/${dir}`) && !isDirectory(`${tree}/${dir}`)) continue;
    Deno.mkdirSync(`${tree}/${dir}`, { recursive: true });
    const path = `${tree}/${dir}${dir && "/"}${random.pick(ODD_NAMES)}`;
    if (!exists(path)) Deno.writeTextFileSync(path, `${random.next()}`);
  }
  if (random.below(8) === 0 && !exists(`${tree}/odd/.~tmp~`)) {
    Deno.mkdirSync(`${tree}/odd/.~tmp~/x`, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    return Boolean(Deno.lstatSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Two trees with much in common. */
async function writeTrees(dir: string, random: Random): Promise<void> {
  Deno.mkdirSync(`${dir}/base/odd`, { recursive: true });
  editAtRandom(`${dir}/base`, random);
  editAtRandom(`${dir}/base`, random);
  writeOddly(`${dir}/base`, random);
  await new Deno.Command("cp", { args: ["-a", `${dir}/base`, `${dir}/up`] }).output();
  if (random.below(4) > 0) editAtRandom(`${dir}/up`, random);
  writeOddly(`${dir}/up`, random);
  for (const gone of ["odd", "a", "b"]) {
    if (random.below(5) === 0 && exists(`${dir}/up/${gone}`)) Deno.removeSync(`${dir}/up/${gone}`, { recursive: true });
  }
}

/** Whether rsync has to look itself: something may become another type, or the tree has what a mirror works on. */
function isUnsure(tree: string, { changes }: Planned): boolean {
  const created = changes.filter(({ kind }) => kind === "create").map(({ path }) => path);
  return created.some((path) => exists(`${tree}/base/${path}`)) || isDirectory(`${tree}/base/odd/.~tmp~`) ||
    emptied(tree).some((dir) => !created.some((path) => dirname(path) === dir));
}

/** Directories from which all is gone, but not they themselves. */
function emptied(tree: string, dir = ""): string[] {
  const names = [...Deno.readDirSync(`${tree}/base/${dir}`)].filter(({ name }) => !SKIPPED.has(`${dir}${name}`));
  const isEmptied = dir !== "" && names.length > 0 && exists(`${tree}/up/${dir.slice(0, -1)}`) &&
    !names.some(({ name }) => isDirectory(`${tree}/up/${dir}`) && exists(`${tree}/up/${dir}${name}`));
  const below = names.filter((entry) => entry.isDirectory).flatMap(({ name }) => emptied(tree, `${dir}${name}/`));
  return isEmptied ? [dir.slice(0, -1), ...below] : below;
}

function isDirectory(path: string): boolean {
  return exists(path) && Deno.lstatSync(path).isDirectory;
}

Deno.test("a quick plan is the plan, whatever changed, and is made wherever that is certain", async () => {
  using dir = tempDir();
  await using daemon = await startDaemon({ modules: { m: dir.path } });
  let quickly = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const tree = `${dir.path}/${seed}`;
    await writeTrees(tree, randomOf(seed));
    const words = seed % 2 === 0
      ? STOCK_WORDS
      : ["-a", "--delete-after", ...[...SKIPPED].map((name) => `--exclude=/${name}`)];
    const session = rsyncSession(`${daemon.uri("m")}/${seed}/up`, { words });
    const [planned, quick] = [await plan(session, `${tree}/base`), await planQuickly(session, `${tree}/base`)];
    assert(planned.kind === "planned" && quick?.kind !== "failed", JSON.stringify([seed, planned, quick]));
    assertEquals(quick === undefined, isUnsure(tree, planned), `seed ${seed}`);
    if (quick === undefined) continue;
    quickly++;
    assertEquals(comparable(quick), comparable(planned), `seed ${seed}`);
    assertEquals(comparable(quick).early, []);
  }
  assert(quickly > 5, `${quickly}`);
});

/** Both plans of `up` against `base`. */
async function bothPlans(up: Readonly<Record<string, EntrySpec>>, base: Readonly<Record<string, EntrySpec>>) {
  using dir = tempDir();
  for (const [name, entries] of Object.entries({ up, base })) {
    Deno.mkdirSync(`${dir.path}/${name}`);
    writeEntries(`${dir.path}/${name}`, entries);
  }
  const motd = "recv_generator(gone,1)\nrecv_generator(.,0)\nWelcome";
  await using daemon = await startDaemon({ modules: { m: `${dir.path}/up` }, motd });
  const session = rsyncSession(daemon.uri("m"), { verbosity: "verbose" });
  const planned = await plan(session, `${dir.path}/base`);
  session.talk.length = 0;
  const quick = await planQuickly(session, `${dir.path}/base`);
  assert(planned.kind === "planned", JSON.stringify(planned));
  return { planned, quick, talk: session.talk };
}

Deno.test("an empty mirror has nothing of what is here", async () => {
  const { planned, quick, talk } = await bothPlans({}, {
    "a/b/c": file(""),
    "d": { link: "a" },
    "distfiles/x": file(""),
  });
  assert(quick?.kind === "planned");
  assertEquals(quick.changes.map(({ path }) => path), ["d", "a/b/c", "a/b", "a"]);
  assertEquals(comparable(quick), comparable(planned));
  assertEquals(talk, []);
});

Deno.test("a link out of the tree that the mirror has keeps what is here of that name", async () => {
  const { planned, quick } = await bothPlans({ "l": { link: "/etc" }, "f": file("1") }, {
    "l": file(""),
    "gone": file(""),
  });
  assert(quick?.kind === "planned");
  assertEquals(quick.changes.map(({ kind, path }) => `${kind} ${path}`), ["delete gone", "create f"]);
  assertEquals(comparable(quick), comparable(planned));
});

Deno.test("what is in a directory that is a link out of the tree at the mirror stays", async () => {
  const { planned, quick } = await bothPlans({ "d": { link: "/etc" } }, { "d/f": file(""), "gone": file("") });
  assertEquals([planned.changes.map(({ path }) => path), quick], [["gone"], undefined]);
});

Deno.test("an emptied directory is left to rsync, but not one whose files are others now", async () => {
  const base = { "d/f": file(""), "e": file("") };
  assertEquals((await bothPlans({ "d": { directory: true }, "e": file("") }, base)).quick, undefined);
  const { planned, quick } = await bothPlans({ "d/g": file(""), "e": file("") }, base);
  assert(quick?.kind === "planned");
  assertEquals(comparable(quick), comparable(planned));
});

Deno.test("what becomes something of another type is left to rsync", async () => {
  const base = { "a/in/here": file(""), "gone": file("") };
  assertEquals((await bothPlans({ "a/in": file("") }, base)).quick, undefined);
  assertEquals((await bothPlans({ "a": { link: "b" } }, base)).quick, undefined);
  assertEquals((await bothPlans({ "gone/now": file("") }, base)).quick, undefined);
});

async function makeOddName(dir: string): Promise<void> {
  const args = ["-c", `mkdir -p "$1" && : > "$1/$(printf 'b\\377d')"`, "sh", dir];
  assert((await new Deno.Command("sh", { args }).output()).success);
}

Deno.test("a name that is not UTF-8 is compared like others, and left to rsync when it goes", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "up/f": file(""), "base/gone": file("") });
  await makeOddName(`${dir.path}/base/d`);
  const session = rsyncSession(`${dir.path}/up`);
  assertEquals(await planQuickly(session, `${dir.path}/base`), undefined);
  await makeOddName(`${dir.path}/up/d`);
  await makeOddName(`${dir.path}/up/new`);
  const [planned, quick] = [await plan(session, `${dir.path}/base`), await planQuickly(session, `${dir.path}/base`)];
  assert(planned.kind === "planned" && quick?.kind === "planned");
  assertEquals(quick.changes.at(0)?.path, "gone");
  assertEquals(comparable(quick), comparable(planned));
});

Deno.test("fifos are kept, or changed, as by any plan", async () => {
  using dir = tempDir();
  writeEntries(dir.path, { "up/f": file(""), "base/fifo": file(""), "base/gone": file("") });
  assert((await new Deno.Command("mkfifo", { args: [`${dir.path}/up/fifo`] }).output()).success);
  const stock = rsyncSession(`${dir.path}/up`);
  const [planned, quick] = [await plan(stock, `${dir.path}/base`), await planQuickly(stock, `${dir.path}/base`)];
  assert(planned.kind === "planned" && quick?.kind === "planned");
  assertEquals(comparable(quick), comparable(planned));
  assertEquals(
    await planQuickly(rsyncSession(`${dir.path}/up`, { words: ["-a", "--delete"] }), `${dir.path}/base`),
    undefined,
  );
});

Deno.test("a quick plan fails like any other", async () => {
  using dir = tempDir();
  await using daemon = await startDaemon({ modules: { m: `${dir.path}/nowhere` } });
  for (const module of ["m", "none"]) {
    const session = rsyncSession(daemon.uri(module));
    assertEquals(await planQuickly(session, dir.path), await plan(session, dir.path));
  }
});

for (
  const [what, named, isHelp] of [
    ["that does not name the entries", [], false],
    ["that names one entry too few", [".,0", "a,1", "c,3"], false],
    ["that names all", [".,0", "a,1", "b,2"], true],
  ] as const
) {
  Deno.test(`an rsync ${what} is ${isHelp ? "believed" : "no help"}`, async () => {
    using dir = tempDir();
    Deno.mkdirSync(`${dir.path}/base`);
    Deno.writeTextFileSync(`${dir.path}/base/gone`, "");
    const lines = named.map((entry) => `echo 'recv_generator(${entry})'\n`).join("");
    Deno.writeTextFileSync(`${dir.path}/rsync`, `#!/bin/sh\n${lines}`);
    Deno.chmodSync(`${dir.path}/rsync`, 0o755);
    const session = rsyncSession("rsync://h/m", { env: { PATH: `${dir.path}:/bin:/usr/bin` } });
    const planned = await planQuickly(session, `${dir.path}/base`);
    assertEquals(planned?.kind === "planned" && planned.changes.map(({ path }) => path), isHelp && ["gone"]);
  });
}
