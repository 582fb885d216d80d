import { basename, dirname, join, resolve } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import { namedOrAll } from "./named_repositories.ts";
import { proposalText, proposeRcu, type RcuProposal } from "./rcu_proposal.ts";

/** Sorts after what there usually is: later files of repos.conf win. */
const FILE_NAME = "zz-rcusync.conf";

const NOTHING_CONFIGURED = "No repository that is synced by rsync is configured; " +
  "rcusync-repos.conf(5) has an example to begin with";

/** `rcusync init [REPO…]` */
export const init = defineCommand({
  needs: "configuration",
  description: [
    "Looks at the repositories and proposes the lines of repos.conf that have them kept as snapshots, with the store " +
    "beside the location. Without REPO: all that are synced by rsync and are not kept so yet.",
    `With --write they go into a new file, ${FILE_NAME}, in the directory repos.conf; an existing file is never changed. ` +
    "Where repos.conf is a file, the lines have to be put into its sections by hand.",
    "The next sync that brings a change then makes the directory at the location the first snapshot; rcusync migrate " +
    "does it at once.",
  ],
  positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
  flags: { write: { kind: "switch", description: "Write them to a new file in the directory repos.conf" } },
  exitStatuses: [],
  examples: [
    { line: "rcusync init", purpose: "Print what would have to be configured" },
    { line: "rcusync init --write gentoo", purpose: "Configure it for gentoo" },
  ],
  run: (context, { flags, positionals }) =>
    Promise.resolve(runInit(context, { names: positionals.repositories, write: flags.write })),
});

function runInit(
  context: ConfiguredContext,
  { names, write }: { readonly names: readonly string[]; readonly write: boolean },
): CommandResult {
  const { configuration, everywhere, onNote, system } = context;
  const candidates = namedOrAll(configuration, names).filter(({ syncType }) =>
    names.length > 0 || syncType === "rsync"
  );
  if (candidates.length === 0) onNote(NOTHING_CONFIGURED);
  const proposals = candidates.map((repository) => proposeRcu(system, repository));
  for (const one of proposals) if (one.kind === "nothing") onNote(`${one.repository.name} ${one.reason}`);
  const proposed = proposals.filter((one) => one.kind === "proposed");
  const text = proposalText(proposed);
  const directory = reposConfPath(context);
  const isWritten = write && proposed.length > 0 && !everywhere["dry-run"];
  if (isWritten) writeNew(system, { directory, text, root: configuration.roots.root });
  if (proposed.length > 0) onNote(adviceFor(context, { directory, isWritten }));
  return {
    exitCode: 0,
    document: {
      file: proposed.length > 0 ? join(directory, FILE_NAME) : null,
      written: isWritten,
      text,
      repositories: proposals.map(toJson),
    },
    view: [{ kind: "verbatim", text }],
  };
}

/** Where the user's part of the configuration is; the system's own is not for editing. */
function reposConfPath({ configuration: { roots }, everywhere, system: { environment } }: ConfiguredContext): string {
  const given = everywhere["repos-conf"];
  if (given !== undefined) return resolve(environment.currentDir, given);
  if (environment.get("PORTAGE_REPOSITORIES") !== undefined) {
    throw new Fault("configuration", "PORTAGE_REPOSITORIES replaces repos.conf, and nothing can be added to it", {
      hint: "Unset it, or name a file or directory with --repos-conf",
    });
  }
  return join(roots.configRoot, "etc/portage/repos.conf");
}

function writeNew(
  { files }: Pick<System, "files">,
  { directory, text, root }: { readonly directory: string; readonly text: string; readonly root: string },
): void {
  // What is named on the command line is as seen from here; links below --root lead back into it.
  const real = directory.startsWith(root) ? resolveWithin(files, root, directory) : directory;
  if (files.stat(real)?.type === "file") throw notADirectory(directory);
  for (const path of [dirname(dirname(real)), dirname(real), real]) {
    if (files.stat(path) === undefined) files.mkdir(path);
  }
  const later = files.readDir(real).map(({ name }) => name).filter((name) => name > FILE_NAME && !name.startsWith("."));
  if (later.length > 0) throw readLater(directory, later);
  try {
    files.createFile(join(real, FILE_NAME), text, 0o644);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    throw new Fault("configuration", `${quoted(join(directory, FILE_NAME))} is there already`, {
      hint: "Change it by hand, or move it away and try again",
    });
  }
}

function notADirectory(path: string): Fault {
  return new Fault("configuration", `${quoted(path)} is a file, and rcusync changes no file of yours`, {
    hint: `Put the lines that rcusync init prints into its sections, or make it a directory: ` +
      `mv ${path} ${path}.file && mkdir ${path} && mv ${path}.file ${join(path, basename(path))}`,
  });
}

function readLater(directory: string, names: readonly string[]): Fault {
  return new Fault(
    "configuration",
    `${names.map(quoted).join(", ")} in ${quoted(directory)} would be read later and win`,
    {
      hint: `Give it a name that sorts before ${FILE_NAME}, or put the lines that rcusync init prints into it`,
    },
  );
}

function adviceFor(
  { system: { files } }: ConfiguredContext,
  { directory, isWritten }: { readonly directory: string; readonly isWritten: boolean },
): string {
  const next = "then see what a sync would do: rcusync sync --dry-run";
  if (isWritten) return `Wrote ${join(directory, FILE_NAME)}; ${next}`;
  if (files.stat(directory)?.type === "file") return `Put these lines into the sections of ${directory}, ${next}`;
  return `For ${join(directory, FILE_NAME)}; rcusync init --write writes it, ${next}`;
}

function toJson(proposal: RcuProposal): JsonObject {
  const { name } = proposal.repository;
  if (proposal.kind === "nothing") return { name, proposed: false, reason: proposal.reason };
  const settings = proposal.settings.map(({ key, value }) => [key, value]);
  return { name, proposed: true, settings: Object.fromEntries(settings) };
}
