import { isErrno } from "../base/errno.ts";
import { printable } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { findReaders } from "../readers/in_use.ts";
import { isLeased } from "../readers/lease.ts";
import type { StoreLayout } from "../store/layout.ts";
import { type Pins, pinsOf, unreadablePinText } from "../store/pins.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import { type KeepReason, retainedStates, type SnapshotState } from "./snapshot_state.ts";

/** The snapshots of a store with every reason to keep them. */
export interface SnapshotStates {
  /** Ascending. */
  readonly states: readonly SnapshotState[];
  /** What could not be found out, a sentence each. */
  readonly notes: readonly string[];
  /** What has to be mended before any can be removed, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Looks at retention, pins, leases and readers. Takes no lock and changes nothing.
 *
 * @param readersOf `all`: those of every snapshot; `expired`: of those that nothing else keeps, so that where there is
 *   none, no process is looked at.
 */
export async function snapshotStates(
  system: StatesSystem,
  repository: RcuRepository,
  { layout, readersOf = "all" }: { readonly layout: StoreLayout; readonly readersOf?: "all" | "expired" },
): Promise<SnapshotStates> {
  for (let attempt = 1;; attempt++) {
    try {
      return await lookOnce(system, repository, { layout, readersOf });
    } catch (error) {
      // Garbage collection, which may run meanwhile, took a snapshot away between two looks at it.
      if (!isErrno(error, "ENOENT") || attempt === ATTEMPTS) throw error;
    }
  }
}

type StatesSystem = Pick<System, "files" | "clock" | "environment">;

const ATTEMPTS = 5;

async function lookOnce(
  system: StatesSystem,
  repository: RcuRepository,
  { layout, readersOf }: { readonly layout: StoreLayout; readonly readersOf: "all" | "expired" },
): Promise<SnapshotStates> {
  const pins = pinsOf(system.files, layout);
  const held = heldStates(system, repository, { layout, pins });
  const sought = held.filter(({ keep }) => readersOf === "all" || keep.length === 0).map(({ path }) => path);
  const search = repository.gcInUse === "keep" && sought.length > 0;
  const found = search ? await findReaders(system, sought) : undefined;
  const states = held.map((state): SnapshotState => {
    const readers = found?.readers.get(state.path) ?? [];
    return readers.length === 0 ? state : { ...state, keep: [...state.keep, { kind: "in-use", readers }] };
  });
  const blind = found !== undefined && !found.complete && states.some(({ keep }) => keep.length === 0);
  const reason = printable(found?.reason ?? "");
  const notes = blind ? [`Not every process could be looked at, so a reader may be missed. ${reason}`] : [];
  return { states, notes, warnings: pins.unreadable.map((name) => unreadablePinText(layout, name)) };
}

/** What keeps the snapshots, whoever reads them. */
function heldStates(
  system: StatesSystem,
  repository: RcuRepository,
  { layout, pins }: { readonly layout: StoreLayout; readonly pins: Pins },
): SnapshotState[] {
  return retainedStates(system, layout, repository).map((state) => {
    const keep: KeepReason[] = [...state.keep];
    const names = [...pins.bySnapshot.get(state.id) ?? [], ...pins.unreadable];
    if (names.length > 0) keep.push({ kind: "pinned", names });
    if (isLeased(system.files, state.path)) keep.push({ kind: "leased" });
    return { ...state, keep };
  });
}
