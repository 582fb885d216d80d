import { compareChangeTimes, isNoFile } from "../host/stamps.ts";
import type { FileTable } from "./file_table.ts";

/** What earlier verifications left behind for this one, which leaves the same for the next. */
export interface Memory {
  /** Whether `load` may have anything to give. */
  readonly mayKnow: boolean;
  /**
   * The files that were found to be right; empty when everything is to be read. It is used up: what it is after the
   * verification is good for the next time only if the tree verifies.
   */
  load(): FileTable;
  /**
   * Waits until the file system's clock is past the tick of the last change before the verification, and returns the
   * stamp of a file made before; `undefined` when that clock does not go well, and nothing must be recorded.
   */
  settle(): Promise<Uint32Array | undefined>;
}

/** Notes what is found out about files that are read. */
export class Learner {
  readonly #table: FileTable;
  readonly #settled: Uint32Array | undefined;

  constructor(table: FileTable, settled: Uint32Array | undefined) {
    this.#table = table;
    this.#settled = settled;
  }

  /**
   * Notes that a file with this stamp, before and after it was read, is right; unless the stamp is so new that a later
   * write could have the same one.
   */
  learn(row: number, stamps: Uint32Array, at: number): void {
    if (this.#settled === undefined || isNoFile(stamps, at)) return;
    if (compareChangeTimes(stamps, at, this.#settled, 0) <= 0) this.#table.learn(row, stamps, at);
  }
}
