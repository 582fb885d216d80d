import { LOCAL_NAMES } from "../../base/local_names.ts";
import type { Files } from "../../host/files.ts";
import { hashPool } from "../../host/hash_pool.ts";
import type { FileEntry } from "../../manifest/entry.ts";
import { failuresOf } from "../../manifest/check_batches.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import { hashJobOf } from "../../manifest/hash_job.ts";
import { type ManifestWalk, WalkObjection } from "../../manifest/manifest_walk.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import type { Session } from "../../rsync/session.ts";
import { makeSpace } from "../space.ts";
import type { MirrorFailure, UpdateContext } from "../update_context.ts";
import { type Incoming, refuseLinks } from "./incoming.ts";

/** What came of asking a mirror round after round. */
export type Rounds =
  | { readonly kind: "complete" }
  /** The mirror does not have what its own Manifests say: it is being updated, or broken. */
  | { readonly kind: "torn"; readonly path: string }
  | MirrorFailure;

/** Threads take their time to start: they are for more files than this. */
export const MANY_FILES = 20_000;

/** How often a file is asked for in one attempt. */
const MAX_TURNS = 2;

/**
 * Fetches what the walk asks for: in each round the Manifests that it needs next and all files that are known to have
 * changed. Everything is compared with its entry; what is not as it must be is asked for once more.
 *
 * @throws {WalkObjection}
 */
export async function fetchRounds(
  context: UpdateContext,
  session: Session,
  { walk, incoming }: { readonly walk: ManifestWalk; readonly incoming: Incoming },
): Promise<Rounds> {
  const { files } = context.job.system;
  const right = new Set<string>();
  const turns = new Map<string, number>();
  for (;;) {
    const manifests = await walk.advance();
    const others = walk.changed().filter(({ tag, path }) => tag !== "MANIFEST" && !right.has(path));
    const wanted = [...manifests, ...others];
    if (wanted.length === 0) return { kind: "complete" };
    const torn = wanted.find(({ path }) => turns.get(path) === MAX_TURNS);
    if (torn !== undefined) return { kind: "torn", path: torn.path };
    for (const { path } of wanted) turns.set(path, (turns.get(path) ?? 0) + 1);
    context.reporter.phase(manifests.length > 0 ? "plan" : "fetch");
    const paths = wanted.map(({ path }) => path);
    refuseLinks(files, incoming.tree, paths);
    // What came before and is not right: rsync would keep it where size and time are the mirror's.
    for (const path of paths) await removeAny(files, `${incoming.tree}/${path}`);
    const failed = await fetchEntries(context, session, { wanted, incoming });
    if (failed !== undefined) return failed;
    refuseLinks(files, incoming.tree, paths);
    const wrong = await wrongFiles(context, incoming, others);
    for (const { path } of others) if (!wrong.has(path)) right.add(path);
  }
}

async function fetchEntries(
  { job, storage }: UpdateContext,
  session: Session,
  { wanted, incoming }: { readonly wanted: readonly FileEntry[]; readonly incoming: Incoming },
): Promise<MirrorFailure | undefined> {
  wanted.forEach(refuse);
  const paths = wanted.map(({ path }) => path);
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
  const nothing = { deletions: [], replacements: [], directories: [] };
  await makeSpace(job.system, storage, { ...nothing, fetches: paths, bytes });
  const mostBytes = wanted.reduce((most, { size }) => Math.max(most, size), 0);
  const fetched = await fetchNamed(session, { into: incoming.tree, paths, mostBytes });
  return fetched.kind === "failed" ? fetched : undefined;
}

function refuse({ path }: FileEntry): void {
  if (isHidden(path)) throw new WalkObjection(`${path} has a hidden name`);
  if (LOCAL_NAMES.has(path.split("/")[0] ?? "")) throw new WalkObjection(`${path} lies where the host's own files are`);
}

/** Paths of those of the entries whose files are not as they must be. */
async function wrongFiles(
  { job: { system, repository } }: UpdateContext,
  { tree }: Incoming,
  entries: readonly FileEntry[],
): Promise<ReadonlySet<string>> {
  const { jobs = system.environment.processors } = repository.verification;
  using pool = hashPool(entries.length > MANY_FILES ? jobs : 1);
  const failed = await failuresOf(pool, entries.map((entry) => hashJobOf(tree, entry)));
  return new Set(failed.flatMap((index) => entries[index]?.path ?? []));
}

/** Most files were never there; a removal that follows no link is for what a mirror put in place of one. */
async function removeAny(files: Pick<Files, "lstat" | "removeTree">, path: string): Promise<void> {
  if (files.lstat(path) !== undefined) await files.removeTree(path);
}
