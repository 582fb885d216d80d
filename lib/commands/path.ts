import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import type { Files } from "../host/files.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { selectRepositories } from "../repos_conf/select.ts";
import { noLatest } from "../storage/no_latest.ts";
import { locationState } from "../storage/rcu_location.ts";
import { rcuRepository } from "../storage/select.ts";
import { CALLER } from "../storage/storage.ts";
import { storeLayout } from "../store/layout.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";

/** `rcusync path REPO` */
export const path = defineCommand({
  needs: "configuration",
  description: [
    "Prints the canonical path of the latest snapshot, all links resolved. A sync does not change what is under it; " +
    "the snapshot stays until it expires and nobody uses it.",
    "For a repository without snapshots, or one that is to have them and has none yet, this is the resolved location.",
  ],
  positionals: { repository: { placeholder: "REPO", kind: "repository", arity: "one" } },
  flags: {},
  exitStatuses: [14],
  examples: [
    { line: 'tree=$(rcusync path gentoo) && ls "$tree/sys-apps"', purpose: "Several reads of one and the same tree" },
  ],
  run: (context, input) => Promise.resolve(showPath(context, input.positionals.repository)),
});

function showPath({ configuration, system }: ConfiguredContext, name: string): CommandResult {
  const paths = selectRepositories(configuration, [name]).map((repository) => ({
    repository: repository.name,
    ...currentTree(system.files, repository),
  }));
  return {
    exitCode: 0,
    document: { paths },
    view: [{ kind: "verbatim", text: paths.map((found) => `${found.path}\n`).join("") }],
  };
}

/** @throws {Fault} `store` when there is no tree yet, or no longer. */
function currentTree(files: Files, repository: Repository): { path: string; snapshot: number | null } {
  const { name, storage, location } = repository;
  if (storage.kind !== "hardlink_rcu") return { path: resolved(files, name, location), snapshot: null };
  const layout = storeLayout(storage.storeDir);
  const latest = latestSnapshot(files, layout);
  if (latest !== undefined) return { path: resolved(files, name, latest.path), snapshot: latest.id };
  const rcu = rcuRepository(repository, { storage, owner: CALLER });
  const isPlain = listSnapshots(files, layout).length === 0 && locationState({ files }, rcu).kind === "tree";
  if (!isPlain) throw noLatest({ files }, rcu, layout);
  return { path: resolved(files, name, location), snapshot: null };
}

function resolved(files: Files, name: string, path: string): string {
  try {
    return files.realPath(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
    throw new Fault("store", `Repository ${quoted(name)} is not there: ${quoted(path)}`, {
      hint: `Run: rcusync sync ${name}`,
      cause: error,
    });
  }
}
