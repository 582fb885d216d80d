import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Scenario, scenario } from "../support/scenario.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const PATH = "var/lib/portage/repo_revisions";

function revisions({ root }: Scenario): unknown {
  return JSON.parse(Deno.readTextFileSync(`${root}/${PATH}`));
}

/** Has the mirror be at another revision. */
function commit(s: Scenario, revision: string): void {
  s.change((up) => writeUpstream(up, "metadata/timestamp.commit", `${revision} 1700000000 2023-11-14\n`));
}

Deno.test("T157 T159 the revision of the new snapshot comes first, once, and other repositories are kept", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ volatile: "no" }));
  Deno.mkdirSync(`${s.root}/var/lib/portage`, { recursive: true });
  Deno.writeTextFileSync(`${s.root}/${PATH}`, '{"zoo": ["z"]}');
  for (const revision of ["one", "two!", "one"]) {
    commit(s, revision);
    assertEquals((await s.sync()).code, 0);
  }
  assertEquals((await s.sync()).code, 0);
  assertEquals(revisions(s), { demo: ["one", "two!", "one"], zoo: ["z"] });
});

Deno.test("T160 a broken history is a warning: the tree is published, the hooks run, the file stays", async () => {
  await using s = await scenario();
  s.configure(s.rcu({ volatile: "no" }));
  Deno.mkdirSync(`${s.root}/var/lib/portage`, { recursive: true });
  Deno.writeTextFileSync(`${s.root}/${PATH}`, "{bad");
  s.writeConfig("etc/portage/repo.postsync.d/a", `#!/bin/sh\n: > '${s.path}/hooked'\n`, 0o755);
  const { code, err } = await s.sync();
  assertEquals([code, s.snapshots(), Deno.statSync(`${s.path}/hooked`).isFile], [0, ["1"], true]);
  assertStringIncludes(err, `Revision history ${s.root}/${PATH}`);
  assertEquals(Deno.readTextFileSync(`${s.root}/${PATH}`), "{bad");
});

Deno.test("a dry run records no revision", async () => {
  await using s = await scenario();
  s.configure({ volatile: "no" });
  assertEquals((await s.sync(["--dry-run"])).code, 0);
  assertEquals([...Deno.readDirSync(s.root)], []);
});
