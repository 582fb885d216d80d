import { assertEquals } from "@std/assert";
import type { FileEntry, FileTag } from "../../../lib/manifest/entry.ts";
import { likelyEbuilds } from "../../../lib/sync/manifest_guided/later_names.ts";

const entry = (tag: FileTag, path: string): FileEntry => ({
  kind: "file",
  tag,
  path,
  line: 1,
  size: 1,
  digests: [],
  hasUnknownDigests: false,
});

const likely = (manifests: readonly string[], changed: readonly string[]) =>
  likelyEbuilds(manifests.map((path) => entry("MANIFEST", path)), {
    changed: () => changed.map((path) => entry("DATA", path)),
  });

Deno.test("an ebuild is asked for ahead when its cached metadata and its package's Manifest changed", () => {
  const manifests = ["dev-lang/go/Manifest", "dev-lang/go-bin-1/Manifest", "x11-libs/gtk+/Manifest"];
  const cached = ["dev-lang/go-1.2-r3", "dev-lang/go-bin-1-20_pre1", "x11-libs/gtk+-3", "dev-lang/rust-1"];
  assertEquals(likely(manifests, cached.map((pf) => `metadata/md5-cache/${pf}`)), [
    "dev-lang/go/go-1.2-r3.ebuild",
    "dev-lang/go-bin-1/go-bin-1-20_pre1.ebuild",
    "x11-libs/gtk+/gtk+-3.ebuild",
  ]);
});

Deno.test("nothing is asked for ahead where only the metadata changed, as by an eclass, or something else", () => {
  assertEquals(likely(["a/b/Manifest"], ["metadata/md5-cache/a/c-1", "metadata/md5-cache/a/b", "a/b-1"]), []);
  assertEquals(likely([], ["metadata/md5-cache/a/b-1"]), []);
});

Deno.test("not more than some thousand ebuilds are asked for ahead", () => {
  const changed = Array.from({ length: 5000 }, (_, index) => `metadata/md5-cache/a/b-${index}`);
  assertEquals(likely(["a/b/Manifest"], changed).length, 2000);
});
