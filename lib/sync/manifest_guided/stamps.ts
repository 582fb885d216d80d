import { equals } from "@std/bytes/equals";
import type { Files } from "../../host/files.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import { MAX_TIMESTAMP_BYTES } from "../../rsync/timestamp.ts";

/** The mirror's timestamps that no Manifest covers, and that differ from those published. */
export function changedStamps(
  files: Pick<Files, "lstat" | "readBytes">,
  { stamps, isCertain, published, incoming, walk }: {
    readonly stamps: readonly string[];
    /** Whether one that did not come is certainly not there. */
    readonly isCertain: boolean;
    readonly published: string;
    readonly incoming: string;
    readonly walk: ManifestWalk;
  },
): { readonly arrived: readonly string[]; readonly gone: readonly string[] } {
  const listed = new Set(walk.changed().map(({ path }) => path));
  const own = stamps.filter((path) => !listed.has(path) && walk.before(path) === undefined);
  const arrived = own.filter((path) => {
    const [now, then] = [`${incoming}/${path}`, `${published}/${path}`];
    const stat = files.lstat(now);
    return stat?.type === "file" && stat.size <= MAX_TIMESTAMP_BYTES && !isSame(files, now, then);
  });
  const isGone = (path: string) =>
    files.lstat(`${incoming}/${path}`) === undefined && files.lstat(`${published}/${path}`)?.type === "file";
  return { arrived, gone: isCertain ? own.filter(isGone) : [] };
}

function isSame(files: Pick<Files, "lstat" | "readBytes">, a: string, b: string): boolean {
  const [one, other] = [files.lstat(a), files.lstat(b)];
  if (other?.type !== "file" || one?.size !== other.size || one.mtimeMs !== other.mtimeMs) return false;
  return one.mode === other.mode && equals(files.readBytes(a), files.readBytes(b));
}
