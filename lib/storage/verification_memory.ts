import { isErrno } from "../base/errno.ts";
import { changedNs, compareChangeTimes, type Stamps } from "../host/stamps.ts";
import type { System } from "../host/system.ts";
import { FileTable } from "../manifest/file_table.ts";
import type { Memory } from "../manifest/memory.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { noteLearnt } from "./note_learnt.ts";
import { probeStore, UNWRITABLE } from "./store_probe.ts";
import {
  identifySnapshot,
  isSameSnapshot,
  type ReadState,
  readVerifiedHead,
  readVerifiedState,
  type VerifiedHead,
  type VerifiedState,
  writeVerifiedState,
} from "./verified_state.ts";

/** What one verification of a tree of the store goes by, and what it leaves for the next. */
export interface VerificationMemory {
  /** Absent where files cannot be recognized: on file systems without honest change times, and without a C library. */
  readonly memory: Memory | undefined;
  /** Keeps what was learnt; to be called when `snapshot` has verified and is published. Needs the lock. */
  remember(snapshot: Snapshot, textDigest: string): void;
}

/** How much to read. */
export interface VerificationExtent {
  /** Every file, whatever is known. */
  readonly full: boolean;
  /** Days after which every file is read again. */
  readonly fullEveryDays: number;
}

type MemorySystem = Pick<System, "files" | "clock">;

const DAY_MS = 86_400_000;

/** Ticks of a clock by which files are stamped are at most half as long. */
const TICK_NS = 20_000_000n;

/** A file system whose clock does not move while this many files are made has none that is of use. */
const MAX_PROBES = 5000;

/** A probe makes a file, and a turn is short: this makes it some thousand files a second. */
const TURNS_A_PROBE = 20;

/**
 * Opens the memory of a store for one verification. To be called after the last change to the tree, which must not
 * change meanwhile.
 */
export function openMemory(system: MemorySystem, layout: StoreLayout, extent: VerificationExtent): VerificationMemory {
  const { files } = system;
  const nowMs = system.clock.nowMs();
  const clock = storeClock(system, layout);
  const mayGoOn = clock?.head !== undefined && !isFullDue(clock.head, nowMs, extent);
  let state: ReadState | undefined;
  let table = new FileTable();
  const load = () => {
    state = mayGoOn ? readVerifiedState(files, layout) : undefined;
    return table = state?.table ?? table;
  };
  return {
    memory: clock && { mayKnow: mayGoOn, load, settle: () => clock.settle() },
    remember: (snapshot, textDigest) => {
      const settledNs = clock?.settledNs ?? 0n;
      const found = { snapshot: identifySnapshot(files, snapshot), textDigest, settledNs, table };
      if (state !== undefined && noteLearnt(files, layout, { ...found, bytes: state.bytes })) return;
      const fullMs = state?.fullMs ?? nowMs;
      writeVerifiedState(files, layout, { ...found, fullMs }, { shards: state?.shards ?? [] });
    },
  };
}

/** The clock of a store's file system, by which files are recognized. */
export interface StoreClock {
  readonly stamps: Stamps;
  /** When it was looked at; nanoseconds since 1970. */
  readonly settledNs: bigint;
  /** Of the state to go on from; `undefined` when there is none, and when the clock was set back since. */
  readonly head: VerifiedHead | undefined;
  /** See {@linkcode Memory}. */
  settle(): Promise<Uint32Array | undefined>;
}

/** Looks at the clock of a store; `undefined` where files cannot be recognized by it. */
export function storeClock(system: MemorySystem, layout: StoreLayout): StoreClock | undefined {
  const { files } = system;
  const stamps = files.stamps?.areReliable(layout.own) ? files.stamps : undefined;
  const started = stamps && probe(system, layout, stamps);
  if (stamps === undefined || started === undefined) return undefined;
  const settledNs = changedNs(started, 0);
  const last = readVerifiedHead(files, layout);
  // Once the clock was set back, change times do not tell any more what came first.
  const head = last !== undefined && settledNs >= BigInt(last.settledNs) ? last : undefined;
  return { stamps, settledNs, head, settle: () => settle(system, layout, { stamps, started }) };
}

/** Whether a snapshot with this signed text was found to be right, not too long ago. */
export function isVerified(
  { files, clock }: MemorySystem,
  layout: StoreLayout,
  { snapshot, textDigest, extent }: {
    readonly snapshot: Snapshot;
    readonly textDigest: string;
    readonly extent: VerificationExtent;
  },
): boolean {
  const state = readVerifiedHead(files, layout);
  if (state === undefined || isFullDue(state, clock.nowMs(), extent)) return false;
  return state.textDigest === textDigest && isSameSnapshot(state.snapshot, identifySnapshot(files, snapshot));
}

function isFullDue(
  { fullMs }: Pick<VerifiedState, "fullMs">,
  nowMs: number,
  { full, fullEveryDays }: VerificationExtent,
): boolean {
  return full || nowMs < fullMs || nowMs - fullMs >= fullEveryDays * DAY_MS;
}

/** The stamp of a file that is made now; `undefined` where none can be made, or times are in whole seconds. */
function probe({ files }: Pick<System, "files">, layout: StoreLayout, stamps: Stamps): Uint32Array | undefined {
  try {
    if (files.lstat(layout.verified) === undefined) files.mkdir(layout.verified, 0o700);
    const stamp = probeStore(files, { layout, stamps }, (made) => made.stamp());
    return changedNs(stamp, 0) % 1_000_000_000n === 0n ? undefined : stamp;
  } catch (error) {
    if (!isErrno(error, ...UNWRITABLE)) throw error;
    return undefined;
  }
}

/** Waits by the file system's own clock, which may tick seldom. */
async function settle(
  system: MemorySystem,
  layout: StoreLayout,
  { stamps, started }: { readonly stamps: Stamps; readonly started: Uint32Array },
): Promise<Uint32Array | undefined> {
  const untilNs = changedNs(started, 0) + TICK_NS;
  for (let count = 0; count < MAX_PROBES; count++) {
    const now = probe(system, layout, stamps);
    if (now !== undefined && compareChangeTimes(now, 0, started, 0) < 0) return undefined;
    if (now !== undefined && changedNs(now, 0) > untilNs) return started;
    for (let turn = 0; turn < TURNS_A_PROBE; turn++) await system.clock.yield();
  }
  return undefined;
}
