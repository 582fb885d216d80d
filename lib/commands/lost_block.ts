import type { Block } from "../cli/view.ts";
import type { LostLatest } from "../store/lost_latest.ts";

/** Says of a store that none of its snapshots is the latest, and what mends that. */
export function lostBlock({ name }: { readonly name: string }, { what, newest }: LostLatest): Block {
  return { kind: "paragraph", tone: "bad", text: `! ${name}: ${what} (Run: rcusync rollback ${name} ${newest})` };
}
