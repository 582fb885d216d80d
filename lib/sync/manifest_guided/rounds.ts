import { LOCAL_NAMES } from "../../base/local_names.ts";
import type { HashPool } from "../../host/hash_pool.ts";
import { wrongFiles } from "../../manifest/entry_files.ts";
import type { FileEntry } from "../../manifest/entry.ts";
import { isHidden } from "../../manifest/ignored_paths.ts";
import type { ManifestWalk } from "../../manifest/manifest_walk.ts";
import type { SeenFiles } from "../../manifest/seen_files.ts";
import { WalkObjection } from "../../manifest/walk_objection.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import { LONGEST_LIST } from "../../rsync/files_from.ts";
import type { Session } from "../../rsync/session.ts";
import { makeSpace } from "../space.ts";
import type { MirrorFailure, UpdateContext } from "../update_context.ts";
import { EarlyChecks } from "./early_checks.ts";
import { type Incoming, refuseLinks } from "./incoming.ts";
import { likelyEbuilds, MOST_GUESSED_BYTES } from "./later_names.ts";

/** What came of asking a mirror round after round. */
export type Rounds =
  | { readonly kind: "complete" }
  /** The mirror does not have what its own Manifests say: it is being updated, or broken. */
  | { readonly kind: "torn"; readonly path: string }
  | MirrorFailure;

/** How often a file is asked for in one attempt. */
const MAX_TURNS = 2;

/** What a walk is fetched with. */
export interface Fetching {
  readonly walk: ManifestWalk;
  readonly incoming: Incoming;
  readonly pool: HashPool;
  /** Joined by the files that are right, where that is of use. */
  readonly seen: SeenFiles | undefined;
  /** Paths that were asked for before the first round. */
  readonly asked: Iterable<string>;
  /** Called whenever the mirror has been asked for all that it can be asked for at a time. */
  readonly onWait: () => void;
  /** Called when the mirror sends what was asked for; the round ends when this has ended, too. */
  readonly beside: (round: Round) => Promise<void>;
}

/** What a mirror is asked for at a time. */
export interface Round {
  readonly manifests: readonly FileEntry[];
  /** The Manifests, files, and guesses. */
  readonly paths: readonly string[];
}

/**
 * Fetches what the walk asks for: in each round the Manifests that it needs next, all files that are known to have
 * changed, and those that will most likely turn out to have. Everything is compared with its entry; what is not as it
 * must be is asked for once more.
 *
 * @throws {WalkObjection}
 */
export async function fetchRounds(context: UpdateContext, session: Session, fetching: Fetching): Promise<Rounds> {
  const { walk, incoming, pool, seen } = fetching;
  const asked = new Set(fetching.asked);
  const right = new Set<string>();
  const early = new EarlyChecks(fetching, right);
  const turns = new Map<string, number>();
  for (;;) {
    const manifests = await walk.advance();
    const others = walk.changed().filter(({ tag, path }) => tag !== "MANIFEST" && !right.has(path));
    const came = others.filter(({ path }) => asked.has(path));
    const wrong = await wrongFiles({ pool, root: incoming.tree, seen }, came);
    for (const { path } of came) if (!wrong.has(path)) right.add(path);
    const missing = others.filter(({ path }) => !right.has(path));
    const wanted = [...manifests, ...missing];
    if (wanted.length === 0) return { kind: "complete" };
    const torn = wanted.find(({ path }) => turns.get(path) === MAX_TURNS);
    if (torn !== undefined) return { kind: "torn", path: torn.path };
    for (const { path } of wanted) turns.set(path, (turns.get(path) ?? 0) + 1);
    context.reporter.phase(manifests.length > 0 ? "plan" : "fetch");
    const guesses = likelyEbuilds(manifests, walk).filter((path) => !asked.has(path));
    const onArrival = early.of(missing);
    const failed = await fetchEntries(context, session, {
      ...fetching,
      manifests,
      wanted,
      guesses,
      asked,
      onArrival,
    });
    await early.done();
    if (failed !== undefined) return failed;
  }
}

async function fetchEntries(
  { job: { system }, storage }: UpdateContext,
  session: Session,
  { manifests, wanted, guesses, asked, onArrival, ...fetching }: Omit<Fetching, "asked"> & {
    readonly manifests: readonly FileEntry[];
    readonly wanted: readonly FileEntry[];
    readonly guesses: readonly string[];
    /** Paths that were asked for before; these join them. */
    readonly asked: Set<string>;
    readonly onArrival: (path: string) => void;
  },
): Promise<MirrorFailure | undefined> {
  wanted.forEach(refuse);
  const { files } = system;
  const { incoming, walk, onWait, beside } = fetching;
  // rsync names the directories above each path anew unless they are those of the path before.
  const paths = [...wanted.map(({ path }) => path), ...guesses].sort();
  refuseLinks(files, incoming.tree, paths);
  for (const path of paths) {
    // What came before and is not right: rsync would keep it where size and time are the mirror's.
    if (asked.has(path)) await files.removeTree(`${incoming.tree}/${path}`);
    asked.add(path);
  }
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
  await makeSpace(system, storage, { deletions: [], replacements: [], directories: [], fetches: paths, bytes });
  const mostBytes = wanted.reduce(
    (most, { size }) => Math.max(most, size),
    guesses.length > 0 ? MOST_GUESSED_BYTES : 0,
  );
  let meanwhile = Promise.resolve();
  const fetched = await fetchNamed(session, {
    into: incoming.tree,
    paths,
    mostBytes,
    // Not before, nor beside the start of another list: some mirrors have one connection for everybody.
    onBegin: () => {
      if (paths.length <= LONGEST_LIST) meanwhile = beside({ manifests, paths });
      // It is awaited when all has come; until then a rejection must not count as unhandled.
      meanwhile.catch(() => {});
      onWait();
    },
    onArrival: (path) => {
      walk.meet(path);
      onArrival(path);
    },
  }).finally(() => meanwhile);
  refuseLinks(files, incoming.tree, paths);
  return fetched.kind === "failed" ? fetched : undefined;
}

function refuse({ path }: FileEntry): void {
  if (isHidden(path)) throw new WalkObjection(`${path} has a hidden name`);
  if (LOCAL_NAMES.has(path.split("/")[0] ?? "")) throw new WalkObjection(`${path} lies where the host's own files are`);
}
