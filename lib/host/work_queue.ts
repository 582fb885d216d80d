import type { Clock } from "./clock.ts";
import { type HashThread, leastBusy } from "./hash_thread.ts";

/** What another thread can do as well as this one. */
export interface SharedWork<T> {
  there(thread: HashThread): Promise<T>;
  here(): T;
}

/**
 * What a thread has at a time: the next is there already when it has answered one. Of what can wait it has more, as
 * this thread may have its hands full for a while.
 */
const AT_A_TIME = { urgent: 2, patient: 8 };

/**
 * Shares work out among threads, and this one, which takes what the others have no hands for, a piece at a time, so
 * that whatever else is to be done here comes in between.
 */
export class WorkQueue {
  readonly #threads: readonly HashThread[];
  readonly #clock: Pick<Clock, "yield">;
  readonly #urgent: Piece[] = [];
  readonly #patient: Piece[] = [];
  #isHelping = false;

  /** @param threads may grow. */
  constructor(threads: readonly HashThread[], clock: Pick<Clock, "yield">) {
    this.#threads = threads;
    this.#clock = clock;
  }

  /**
   * Has work done; rejects when it fails, or its thread breaks down.
   *
   * @param canWait until nothing is left to be given out that cannot.
   */
  add<T>(work: SharedWork<T>, { canWait }: { readonly canWait: boolean }): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const piece: Piece = {
      there: (thread) => work.there(thread).then(resolve, reject).then(() => this.#shareOut()),
      here: () => {
        try {
          resolve(work.here());
        } catch (error) {
          reject(error);
        }
      },
    };
    (canWait ? this.#patient : this.#urgent).push(piece);
    this.#shareOut();
    return promise;
  }

  /** Has nothing more done; what was not begun is never answered. */
  clear(): void {
    this.#urgent.length = this.#patient.length = 0;
  }

  get #isEmpty(): boolean {
    return this.#urgent.length + this.#patient.length === 0;
  }

  #shareOut(): void {
    while (this.#threads.length > 0 && leastBusy(this.#threads).waiting() < this.#mostAtATime) {
      this.#next()?.there(leastBusy(this.#threads));
    }
    if (!this.#isEmpty && !this.#isHelping) void this.#help();
  }

  get #mostAtATime(): number {
    if (this.#urgent.length > 0) return AT_A_TIME.urgent;
    return this.#patient.length > 0 ? AT_A_TIME.patient : 0;
  }

  async #help(): Promise<void> {
    this.#isHelping = true;
    while (!this.#isEmpty) {
      await this.#clock.yield();
      this.#next()?.here();
    }
    this.#isHelping = false;
  }

  #next(): Piece | undefined {
    return this.#urgent.shift() ?? this.#patient.shift();
  }
}

interface Piece {
  there(thread: HashThread): Promise<void>;
  here(): void;
}
