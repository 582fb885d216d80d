import { below } from "./below.ts";
import { OptionReader } from "./option_reader.ts";
import type { HardlinkRcuSettings, StorageSettings } from "./repository.ts";
import { withoutTrailingSlash } from "./roots.ts";

/** About 27,000 years: never, and yet a time that a Date can hold. */
const MAX_TTL_DAYS = 10_000_000;

/**
 * Which strategy keeps the tree. Settings that contradict each other become faults of `reader`; without a
 * usable store directory the result is then what `sync-rcu = no` would give.
 */
export function storageSettings(reader: OptionReader, root: string): StorageSettings {
  const hardlinks = reader.flag("sync-allow-hardlinks");
  const plain = { kind: hardlinks ? "hardlink_quarantine" : "inplace" } as const;
  if (!reader.flag("sync-rcu")) return plain;
  checkRcu(reader, hardlinks);
  const storeDirInside = storePath(reader);
  if (storeDirInside === undefined) return plain;
  return { kind: "hardlink_rcu", storeDir: below(root, storeDirInside), storeDirInside, ...retentionAndLinks(reader) };
}

/** What snapshots in a store are kept by when nothing about them is configured. */
export function defaultRcuSettings(): RcuSettings {
  return retentionAndLinks(new OptionReader("", new Map()));
}

/** All but where the store is. */
type RcuSettings = Omit<HardlinkRcuSettings, "kind" | "storeDir" | "storeDirInside">;

function retentionAndLinks(reader: OptionReader): RcuSettings {
  return {
    spareSnapshots: reader.count("sync-rcu-spare-snapshots") ?? 0,
    ttlDays: Math.min(reader.count("sync-rcu-ttl-days") ?? 0, MAX_TTL_DAYS),
    linkStyle: reader.strictWord("sync-rcu-link-style", ["absolute", "relative"]),
    recycle: reader.strictFlag("sync-rcu-recycle"),
    gcInUse: reader.strictWord("sync-rcu-gc-in-use", ["keep", "ignore"]),
  };
}

function checkRcu(reader: OptionReader, hardlinks: boolean): void {
  if (!hardlinks) {
    reader.faultOf("has sync-rcu without sync-allow-hardlinks", "Remove sync-allow-hardlinks, or write sync-rcu = no");
  }
  const syncType = reader.text("sync-type");
  if (syncType !== undefined && syncType !== "rsync") {
    reader.fault("sync-type", "does not go with sync-rcu, which works by rsync only", "Write sync-rcu = no");
  }
}

function storePath(reader: OptionReader): string | undefined {
  const key = "sync-rcu-store-dir";
  const option = reader.options.get(key);
  if (option === undefined || option.value === "") {
    const hint = `Write ${key} = DIR, a directory of its own on the file system of the location`;
    reader.faultOf(`has sync-rcu without ${key}`, hint);
    return undefined;
  }
  if (!option.value.startsWith("/")) {
    reader.fault(key, "is not an absolute path", "Write the whole path from / on");
    return undefined;
  }
  if (option.from === "default" && !option.text.includes("%(")) {
    const reason = "is set in [DEFAULT], where every repository would share it";
    reader.fault(key, reason, `Write ${key} into the section of the repository`);
  }
  return withoutTrailingSlash(option.value);
}
