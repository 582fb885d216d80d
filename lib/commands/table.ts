import type { CommandRow, Program } from "../cli/command.ts";

/** Every command: a row here and a file beside. A command is loaded when it is asked for. */
const COMMANDS: readonly CommandRow[] = [
  {
    name: "sync",
    summary: "Sync the repositories that auto-sync, or those named",
    load: async () => (await import("./sync.ts")).sync,
  },
  {
    name: "init",
    summary: "Propose what repos.conf needs for snapshots, and write it when told",
    load: async () => (await import("./init.ts")).init,
  },
  {
    name: "list",
    summary: "List the repositories: type, storage, latest snapshot, last sync, location",
    load: async () => (await import("./list.ts")).list,
  },
  {
    name: "status",
    summary: "Show the snapshots: age, changes, and what keeps them",
    load: async () => (await import("./status.ts")).status,
  },
  {
    name: "path",
    summary: "Print the canonical path of the latest snapshot",
    load: async () => (await import("./path.ts")).path,
  },
  {
    name: "exec",
    summary: "Run a command with a snapshot leased",
    load: async () => (await import("./exec.ts")).exec,
  },
  {
    name: "pin",
    summary: "Keep a snapshot until it is unpinned",
    load: async () => (await import("./pin.ts")).pin,
  },
  {
    name: "unpin",
    summary: "Remove a pin",
    load: async () => (await import("./unpin.ts")).unpin,
  },
  {
    name: "diff",
    summary: "Show which packages and files differ between two snapshots",
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "rollback",
    summary: "Publish an earlier snapshot again",
    load: async () => (await import("./rollback.ts")).rollback,
  },
  {
    name: "gc",
    summary: "Remove the snapshots that expired",
    load: async () => (await import("./gc.ts")).gc,
  },
  {
    name: "verify",
    summary: "Check signature and Manifests of published trees, or of any tree",
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "migrate",
    summary: "Move a repository to another storage",
    load: async () => (await import("./migrate.ts")).migrate,
  },
  {
    name: "doctor",
    summary: "Find what is wrong with repositories and stores, and mend it",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "mount",
    summary: "Mount the latest snapshot read-only",
    load: async () => (await import("./mount.ts")).mount,
  },
  {
    name: "unmount",
    summary: "Unmount what rcusync mount mounted",
    load: async () => (await import("./unmount.ts")).unmount,
  },
  {
    name: "mount-args",
    summary: "Print the options that give a container the latest snapshot",
    load: async () => (await import("./mount_args.ts")).mountArgs,
  },
  {
    name: "config",
    summary: "Show the effective configuration, and where each value comes from",
    load: async () => (await import("./config.ts")).config,
  },
  {
    name: "completions",
    summary: "Print the completion script of a shell",
    load: async () => (await import("./completions.ts")).completions,
  },
  {
    name: "man",
    summary: "Print a manual page",
    load: async () => (await import("./man.ts")).man,
  },
  {
    name: "help",
    summary: "Explain a command",
    load: async () => (await import("./help.ts")).help,
  },
  {
    name: "__complete",
    summary: "Print the words that a shell may complete",
    hidden: true,
    load: async () => (await import("./complete.ts")).complete,
  },
];

/** The program that `main.ts` runs. */
export const PROGRAM: Program = {
  name: "rcusync",
  summary: "keep Gentoo ebuild repositories up to date as immutable snapshots",
  description: [
    "At every instant the location of a repository resolves to one complete snapshot: the old one or the new one. " +
    "Reads the repos.conf that Portage reads, and keeps the same layout on disk.",
  ],
  examples: [
    { line: "rcusync sync", purpose: "Sync all that auto-sync; for cron: rcusync sync --quiet" },
    { line: "rcusync sync --dry-run gentoo", purpose: "Print what a sync of gentoo would do" },
    { line: "rcusync status gentoo", purpose: "Show which snapshots are there, and why" },
    { line: 'cd "$(rcusync path gentoo)"', purpose: "Work in one snapshot, whatever is synced meanwhile" },
  ],
  environment: [
    ["PORTAGE_CONFIGROOT", "Where the configuration is, as for --config-root"],
    ["PORTAGE_REPOSITORIES", "The text of a repos.conf that replaces the files"],
    ["ROOT, EPREFIX", "As for Portage"],
    ["NO_COLOR", "No colours, unless --color=always"],
  ],
  commands: COMMANDS,
};
