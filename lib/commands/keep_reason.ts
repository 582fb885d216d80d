import { dayText, spanText } from "../cli/render/quantity.ts";
import type { KeepReason, ReaderSummary, SnapshotState } from "../storage/snapshot_state.ts";

/**
 * What keeps a snapshot, in words: `latest`, `expires in 6 days (2026-01-16), in use by emerge (4711, cwd)`; `expired`
 * when nothing does.
 */
export function keepText({ keep }: Pick<SnapshotState, "keep">, nowMs: number): string {
  return keep.length === 0 ? "expired" : keep.map((reason) => reasonText(reason, nowMs)).join(", ");
}

function reasonText(reason: KeepReason, nowMs: number): string {
  switch (reason.kind) {
    case "latest":
    case "spare":
    case "leased":
      return reason.kind;
    case "unexpired":
      return `expires in ${spanText(Math.max(0, reason.expiresMs - nowMs))} (${dayText(reason.expiresMs)})`;
    case "pinned":
      return `pinned by ${reason.names.join(", ")}`;
    case "in-use":
      return `in use by ${reason.readers.map(readerText).join(", ")}`;
  }
}

function readerText({ command, pid, how, path, unit }: ReaderSummary): string {
  const hold = how === "mount" && path !== undefined ? `mount on ${path}` : how;
  return `${command} (${[pid, hold, ...(unit === undefined ? [] : [unit])].join(", ")})`;
}
