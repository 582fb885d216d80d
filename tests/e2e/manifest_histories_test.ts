import { assertEquals } from "@std/assert";
import { pooledMap } from "@std/async/pool";
import { assertExit } from "../support/assert_exit.ts";
import { guidedScene, leftByRsync, toldBy } from "../support/guided_scene.ts";
import { longMode } from "../support/long_test.ts";
import { editAtRandom } from "../support/random_history.ts";
import { randomOf } from "../support/random.ts";
import { type Scenario, scenario } from "../support/scenario.ts";

const HISTORIES = longMode ? 200 : 6;
const STEPS = 3;
/** The same in each run; another one finds other things. */
const SEED = Number(Deno.env.get("RCUSYNC_FUZZ_SEED") ?? 20_240_101);

/** gemato's sources, when it is to judge, too. */
const GEMATO = Deno.env.get("GEMATO");

/** So many at once: most of the time they wait for rsync. */
const AT_ONCE = 4;

Deno.test(`guided by Manifests, a tree is after each step of ${HISTORIES} histories what a full rsync gives`, async (t) => {
  const histories = Array.from({ length: HISTORIES }, (_, index) => index);
  const ran = pooledMap(AT_ONCE, histories, (history) => {
    const name = `history ${SEED + history * 7919}`;
    // They run side by side, so one cannot tell which operations are whose.
    const unwatched = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    return t.step({ name, fn: () => live(history), ...unwatched });
  });
  const passed = await Array.fromAsync(ran);
  assertEquals(passed.filter((ok) => ok).length, HISTORIES);
});

async function live(history: number): Promise<void> {
  const random = randomOf(SEED + history * 7919);
  const inQuarantine = history % 3 === 0;
  await using s = await scenario();
  const { publish, keyPath } = await guidedScene(s, inQuarantine ? QUARANTINE : {});
  for (let step = 1; step <= STEPS; step++) {
    await publish((up) => editAtRandom(up, random));
    const { code, outcome, strategy, why, messages } = await toldBy(s);
    assertEquals([code, outcome, strategy], [0, "updated", "manifest"], `${why} ${messages}`);
    assertEquals(await leftByRsync(s.uri, s.location), "", `step ${step}`);
    if (GEMATO !== undefined) await acceptedByGemato(s, keyPath);
  }
  const { trees: [{ hashed }] } = JSON.parse((await s.run(["verify", "demo", "--json"])).out);
  // What was noted of each step is what the files are: only the top-level Manifest is read.
  if (!inQuarantine) assertEquals(hashed, 1);
  assertExit(await s.run(["verify", "demo", "--full"]), 0);
  // What a comparison of all finds is nothing.
  const whole = await toldBy(s, { args: ["--force", "--strategy=full"] });
  assertEquals([whole.code, whole.outcome], [0, "up-to-date"], whole.messages);
}

const QUARANTINE = { "sync-rcu": "no", "sync-rcu-store-dir": undefined, "sync-rcu-strategy": "manifest" };

async function acceptedByGemato(s: Scenario, keyPath: string): Promise<void> {
  const args = ["-m", "gemato", "verify", "-q", "-R", "-s", "-K", keyPath, Deno.realPathSync(s.location)];
  const env = { PYTHONPATH: GEMATO ?? "" };
  const { success, stderr } = await new Deno.Command("python3", { args, env }).output();
  assertEquals([success, success || new TextDecoder().decode(stderr)], [true, true]);
}
