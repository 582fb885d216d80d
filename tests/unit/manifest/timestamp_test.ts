import { assertEquals } from "@std/assert";
import { thisMachine } from "../../../lib/host/this_machine.ts";
import { verifyTopManifest } from "../../../lib/manifest/verify_repository.ts";
import { signedTree } from "../../support/signed_tree.ts";
import { signingKey } from "../../support/signing_key.ts";
import { rawClearsign } from "../../support/raw_signature.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { inManifest, treeCase } from "./tree_case.ts";

const edited = (timestamp: string) => inManifest("Manifest", (text) => text.replace(/^TIMESTAMP.*$/m, timestamp));
const TIME = "2026-01-02T03:04:05Z";
const accepted = (time: string) => ({ timestampMs: Date.parse(time), textDigest: "another" });

treeCase("T140 a tree without TIMESTAMP is refused", { edits: edited(""), verdict: "no-timestamp" });
for (
  const value of [
    "2026-11-22",
    "2026-11-22T10:00:00+01:00",
    "2026-11-22T10:00:00.5Z",
    "2026-11-22T10:00:60Z",
    "2026-11-22T24:00:00Z",
    "2026-02-30T10:00:00Z",
    "2026-1-2T1:2:3Z",
  ]
) {
  treeCase(`T141 T142 ${value} is no TIMESTAMP`, { edits: edited(`TIMESTAMP ${value}`), verdict: "bad-entry" });
}
treeCase("T143 of two TIMESTAMPs the first counts", {
  edits: edited(`TIMESTAMP ${TIME}\nTIMESTAMP 2099-01-01T00:00:00Z`),
  verdict: "ok",
});
treeCase("T144 a newer TIMESTAMP in a sub-Manifest means nothing", {
  edits: inManifest("eclass/Manifest.gz", (text) => `${text}TIMESTAMP 2099-01-01T00:00:00Z\n`),
  verdict: "ok",
});
treeCase("T145 a tree of the future is refused", {
  timestamp: "2099-01-01T00:00:00Z",
  verdict: "timestamp-in-future",
});
treeCase("T146 an old tree is worth a warning", {
  timestamp: "2016-01-01T00:00:00Z",
  policy: { maxAgeDays: 3 },
  verdict: "ok",
  warns: "more than 3 is suspicious",
});
treeCase("T146 an old tree is refused when the user says so", {
  timestamp: "2016-01-01T00:00:00Z",
  policy: { maxAgeDays: 3, maxAgeAction: "fail" },
  verdict: "too-old",
});
treeCase("T146 any age is fine when no limit is set", { timestamp: "2016-01-01T00:00:00Z", verdict: "ok", warns: "" });
treeCase("T147 a tree older than the accepted one is refused", {
  timestamp: TIME,
  policy: { accepted: accepted("2026-01-02T03:04:06Z") },
  verdict: "rollback",
});
treeCase("T148 another tree of the time of the accepted one is refused", {
  timestamp: TIME,
  policy: { accepted: accepted(TIME) },
  verdict: "timestamp-reuse",
});
treeCase("A tree newer than the accepted one is fine", {
  timestamp: TIME,
  policy: { accepted: accepted("2026-01-02T03:04:04Z") },
  verdict: "ok",
});

Deno.test("The accepted tree itself is fine", async () => {
  using temp = tempDir();
  const { dir, keyPath } = await signedTree(`${temp.path}/tree`);
  const first = await verifyTopManifest(thisMachine(), { tree: dir, keyPath });
  const again = await verifyTopManifest(thisMachine(), { tree: dir, keyPath, accepted: first.ok ? first : undefined });
  assertEquals(again, first);
  assertEquals(again.ok, true);
});

Deno.test("T134 what an expired key signed is refused once it is too old", async () => {
  using temp = tempDir();
  const key = await signingKey({ expiresAfter: 200 * 86_400 });
  const date = new Date(Date.now() - 300 * 86_400_000);
  const sign = (text: string) => rawClearsign(key, text, { date });
  const { dir, keyPath } = await signedTree(`${temp.path}/tree`, { key, sign, timestamp: TIME });
  const verdict = await verifyTopManifest(thisMachine(), { tree: dir, keyPath, maxAgeDays: 3 });
  assertEquals(verdict.ok ? [] : verdict.problems.map(({ code }) => code), ["too-old"]);
});
