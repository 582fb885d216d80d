import { SYNC_TYPES } from "./keys.ts";
import type { OptionReader } from "./option_reader.ts";

/** What a repository is synced from, and whether without being named. */
export interface SyncSource {
  readonly syncType: string | undefined;
  readonly syncUri: string | undefined;
  readonly autoSync: boolean;
}

/** Reads `sync-type`, `sync-uri` and `auto-sync`; what keeps the repository from being synced becomes a fault. */
export function syncSource(reader: OptionReader): SyncSource {
  const syncType = reader.text("sync-type");
  const syncUri = reader.text("sync-uri");
  checkSyncType(reader, syncType);
  if (syncType !== undefined && syncUri === undefined) {
    reader.faultOf("has a sync-type but no sync-uri", "Write sync-uri = rsync://HOST/MODULE");
  }
  if (syncType === undefined && syncUri !== undefined) reader.warn("sync-uri", "is ignored without a sync-type");
  return { syncType, syncUri, autoSync: autoSync(reader) };
}

function checkSyncType(reader: OptionReader, syncType: string | undefined): void {
  if (syncType === undefined) {
    reader.faultOf("has no sync-type", "Write sync-type = rsync");
  } else if (!SYNC_TYPES.includes(syncType)) {
    reader.fault("sync-type", `is unknown; there are ${SYNC_TYPES.join(", ")}`, "Write sync-type = rsync");
  } else if (syncType !== "rsync") {
    reader.fault("sync-type", "cannot be synced: rcusync syncs by rsync only", `Use emaint sync -r ${reader.section}`);
  }
}

/** Unlike other booleans, an empty value is worth a warning: Portage gives one. */
function autoSync(reader: OptionReader): boolean {
  const auto = reader.flag("auto-sync");
  if (reader.options.get("auto-sync")?.value === "") reader.warn("auto-sync", "is neither yes nor no; taken as no");
  return auto;
}
