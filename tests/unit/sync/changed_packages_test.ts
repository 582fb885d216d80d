import { assertEquals } from "@std/assert";
import type { Change } from "../../../lib/rsync/change.ts";
import { changedPackages } from "../../../lib/sync/changed_packages.ts";

Deno.test("a sync counts each package once, by its own files, and nothing that is generated or beside packages", () => {
  const paths = [
    "app-misc/a",
    "app-misc/a/a-1.ebuild",
    "app-misc/a/files/x.patch",
    "app-misc/b/Manifest",
    "app-misc/metadata.xml",
    "metadata/md5-cache/app-misc/c-1",
    "eclass/git-r3.eclass",
    "profiles/arch/amd64/package.mask",
    "metadata/timestamp.chk",
  ];
  const changes = paths.map((path): Change => ({ kind: "content", path, type: "file", size: 1 }));
  assertEquals(changedPackages(changes), 2);
});
