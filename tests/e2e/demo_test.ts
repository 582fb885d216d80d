import { assertEquals, assertStringIncludes } from "@std/assert";
import { longTest } from "../support/long_test.ts";
import { withoutRoot } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";

const demo = new URL("../../scripts/demo", import.meta.url).pathname;

function startDemo(temporary: string): Deno.ChildProcess {
  return new Deno.Command(demo, { env: { TMPDIR: temporary }, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
}

longTest("the demo holds all it promises and leaves nothing behind", async () => {
  using dir = tempDir();
  const { code, stdout, stderr } = await startDemo(dir.path).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  assertStringIncludes(text, "failed 0 times");
  assertStringIncludes(text, "All of it held.");
  assertEquals([...Deno.readDirSync(dir.path)], []);
});

longTest("the demo, interrupted, cleans up and says so by its exit status", async () => {
  using dir = tempDir();
  const child = startDemo(dir.path);
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGINT");
  while (!(await reader.read()).done);
  await child.stderr.cancel();
  assertEquals((await child.status).code, 130);
  assertEquals([...Deno.readDirSync(dir.path)], []);
});

longTest("the demo of readers holds all it promises and leaves nothing behind", async () => {
  using dir = tempDir();
  const options = { args: ["readers"], env: { TMPDIR: dir.path }, stdin: "null" as const };
  const { code, stdout, stderr } = await new Deno.Command(demo, options).output();
  const talk = new TextDecoder().decode(stderr);
  if (withoutRoot() !== undefined) return assertStringIncludes(talk, "needs root");
  assertEquals(code, 0, talk);
  assertStringIncludes(new TextDecoder().decode(stdout), "All of it held.");
  assertEquals([...Deno.readDirSync(dir.path)], []);
});
