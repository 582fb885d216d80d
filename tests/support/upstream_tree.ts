import { timestampText } from "./timestamp_text.ts";
import { writeDated } from "./write_dated.ts";

/** When all files of the fixture but the timestamp were changed last: 1 January 2023 UTC. */
const OLD = new Date("2023-01-01T00:00:00Z");

/** The time that a new fixture is stamped with: `Tue, 14 Nov 2023 22:13:20 +0000`. */
export const FIRST_STAMP = 1_700_000_000;

/** Creates the upstream repository of the compatibility cases in `dir`, stamped with {@linkcode FIRST_STAMP}. */
export function upstreamTree(dir: string): void {
  writeUpstream(dir, "profiles/repo_name", "demo\n");
  writeUpstream(dir, "profiles/eapi", "8\n");
  writeUpstream(dir, "profiles/categories", "app-misc\n");
  writeUpstream(dir, "metadata/layout.conf", "masters =\n");
  writeUpstream(dir, "metadata/timestamp.commit", `${"0".repeat(40)} ${FIRST_STAMP} 2023-11-14T22:13:20+00:00\n`);
  writeUpstream(dir, "app-misc/foo/foo-1.ebuild", 'EAPI=8\nDESCRIPTION="Foo"\nSLOT="0"\n');
  writeUpstream(dir, "app-misc/foo/metadata.xml", "hello");
  Deno.mkdirSync(`${dir}/eclass`, { recursive: true });
  stamp(dir, FIRST_STAMP);
}

/**
 * Writes `metadata/timestamp.chk` for a time and sets its mtime to the same: it always has the same size, so rsync
 * would not see another one within the same second.
 */
export function stamp(dir: string, epochSeconds: number): void {
  const time = new Date(epochSeconds * 1000);
  Deno.mkdirSync(`${dir}/metadata`, { recursive: true });
  writeDated(`${dir}/metadata/timestamp.chk`, timestampText(time), time);
}

/**
 * Writes a file and the directories above it. A change needs a `time` of its own unless it changes the size as well:
 * see {@linkcode stamp}.
 */
export function writeUpstream(dir: string, path: string, text: string, time: Date = OLD): void {
  const full = `${dir}/${path}`;
  Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
  writeDated(full, text, time);
}
