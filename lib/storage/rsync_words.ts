import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import type { Variables } from "../repos_conf/configuration.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { assess } from "../rsync/option_safety.ts";
import { commonWords } from "../rsync/options.ts";
import { parseSyncUri, type SyncUri } from "../rsync/uri.ts";

/** What rsync is to be called with for a repository. */
export interface RsyncWords {
  readonly uri: SyncUri;
  readonly words: readonly string[];
  /** One line each. */
  readonly warnings: readonly string[];
  /** Why rsync has to go over a whole private copy, if it has to. */
  readonly wholePass: string | undefined;
}

/**
 * Puts together what rsync is called with, from repos.conf and make.conf.
 *
 * @throws {Fault} `configuration` for a URI or an option that cannot be used.
 */
export function rsyncWords(
  { name, syncUri, rsync, storage }: Repository,
  variables: Pick<Variables, "get">,
  verbosity: "quiet" | "normal" | "verbose" = "normal",
): RsyncWords {
  const uri = parseSyncUri(syncUri ?? "");
  const common = commonWords({
    uri,
    opts: variables.get("PORTAGE_RSYNC_OPTS"),
    extraOpts: rsync.extraOpts,
    sshOpts: variables.get("PORTAGE_SSH_OPTS"),
    verbosity,
    debug: false,
  });
  // In place there is no other tree whose files could be changed.
  const wholePass = storage.kind === "inplace" ? undefined : refuseUnsafe(name, common.words);
  return { uri, ...common, wholePass };
}

/** Refuses options that would change published files; returns why others need a private copy. */
function refuseUnsafe(name: string, words: readonly string[]): string | undefined {
  const { refused, unplannable } = assess(words);
  const first = refused[0];
  if (first !== undefined) {
    const what = `The rsync option ${printable(first.word)} cannot be used for ${quoted(name)}`;
    throw new Fault("configuration", `${what}: ${first.reason}`, {
      hint: "Take it out of sync-rsync-extra-opts and PORTAGE_RSYNC_OPTS, or set sync-allow-hardlinks = no",
    });
  }
  const objection = unplannable[0];
  return objection && `${printable(objection.word)}: ${objection.reason}`;
}
