import { BUILD } from "../../base/build.ts";
import type { Command, CommandRow, Example, Program } from "../command.ts";
import { EVERYWHERE_FLAGS } from "../everywhere.ts";
import { EXIT_STATUSES } from "../exit_code.ts";
import { type Flags, flagUsage } from "../flag.ts";
import { commandUsage, exitCodesOf } from "../help.ts";
import type { ManBlock, ManPage } from "./roff.ts";

const FILES: readonly (readonly [string, string])[] = [
  ["/etc/portage/repos.conf", "The repositories: a file, or a directory of files; see rcusync-repos.conf(5)"],
  ["/usr/share/portage/config/repos.conf", "Read before it, as Portage does"],
  ["/etc/portage/make.conf", "Variables for rsync, ssh and the hooks"],
  ["/etc/portage/repo.postsync.d, /etc/portage/postsync.d", "Hooks after each repository, and after all of them"],
  ["STORE/snapshots/N", "The snapshots of a repository under sync-rcu"],
  ["STORE/latest", "The link to the published one"],
  ["STORE/.rcusync", "The lock, journals, pins and what else is rcusync's own; Portage never looks here"],
  ["/var/lib/portage/repo_revisions", "Portage's history of revisions, kept up to date"],
];

const MORE_ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["PORTAGE_RSYNC_OPTS, PORTAGE_RSYNC_EXTRA_OPTS", "Options for rsync"],
  ["PORTAGE_RSYNC_RETRIES, PORTAGE_RSYNC_INITIAL_TIMEOUT", "How often and how long mirrors are tried"],
  ["PORTAGE_SSH_OPTS", "Options for ssh"],
  ["TMPDIR", "Where temporary files go; /tmp unless set"],
  ["PORTAGE_TMPDIR", "Where they go, below portage, when rsync runs as another user"],
  ["TERM", "dumb: neither progress nor colours"],
];

/** rcusync(1): every command of the table, with all that its help says. */
export async function programPage(program: Program): Promise<ManPage> {
  const rows = program.commands.filter(({ hidden }) => !hidden);
  const commands = await Promise.all(rows.map(async (row) => ({ row, command: await row.load() })));
  return {
    name: program.name,
    section: 1,
    volume: "User Commands",
    source: `${program.name} ${BUILD.version}`,
    body: [
      section("NAME"),
      paragraph(`${program.name} - ${program.summary}`),
      section("SYNOPSIS"),
      paragraph(`${program.name} [FLAG…] COMMAND [ARGUMENT…]`),
      section("DESCRIPTION"),
      ...program.description.map(paragraph),
      section("COMMANDS"),
      ...commands.flatMap((one) => commandBlocks(program, one)),
      section("FLAGS OF EVERY COMMAND"),
      ...flagBlocks(EVERYWHERE_FLAGS),
      section("EXIT STATUS"),
      pairs(EXIT_STATUSES.map(([code, meaning]) => [String(code), meaning])),
      section("ENVIRONMENT"),
      pairs([...program.environment, ...MORE_ENVIRONMENT]),
      section("FILES"),
      pairs(FILES),
      section("EXAMPLES"),
      exampleBlock(program.examples),
      section("SEE ALSO"),
      paragraph("rcusync-repos.conf(5), rsync(1), flock(1), emaint(1), portage(5)"),
    ],
  };
}

function commandBlocks(program: Program, { row, command }: { row: CommandRow; command: Command }): ManBlock[] {
  const others = exitCodesOf(command).filter((code) => code > 2).sort((a, b) => a - b);
  return [
    { kind: "subsection", title: commandUsage(program, { row, command }) },
    paragraph(`${row.summary}.`),
    ...command.description.map(paragraph),
    ...flagBlocks(command.flags),
    ...(others.length === 0 ? [] : [paragraph(`Exit statuses besides 0, 1 and 2: ${others.join(", ")}.`)]),
    exampleBlock(command.examples),
  ];
}

function flagBlocks(flags: Flags): ManBlock[] {
  const all = Object.entries(flags);
  return all.length === 0 ? [] : [pairs(all.map(([name, flag]) => [flagUsage(name, flag).trim(), flag.description]))];
}

function exampleBlock(examples: readonly Example[]): ManBlock {
  return pairs(examples.map(({ line, purpose }) => [line, purpose]));
}

function section(title: string): ManBlock {
  return { kind: "section", title };
}

function paragraph(text: string): ManBlock {
  return { kind: "paragraph", text };
}

function pairs(all: readonly (readonly [string, string])[]): ManBlock {
  return { kind: "pairs", pairs: all };
}
