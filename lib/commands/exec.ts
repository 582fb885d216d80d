import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand } from "../cli/command.ts";
import { usageFault } from "../cli/usage_fault.ts";
import { type LeasedSnapshots, type LeaseRequest, leaseSnapshots } from "../history/lease_snapshots.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import { repositoriesText } from "../repos_conf/repositories_text.ts";
import { oneRepository } from "./one_repository.ts";
import { snapshotNumber } from "./snapshot_number.ts";

/** `rcusync exec REPO -- CMD…` */
export const exec = defineCommand({
  needs: "configuration",
  description: [
    "Runs a command with a snapshot leased: it is neither changed nor removed while the command runs, whatever is synced " +
    "or collected meanwhile. The latest one unless --snapshot is given.",
    "The command finds the snapshot's path in RCUSYNC_PATH and its number in RCUSYNC_SNAPSHOT. Portage, when the command " +
    "calls it, reads the snapshot too: PORTAGE_REPOSITORIES holds the configuration with the snapshot as location.",
    "With --set, several repositories are leased as they were at one moment, and there is no REPO before the command; the " +
    "variables then have a line for each, in the order of the list.",
    "Signals go to the command, and its exit status is that of rcusync: 128 and more after a signal. Needs no right but to " +
    "read the snapshot.",
  ],
  positionals: {
    repository: { placeholder: "REPO", kind: "repository", arity: "optional" },
    command: { placeholder: "-- CMD", kind: "program", arity: "many" },
  },
  flags: {
    snapshot: { kind: "snapshot", placeholder: "N", description: "Lease snapshot N" },
    set: { kind: "repositories", placeholder: "REPO,REPO", description: "Lease the latest snapshots of all these" },
  },
  exitStatuses: [125, 126, 127],
  faultStatus: 125,
  passesSignals: true,
  examples: [
    { line: "rcusync exec gentoo -- sh -c 'grep -rl fuse \"$RCUSYNC_PATH\"'", purpose: "Search one unchanging tree" },
    { line: "rcusync exec --set gentoo,guru -- emerge -puD @world", purpose: "Have Portage see both at one moment" },
    { line: "rcusync exec gentoo --snapshot 12 -- bash", purpose: "Look around in an older snapshot" },
  ],
  run: (context, { flags, positionals }) => {
    const words = [...(positionals.repository === undefined ? [] : [positionals.repository]), ...positionals.command];
    return runLeased(context, { ...flags, words });
  },
});

interface ExecRequest {
  readonly snapshot: string | undefined;
  readonly set: string | undefined;
  readonly words: readonly string[];
}

async function runLeased(context: ConfiguredContext, request: ExecRequest): Promise<CommandResult> {
  const { configuration, everywhere, system } = context;
  const { requests, command: [program, ...args] } = understand(configuration, request);
  if (program === undefined) throw usageFault("The command to run is missing", "exec");
  using leases = await leaseSnapshots(system, requests);
  if (everywhere["dry-run"]) return describe(leases, [program, ...args]);
  const env = { ...system.environment.all(), ...leaseVariables(configuration, leases) };
  return await run(context, { program, args, env });
}

function understand(
  configuration: Configuration,
  { snapshot, set, words }: ExecRequest,
): { readonly requests: readonly LeaseRequest[]; readonly command: readonly string[] } {
  const id = snapshotNumber(snapshot, "exec");
  if (set === undefined) {
    const [name, ...command] = words;
    if (name === undefined) throw usageFault("Argument REPO is missing", "exec");
    return { requests: [{ repository: oneRepository(configuration, name), ...(id !== undefined && { id }) }], command };
  }
  if (id !== undefined) throw usageFault('Flags "--set" and "--snapshot" do not go together', "exec");
  const names = set.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) throw usageFault('Flag "--set" takes names of repositories, not ""', "exec");
  return { requests: names.map((name) => ({ repository: oneRepository(configuration, name) })), command: words };
}

/** What the command gets to know of its leases. */
function leaseVariables({ repositories }: Configuration, { leased }: LeasedSnapshots): Record<string, string> {
  const trees = new Map(leased.map(({ repository, snapshot }) => [repository.section, snapshot.path]));
  return {
    RCUSYNC_PATH: leased.map(({ snapshot }) => snapshot.path).join("\n"),
    RCUSYNC_SNAPSHOT: leased.map(({ snapshot }) => snapshot.id).join("\n"),
    PORTAGE_REPOSITORIES: repositoriesText(repositories, trees),
  };
}

interface Child {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the command; 126 and 127 when it cannot be started, as a shell has it. */
async function run({ system }: ConfiguredContext, { program, args, env }: Child): Promise<CommandResult> {
  const given = { input: "inherit", foreground: true, inheritOutput: true, passSignals: true } as const;
  try {
    const { code } = await system.processes.run({ program, args, env, ...given });
    return { exitCode: 0, passedStatus: code, view: [] };
  } catch (error) {
    if (isErrno(error, "ENOENT")) return notStarted(127, `Cannot run ${quoted(program)}: there is no such program`);
    if (!isErrno(error, ...NOT_EXECUTABLE)) throw error;
    return notStarted(126, `Cannot run ${quoted(program)}: it is not executable`);
  }
}

const NOT_EXECUTABLE = ["EACCES", "EPERM", "ENOEXEC", "EISDIR", "ENOTDIR", "E2BIG"] as const;

function notStarted(status: 126 | 127, message: string): CommandResult {
  return { exitCode: status, view: [], failures: [{ fault: new Fault("usage", message) }] };
}

function describe({ leased }: LeasedSnapshots, command: readonly string[]): CommandResult {
  const trees = leased.map(({ repository, snapshot: { id, path } }) => ({ repository: repository.name, id, path }));
  return {
    exitCode: 0,
    document: { dryRun: true, leased: trees, words: command },
    view: trees.map(({ path }) => ({ kind: "paragraph", text: `Would lease ${path} and run: ${command.join(" ")}` })),
  };
}
