import type { Change } from "../rsync/change.ts";
import { countChanges } from "../rsync/change_counts.ts";
import type { Journal, JournalChange } from "../store/journal.ts";
import type { FinishedUpdate } from "./storage.ts";

/** The journal of the snapshot that an update becomes. */
export function journalOf(
  { changes, uri, verified }: FinishedUpdate,
  { id, base, publishedMs }: Pick<Journal, "id" | "base" | "publishedMs">,
): Journal {
  return {
    schema: 1,
    id,
    base,
    publishedMs,
    uri,
    verified,
    counts: countChanges(changes ?? []),
    changes: base === null || changes === undefined ? null : changes.map(journalChange),
  };
}

/** The journal of a tree that was there before the store and becomes snapshot `id`. */
export function migratedJournal({ id, publishedMs }: Pick<Journal, "id" | "publishedMs">): Journal {
  const counts = { created: 0, changed: 0, deleted: 0 };
  return { schema: 1, id, base: null, publishedMs, uri: null, verified: false, counts, changes: null };
}

function journalChange({ kind, path }: Change): JournalChange {
  switch (kind) {
    case "create":
      return ["+", path];
    case "content":
    case "attributes":
      return ["*", path];
    case "delete":
      return ["-", path];
  }
}
