import { sameBytes } from "../../base/same_bytes.ts";
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
  /** Whether the mirror has the very top-level Manifest that is published. */
  readonly isSame: boolean;
}

/** Statuses by which a mirror says that it does not know an option. */
const UNKNOWN_OPTION: ReadonlySet<number> = new Set([1, 4]);

/**
 * Fetches the top-level Manifest and the mirror's timestamps, and what will most likely be asked for next. That takes the
 * place of the probe, so a mirror that is older than what is published fails here.
 */
export async function openingRound(
  context: UpdateContext,
  session: Session,
  { published, incoming }: { readonly published: Published; readonly incoming: Incoming },
): Promise<Opening | MirrorFailure | { readonly kind: "unsuited"; readonly why: string }> {
  const { job, mirrors, reporter } = context;
  const { files } = job.system;
  reporter.phase("probe");
  await checkRsync(session);
  const guesses = guessedManifests(job, published.dir, published.text);
  for (const path of guesses) copyKnown(files, path, { from: published.dir, to: incoming.known });
  const stamps = stampPaths(files, published.dir);
  const asked = [TOP_MANIFEST, ...stamps, ...guesses];
  const fetched = await fetchNamed(session, {
    into: incoming.tree,
    paths: asked,
    mostBytes: LIMITS.topManifestBytes,
    known: incoming.known,
    timeoutMs: mirrors.probeTimeoutMs,
  });
  if (fetched.kind === "failed") {
    return UNKNOWN_OPTION.has(fetched.exit) ? { kind: "unsuited", why: "the mirror's rsync is too old" } : fetched;
  }
  refuseLinks(files, incoming.tree, [...stamps, ...guesses]);
  const text = readSmallFile(files, `${incoming.tree}/${TIMESTAMP_PATH}`);
  const age = judgeAge(context, session, text === undefined ? undefined : parseTimestamp(text));
  if (age.kind === "failed") return age;
  const top = files.lstat(`${incoming.tree}/${TOP_MANIFEST}`);
  if (top?.type !== "file") return { kind: "unsuited", why: "the mirror has no top-level Manifest" };
  const isSame = top.size === published.bytes.length &&
    sameBytes(files.readBytes(`${incoming.tree}/${TOP_MANIFEST}`), published.bytes);
  return { kind: "opened", asked, stamps, isCertain: fetched.isCertain, isSame };
}
