import { assertEquals } from "@std/assert";
import { inOwnSession } from "../../../lib/host/own_session.ts";
import { systemProcesses } from "../../../lib/host/processes.ts";
import { tempDir } from "../../support/temp_dir.ts";

function setsid(): string | undefined {
  return ["/usr/bin/setsid", "/bin/setsid"].find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

Deno.test("a program is found in PATH, by the first directory that has it as a program", () => {
  using temp = tempDir();
  for (const dir of ["empty", "file", "first", "second"]) Deno.mkdirSync(`${temp.path}/${dir}`);
  for (const path of ["file/tool", "first/tool", "second/tool"]) Deno.writeTextFileSync(`${temp.path}/${path}`, "");
  for (const dir of ["first", "second"]) Deno.chmodSync(`${temp.path}/${dir}/tool`, 0o755);
  const path = ["empty", "file", "first", "second"].map((dir) => `${temp.path}/${dir}`).join(":");
  const program = setsid();
  const args = [`${temp.path}/first/tool`, "a", "b"];
  const expected = program === undefined ? undefined : { program, args };
  assertEquals(inOwnSession({ program: "tool", args: ["a", "b"] }, path), expected);
});

Deno.test("a program that not everybody may run is left to the other way, which knows who runs it", () => {
  using temp = tempDir();
  Deno.writeTextFileSync(`${temp.path}/tool`, "");
  Deno.chmodSync(`${temp.path}/tool`, 0o700);
  assertEquals(inOwnSession({ program: "tool", args: [] }, `${temp.path}:/usr/bin`), undefined);
});

for (
  const [what, program, path] of [
    ["nowhere", "no-such-program", "/usr/bin:/bin"],
    ["behind a directory that depends on where one is", "sh", ".:/usr/bin:/bin"],
    ["without PATH", "sh", undefined],
    ["by a path that depends on where one is", "./sh", "/usr/bin:/bin"],
  ] as const
) {
  Deno.test(`a program that would be found ${what} is left to the other way`, () => {
    assertEquals(inOwnSession({ program, args: [] }, path), undefined);
  });
}

Deno.test("a child leads a process group and a session of its own, whichever way it is started", async () => {
  // The first is started by its name, the second in the other way.
  for (const PATH of ["/usr/bin:/bin", ".:/usr/bin:/bin"]) {
    const { output, code } = await systemProcesses.run({
      program: "sh",
      args: ["-c", "cat /proc/$$/stat"],
      env: { PATH },
      avoidsFork: true,
    });
    const text = new TextDecoder().decode(output);
    const [pid] = text.split(" ");
    const [, , group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    assertEquals([code, group, session], [0, pid, pid]);
  }
});
