import { allEnded } from "../../base/all_ended.ts";
import { LIMITS } from "../../manifest/limits.ts";
import { TOP_MANIFEST } from "../../manifest/top_manifest.ts";
import { fetchNamed } from "../../rsync/fetch_named.ts";
import type { Session } from "../../rsync/session.ts";
import { parseTimestamp, TIMESTAMP_PATH } from "../../rsync/timestamp.ts";
import { checkRsync } from "../../rsync/version.ts";
import { judgeAge } from "../mirror_age.ts";
import { readSmallFile } from "../small_file.ts";
import type { MirrorFailure, UpdateContext } from "../update_context.ts";
import { guessedManifests, stampPaths } from "./first_names.ts";
import { copyKnown, type Incoming, refuseLinks } from "./incoming.ts";
import type { Published } from "./published.ts";

/** What the first connection brought. */
export interface Opening {
  readonly kind: "opened";
  /** All paths that were asked for. */
  readonly asked: readonly string[];
  /** The timestamps among them. */
  readonly stamps: readonly string[];
  /** Whether a timestamp that did not come is certainly not there. */
  readonly isCertain: boolean;
}

/** Statuses by which rsync, or a mirror, says that it does not know an option. */
const UNKNOWN_OPTION: ReadonlySet<number> = new Set([1, 4]);

/**
 * Fetches the top-level Manifest and the mirror's timestamps, and what will most likely be asked for next. That takes
 * the place of the probe, so a mirror that is older than what is published fails here.
 */
export async function openingRound(
  context: UpdateContext,
  session: Session,
  { published, incoming, meanwhile, onArrival }: {
    readonly published: Published;
    readonly incoming: Incoming;
    /** What is to be done while the mirror is asked. */
    readonly meanwhile: () => Promise<unknown>;
    /** Called when something has most likely come, while the rest still comes. */
    readonly onArrival: () => void;
  },
): Promise<Opening | MirrorFailure | { readonly kind: "unsuited"; readonly why: string }> {
  const { job, mirrors, reporter } = context;
  const { files } = job.system;
  reporter.phase("probe");
  const guesses = guessedManifests(job, published.dir, published.text);
  for (const path of guesses) copyKnown(files, path, { from: published.dir, to: incoming.known });
  const stamps = stampPaths(files, published.dir);
  const asked = [TOP_MANIFEST, ...stamps, ...guesses];
  const doing = Promise.withResolvers<unknown>();
  const fetching = fetchNamed(session, {
    into: incoming.tree,
    paths: asked,
    mostBytes: LIMITS.topManifestBytes,
    known: incoming.known,
    timeoutMs: mirrors.probeTimeoutMs,
    // Not before, as it keeps this thread busy.
    onAsked: () => doing.resolve(meanwhile()),
    onArrival,
  }).finally(() => doing.resolve(undefined));
  const [fetched] = await allEnded([fetching, doing.promise]);
  if (fetched.kind === "failed" && UNKNOWN_OPTION.has(fetched.exit)) {
    await checkRsync(session);
    return { kind: "unsuited", why: "the mirror's rsync is too old" };
  }
  if (fetched.kind === "failed") return fetched;
  refuseLinks(files, incoming.tree, [...stamps, ...guesses]);
  const text = readSmallFile(files, `${incoming.tree}/${TIMESTAMP_PATH}`);
  const age = judgeAge(context, session, text === undefined ? undefined : parseTimestamp(text));
  if (age.kind === "failed") return age;
  if (files.lstat(`${incoming.tree}/${TOP_MANIFEST}`)?.type !== "file") {
    return { kind: "unsuited", why: "the mirror has no top-level Manifest" };
  }
  return { kind: "opened", asked, stamps, isCertain: fetched.isCertain };
}
