import { assertEquals } from "@std/assert";
import { repositoryArea } from "../../../lib/base/repository_area.ts";

const CASES = [
  ["dev-lang/python/python-3.13.1_p2-r1.ebuild", { kind: "package", name: "dev-lang/python", version: "3.13.1_p2-r1" }],
  ["dev-lang/python/Manifest", { kind: "package", name: "dev-lang/python" }],
  ["dev-lang/python/files/python-3.ebuild", { kind: "package", name: "dev-lang/python" }],
  ["dev-lang/metadata.xml", { kind: "other", name: "dev-lang/metadata.xml" }],
  ["metadata/md5-cache/dev-lang/python-3", { kind: "cache" }],
  ["metadata/news/2026-01-01-x/2026-01-01-x.de.txt", { kind: "news", name: "2026-01-01-x" }],
  ["metadata/glsa/glsa-202601-01.xml", { kind: "glsa", name: "glsa-202601-01" }],
  ["metadata/glsa/Manifest.files.gz", { kind: "other", name: "metadata/glsa/Manifest.files.gz" }],
  ["metadata/timestamp.chk", { kind: "other", name: "metadata/timestamp.chk" }],
  ["profiles/arch/amd64/package.use", { kind: "profiles", name: "arch/amd64/package.use" }],
  ["eclass/tests/x.sh", { kind: "eclass", name: "tests/x.sh" }],
  ["eclass/Manifest.gz", { kind: "other", name: "eclass/Manifest.gz" }],
  ["profiles/Manifest.gz", { kind: "other", name: "profiles/Manifest.gz" }],
  ["licenses/GPL-2", { kind: "other", name: "licenses/GPL-2" }],
] as const;

for (const [path, area] of CASES) {
  Deno.test(`${path} is part of: ${Object.values(area).join(" ")}`, () => {
    assertEquals<unknown>(repositoryArea(path), area);
  });
}
