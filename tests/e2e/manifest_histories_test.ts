import { assertEquals } from "@std/assert";
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

for (let history = 0; history < HISTORIES; history++) {
  const seed = SEED + history * 7919;
  Deno.test(`history ${seed}: guided by Manifests, a tree is after each step what a full rsync gives`, async () => {
    await using s = await scenario();
    const random = randomOf(seed);
    const { publish, keyPath } = await guidedScene(s, history % 3 === 0 ? QUARANTINE : {});
    for (let step = 1; step <= STEPS; step++) {
      await publish((up) => editAtRandom(up, random));
      const { code, outcome, strategy, why, messages } = await toldBy(s);
      assertEquals([code, outcome, strategy], [0, "updated", "manifest"], `${why} ${messages}`);
      assertEquals(await leftByRsync(s.uri, s.location), "", `step ${step}`);
      if (GEMATO !== undefined) await acceptedByGemato(s, keyPath);
    }
    const { trees: [{ hashed }] } = JSON.parse((await s.run(["verify", "demo", "--json"])).out);
    // What was noted of each step is what the files are: only the top-level Manifest is read.
    if (history % 3 !== 0) assertEquals(hashed, 1);
    assertExit(await s.run(["verify", "demo", "--full"]), 0);
    // What a comparison of all finds is nothing.
    const whole = await toldBy(s, { args: ["--force", "--strategy=full"] });
    assertEquals([whole.code, whole.outcome], [0, "up-to-date"], whole.messages);
  });
}

const QUARANTINE = { "sync-rcu": "no", "sync-rcu-store-dir": undefined, "sync-rcu-strategy": "manifest" };

async function acceptedByGemato(s: Scenario, keyPath: string): Promise<void> {
  const args = ["-m", "gemato", "verify", "-q", "-R", "-s", "-K", keyPath, Deno.realPathSync(s.location)];
  const env = { PYTHONPATH: GEMATO ?? "" };
  const { success, stderr } = await new Deno.Command("python3", { args, env }).output();
  assertEquals([success, success || new TextDecoder().decode(stderr)], [true, true]);
}
