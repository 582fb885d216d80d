import { isErrno } from "../base/errno.ts";
import { printable } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { findReaders } from "../readers/in_use.ts";
import { isLeased } from "../readers/lease.ts";
import type { StoreLayout } from "../store/layout.ts";
import { pinsOf } from "../store/pins.ts";
import type { RcuRepository } from "./rcu_repository.ts";
import { type KeepReason, retainedStates, type SnapshotState } from "./snapshot_state.ts";

/** The snapshots of a store with every reason to keep them. */
export interface SnapshotStates {
  /** Ascending. */
  readonly states: readonly SnapshotState[];
  /** What could not be found out, a sentence each. */
  readonly notes: readonly string[];
}

/** Looks at retention, pins, leases and readers. Takes no lock and changes nothing. */
export async function snapshotStates(
  system: StatesSystem,
  repository: RcuRepository,
  layout: StoreLayout,
): Promise<SnapshotStates> {
  for (let attempt = 1;; attempt++) {
    try {
      return await lookOnce(system, repository, layout);
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
  layout: StoreLayout,
): Promise<SnapshotStates> {
  const { files } = system;
  const retained = retainedStates(system, layout, repository);
  const pins = pinsOf(files, layout);
  const search = repository.gcInUse === "keep" && retained.length > 0;
  const found = search ? await findReaders(system, retained.map(({ path }) => path)) : undefined;
  const states = retained.map((state) => {
    const keep: KeepReason[] = [...state.keep];
    const names = pins.get(state.id);
    if (names !== undefined) keep.push({ kind: "pinned", names });
    if (isLeased(files, state.path)) keep.push({ kind: "leased" });
    const readers = found?.readers.get(state.path) ?? [];
    if (readers.length > 0) keep.push({ kind: "in-use", readers });
    return { ...state, keep };
  });
  const blind = found !== undefined && !found.complete && states.some(({ keep }) => keep.length === 0);
  const reason = printable(found?.reason ?? "");
  return { states, notes: blind ? [`Not every process could be looked at, so a reader may be missed. ${reason}`] : [] };
}
