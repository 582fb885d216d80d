import { assert, assertEquals } from "@std/assert";
import type { Lab } from "./lab.ts";
import { startProgram } from "./program.ts";
import { inLabs, type Scene } from "./scene.ts";
import { snapshotsIn } from "./store_state.ts";
import { assertKept, mend, treesOf } from "./verdict.ts";

/** System calls that change something in a file system, those of one kind together. */
const CALLS = [
  "rename,renameat,renameat2",
  "link,linkat",
  "symlink,symlinkat",
  "mkdir,mkdirat",
  "unlink,unlinkat,rmdir",
  "chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat",
  "utimensat",
  "ftruncate,pwrite64",
  "syncfs",
  "openat",
] as const;

/** So many kill points of each kind at most. */
const POINTS_A_KIND = 6;

interface Kill {
  readonly calls: string;
  /** Which one of a thread. */
  readonly when: number;
  /** Only calls of rcusync's main thread count, or those of its other threads and of rsync as well. */
  readonly whose: "main" | "all";
}

/**
 * Runs the program as it is under strace(1), which kills whatever thread makes its Nth system call of a kind: of
 * rcusync, or of an rsync that it started. Then all must hold that holds after other kills.
 */
export async function sweepSyscalls(scene: Scene): Promise<void> {
  const { kills, trees } = await rehearse(scene);
  let killed = 0;
  await inLabs(scene, kills, async (here, kill) => {
    const before = await snapshotsIn(here.store);
    if (await runKilled(here, scene, kill) === 137) killed++;
    try {
      assertKept(scene.keeps, before, await snapshotsIn(here.store));
      await scene.check(here, trees);
      await mend(here, trees);
      assertKept(scene.keeps, before, await snapshotsIn(here.store));
    } catch (error) {
      throw new Error(`${scene.name}, killed (${kill.whose}) at call ${kill.when} of ${kill.calls}`, { cause: error });
    }
  });
  assert(killed > 0, "rcusync was never killed");
  console.log(`${scene.name}: ${kills.length} kill points at system calls; ${killed} hit rcusync, the others rsync`);
}

async function runKilled(here: Lab, { command }: Scene, { calls, when, whose }: Kill): Promise<number> {
  const inject = `inject=${calls}:signal=SIGKILL:when=${when}`;
  return await runTraced(here, command, { whose, options: ["-o", "/dev/null", "-e", `trace=${calls}`, "-e", inject] });
}

async function rehearse({ prepare, command }: Scene) {
  using here = await prepare();
  const trees = await treesOf(here);
  here.save();
  const kills: Kill[] = [];
  for (const whose of ["main", "all"] as const) {
    here.restore();
    const log = `${here.dir}/strace`;
    assertEquals(await runTraced(here, command, { whose, options: ["-o", log, "-e", `trace=${CALLS.join(",")}`] }), 0);
    const lines = Deno.readTextFileSync(log).split("\n");
    kills.push(...CALLS.flatMap((calls) => killsOf(lines, calls, whose)));
  }
  return { trees, kills };
}

/** Each line is `CALL(…`, after the number of the thread where there are several; the kernel counts for each. */
function killsOf(lines: readonly string[], calls: string, whose: Kill["whose"]): Kill[] {
  const names = new Set(calls.split(","));
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, thread = "", name = ""] = /^(\d+ +)?(\w+)\(/.exec(line) ?? [];
    if (names.has(name)) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  const step = Math.max(1, most / POINTS_A_KIND);
  return Array.from(
    { length: Math.min(most, POINTS_A_KIND) },
    (_, at) => ({ calls, whose, when: 1 + Math.floor(at * step) }),
  );
}

async function runTraced(
  here: Lab,
  command: string,
  { whose, options }: { readonly whose: Kill["whose"]; readonly options: readonly string[] },
): Promise<number> {
  const under = ["strace", ...(whose === "all" ? ["-f"] : []), "-qq", ...options];
  const settings = { env: here.variables, cwd: here.dir, under };
  return (await startProgram([...here.words, ...command.split(" ")], settings).ended).code;
}
