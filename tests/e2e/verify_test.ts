import { assertEquals, assertMatch } from "@std/assert";
import { assertExit } from "../support/assert_exit.ts";
import { type Scenario, scenario } from "../support/scenario.ts";
import { signedMirror, syncUnpaused } from "../support/signed_mirror.ts";
import { manyFiles } from "../support/many_files.ts";
import { signedTree } from "../support/signed_tree.ts";
import { signingKey } from "../support/signing_key.ts";
import { writeUpstream } from "../support/upstream_tree.ts";

const FOO = "app-misc/foo/metadata.xml";

async function syncedMirror(s: Scenario) {
  const mirror = await signedMirror(s);
  s.configure(s.rcu(mirror.options));
  assertExit(await syncUnpaused(s), 0);
  return mirror;
}

Deno.test("verify checks what is published, and says who signed it", async () => {
  await using s = await scenario();
  const { key } = await syncedMirror(s);
  const primary = key.privateKey.getFingerprint().toUpperCase();
  const { code, out } = await s.run(["verify", "--json"]);
  const { trees: [tree] } = JSON.parse(out);
  assertEquals([code, tree.name, tree.path, tree.ok, tree.problems], [0, "demo", s.snapshot(1), true, []]);
  assertEquals(tree.signedBy[0].primary, primary);
  assertEquals([tree.files > 5, tree.bytes > 0, tree.seconds >= 0], [true, true, true]);
  const text = await s.run(["verify", "demo", "--full"]);
  assertEquals([text.code, text.err], [0, ""]);
  assertMatch(text.out, new RegExp(`^demo: verified; \\d+ files, .* in .* s\n.*\n  signed by +${primary}\n$`));
});

Deno.test("verify lists all that is wrong, with code, path, what was expected and found", async () => {
  await using s = await scenario();
  await syncedMirror(s);
  Deno.writeTextFileSync(`${s.snapshot(1)}/${FOO}`, "longer than it was");
  Deno.writeTextFileSync(`${s.snapshot(1)}/eclass/stray`, "");
  const { code, out } = await s.run(["verify", "demo", "--json"]);
  const { trees: [{ ok, problemCount, problems }], errors } = JSON.parse(out);
  assertEquals([code, ok, problemCount, errors[0].kind], [12, false, 2, "verification"]);
  assertEquals(problems, [
    { code: "size", path: FOO, message: "Wrong size", expected: "5", found: "18" },
    { code: "stray", path: "eclass/stray", message: "Not listed in any Manifest", expected: null, found: null },
  ]);
  const text = await s.run(["verify", "demo"]);
  assertExit(text, 12, /snapshots\/1 does not verify: 2 problems/);
  assertMatch(
    text.out,
    /^demo: 2 problems; \d+ files.*\nPROBLEM .*\nsize +"app-misc\/foo\/metadata\.xml": Wrong size.*\nstray /,
  );
});

Deno.test("verify --tree checks a tree of so many files that it takes more than one thread", async () => {
  await using s = await scenario();
  const { dir, keyPath } = await signedTree(`${s.path}/many`, { files: manyFiles() });
  s.writeSections({});
  const verify = ["verify", "--tree", dir, "--key", keyPath];
  assertExit(await s.run(verify), 0);
  Deno.writeTextFileSync(`${dir}/eclass/many/4599.eclass`, "other");
  const { code, out } = await s.run([...verify, "--json"]);
  const { trees: [{ problems }] } = JSON.parse(out);
  assertEquals([code, problems.length, problems[0].path], [12, 1, "eclass/many/4599.eclass"]);
});

Deno.test("verify --tree checks any tree, without a repository", async () => {
  await using s = await scenario();
  const { keyPath } = await signedMirror(s);
  s.writeSections({});
  assertExit(await s.run(["verify", "--tree", s.up, "--key", keyPath]), 0);
  // Names without a slash in front are seen from where the program was started.
  assertExit(await s.run(["verify", "--tree", "up", "--key", "up.asc"]), 0);
  writeUpstream(s.up, FOO, "other");
  const bad = await s.run(["verify", "--tree", s.up, "--key", keyPath]);
  assertEquals([bad.code, bad.err], [12, `rcusync: ${s.up} does not verify: 1 problem\n`]);
  for (const none of [`${s.path}/none`, keyPath]) {
    assertExit(await s.run(["verify", "--tree", none, "--key", keyPath]), 2, /takes a directory/);
  }
});

Deno.test("verify reads of a whole tree as many files as there are", async () => {
  await using s = await scenario();
  const { keyPath } = await signedMirror(s);
  s.writeSections({});
  const { out } = await s.run(["verify", "--tree", s.up, "--key", keyPath, "--json"]);
  const { trees: [{ files, hashed }] } = JSON.parse(out);
  assertEquals(files, hashed);
});

Deno.test("verify trusts the keys that it is told to in place of those configured", async () => {
  await using s = await scenario();
  await syncedMirror(s);
  Deno.writeTextFileSync(`${s.path}/other.asc`, (await signingKey()).publicText());
  assertExit(await s.run(["verify", "demo", "--key", `${s.path}/other.asc`]), 12);
  assertExit(await s.run(["verify", "demo", "--key", `${s.path}/none.asc`]), 10, /There is no key file/);
  const noKey = await s.run(["verify", "demo", "--key", "/etc/passwd"]);
  assertExit(noKey, 10, /"\/etc\/passwd": Not a file of usable public keys/);
  assertEquals(noKey.out, "");
});

Deno.test("verify checks the place of a repository without snapshots", async () => {
  await using s = await scenario();
  const mirror = await signedMirror(s);
  s.configure(mirror.options);
  assertExit(await syncUnpaused(s), 0);
  assertExit(await s.run(["verify"]), 0);
  Deno.removeSync(`${s.location}/${FOO}`);
  assertExit(await s.run(["verify"]), 12);
});

Deno.test("verify needs to know what and by which keys", async () => {
  await using s = await scenario();
  s.configure(s.rcu());
  assertExit(await s.run(["verify"]), 0, /Nothing to verify/);
  assertExit(await s.run(["verify", "demo"]), 10, /No key is known for "demo"/);
  assertExit(await s.run(["verify", "--tree", s.up]), 2, /needs "--key"/);
  assertExit(await s.run(["verify", "demo", "--tree", s.up, "--key", "k"]), 2, /do not go together/);
});
