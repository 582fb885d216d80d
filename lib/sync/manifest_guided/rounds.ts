import type { HashPool } from "../../host/hash_pool.ts";
import type { FileEntry } from "../../manifest/entry.ts";
import { failuresOf } from "../../manifest/check_batches.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import { hashJobOf, type ManifestWalk, WalkObjection } from "../../manifest/manifest_walk.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import type { Session } from "../../rsync/session.ts";
import { makeSpace } from "../space.ts";
import type { MirrorFailure, UpdateContext } from "../update_context.ts";
import type { Incoming } from "./incoming.ts";

/** What came of asking a mirror round after round. */
export type Rounds =
  | { readonly kind: "complete" }
  /** The mirror does not have what its own Manifests say: it is being updated, or broken. */
  | { readonly kind: "torn"; readonly path: string }
  | MirrorFailure;

/** Directories at the top that are the host's own; no sync ever touches them. */
const LOCAL: ReadonlySet<string> = new Set(["distfiles", "local", "lost+found", "packages"]);

/**
 * Fetches what the walk asks for: in each round the Manifests that it needs next and all files that are known to have
 * changed. Everything is compared with its entry; what is not as it must be is asked for once more.
 *
 * @throws {WalkObjection}
 */
export async function fetchRounds(
  context: UpdateContext,
  session: Session,
  { walk, pool, incoming }: { readonly walk: ManifestWalk; readonly pool: HashPool; readonly incoming: Incoming },
): Promise<Rounds> {
  const { job, reporter } = context;
  const arrived = new Set<string>();
  for (;;) {
    const lacking = await walk.advance();
    const files = walk.changed().filter(({ tag, path }) => tag !== "MANIFEST" && !arrived.has(path));
    const wanted = [...lacking, ...files];
    if (wanted.length === 0) return { kind: "complete" };
    wanted.forEach(refuse);
    reporter.phase(lacking.length > 0 ? "plan" : "fetch");
    await makeRoomFor(context, wanted);
    let missing: readonly FileEntry[] = wanted;
    for (let turn = 1; turn <= 2 && missing.length > 0; turn++) {
      const fetched = await fetchNamed(session, {
        into: incoming.tree,
        paths: missing.map(({ path }) => path),
        mostBytes: Math.max(...missing.map(({ size }) => size)),
      });
      if (fetched.kind === "failed") return fetched;
      missing = await wrong(job.system.files, { pool, incoming, entries: missing });
    }
    const [first] = missing;
    if (first !== undefined) return { kind: "torn", path: first.path };
    for (const { path } of files) arrived.add(path);
  }
}

function refuse({ path }: FileEntry): void {
  if (isHidden(path)) throw new WalkObjection(`${path} has a hidden name`);
  if (LOCAL.has(path.split("/")[0] ?? "")) throw new WalkObjection(`${path} lies where the host's own files are`);
}

async function makeRoomFor({ job, storage }: UpdateContext, entries: readonly FileEntry[]): Promise<void> {
  const fetches = entries.map(({ path }) => path);
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  await makeSpace(job.system, storage, { deletions: [], replacements: [], directories: [], fetches, bytes });
}

/** Those of the entries whose files are not as they must be; what is there instead is removed, or rsync would keep it. */
async function wrong(
  files: UpdateContext["job"]["system"]["files"],
  { pool, incoming, entries }: {
    readonly pool: HashPool;
    readonly incoming: Incoming;
    readonly entries: readonly FileEntry[];
  },
): Promise<readonly FileEntry[]> {
  const failed = await failuresOf(pool, entries.map((entry) => hashJobOf(incoming.tree, entry)));
  const found = failed.flatMap((index) => entries[index] ?? []);
  for (const { path } of found) await files.removeTree(`${incoming.tree}/${path}`);
  return found;
}
