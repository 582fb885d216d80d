import type { Files } from "../host/files.ts";
import { STAMP_WORDS } from "../host/stamps.ts";
import type { FileTable } from "../manifest/file_table.ts";
import { FINGERPRINT_WORDS } from "../manifest/fingerprint.ts";
import { ROW } from "../manifest/row_flags.ts";
import type { StoreLayout } from "../store/layout.ts";
import { noteBytes } from "./state_notes.ts";
import { noteVerified, type ReadState, type VerifiedChange } from "./verified_state.ts";

/** What a verification found that went by a state. */
export type LearntState = Omit<VerifiedChange, "changed"> & Pick<ReadState, "bytes" | "table">;

/**
 * Notes may come to this part of a state, which is some five changes of one percent, or to so many bytes: each Manifest
 * that they tell of is read again by every check until the state is written anew.
 */
const [MOST, MOST_BYTES] = [1 / 16, 2 ** 14];

/**
 * Adds the files that were read to the state that a verification went by, and leaves the rest of it as it is: what was
 * true of a file with a stamp stays true. False, and nothing is done, when the state had better be written anew. Needs
 * the lock, and the snapshot published.
 */
export function noteLearnt(files: Files, layout: StoreLayout, { bytes, table, ...found }: LearntState): boolean {
  const rows = learntRows(table);
  if (noteBytes(files, layout, rows.length) > Math.max(bytes * MOST, MOST_BYTES)) return false;
  return noteVerified(files, layout, { ...found, changed: rows.map((row) => noteOf(table, row)) });
}

function learntRows(table: FileTable): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.names.count; row++) if (table.is(row, ROW.learnt)) rows.push(row);
  return rows;
}

function noteOf(table: FileTable, row: number) {
  const [stamp, print] = [new Uint32Array(STAMP_WORDS), new Uint32Array(FINGERPRINT_WORDS)];
  table.facts.copyStamp(row, stamp, 0);
  table.copyPrint(row, print, 0);
  return { path: table.names.pathOf(row), stamp, print };
}
