import { basename, dirname, join } from "@std/path";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { defaultRcuSettings } from "../repos_conf/storage_settings.ts";

/** What a repository needs to be kept as snapshots. */
export type RcuProposal =
  | { readonly kind: "proposed"; readonly repository: Repository; readonly settings: readonly ProposedSetting[] }
  | { readonly kind: "nothing"; readonly repository: Repository; readonly reason: string };

/** A line for repos.conf, and why. */
export interface ProposedSetting {
  readonly key: string;
  /** As it is meant; in the file a `%` is doubled. */
  readonly value: string;
  readonly reason?: string;
}

/**
 * Proposes to keep a repository as snapshots, in a store beside its location; looks only. What is set already stays as
 * it is.
 */
export function proposeRcu({ files }: Pick<System, "files">, repository: Repository): RcuProposal {
  const { location, storage, syncType } = repository;
  const nothing = (reason: string): RcuProposal => ({ kind: "nothing", repository, reason });
  if (storage.kind === "hardlink_rcu") return nothing(`has its snapshots in ${storage.storeDir} already`);
  if (syncType !== "rsync") return nothing(`is synced by ${syncType ?? "nobody"}; only rsync makes snapshots here`);
  const found = files.lstat(location);
  if (found?.type === "symlink") {
    return nothing(`has a symbolic link at ${location}; put the directory's own path into repos.conf first`);
  }
  const parent = files.stat(dirname(location));
  if (found !== undefined && parent !== undefined && found.dev !== parent.dev) {
    return nothing(`is a file system of its own at ${location}; a link cannot take its place`);
  }
  const settings = settingsFor(repository).filter(({ key }) => key === "sync-rcu" || !repository.options.has(key));
  return { kind: "proposed", repository, settings };
}

function settingsFor({ location, locationInside }: Repository): ProposedSetting[] {
  const { spareSnapshots, ttlDays } = defaultRcuSettings();
  return [
    { key: "sync-rcu", value: "yes" },
    {
      key: "sync-rcu-store-dir",
      value: join(dirname(locationInside), `.${basename(location)}.rcu`),
      reason: "On one file system with the location: snapshots share their files by hard links",
    },
    {
      key: "sync-rcu-ttl-days",
      value: String(ttlDays),
      reason: "A previous snapshot stays for so many days, and for as long as somebody reads it",
    },
    {
      key: "sync-rcu-spare-snapshots",
      value: String(spareSnapshots),
      reason: "So many stay whatever their age, to go back to",
    },
    {
      key: "sync-rcu-link-style",
      value: "relative",
      reason: "Location and store move together when their directory is mounted elsewhere",
    },
  ];
}

/** The proposals as a file of repos.conf. */
export function proposalText(proposals: readonly Extract<RcuProposal, { kind: "proposed" }>[]): string {
  return proposals.map(({ repository: { section }, settings }) => {
    const lines = settings.flatMap(({ key, value, reason }) => [
      ...(reason === undefined ? [] : [`# ${reason}.`]),
      `${key} = ${value.replaceAll("%", "%%")}`,
    ]);
    return [`[${section}]`, ...lines].map((line) => `${line}\n`).join("");
  }).join("\n");
}
