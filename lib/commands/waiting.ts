import type { Context } from "../cli/command.ts";
import type { LockOptions } from "../store/lock.ts";
import { DEFAULT_LOCK_WAIT_SECONDS } from "./lock_wait.ts";

/** How a command that asks nothing about it waits for a store's lock: for a while, saying for whom. */
export function waiting({ signal, onNote }: Pick<Context, "signal" | "onNote">): LockOptions {
  return {
    waitSeconds: DEFAULT_LOCK_WAIT_SECONDS,
    signal,
    onWait: (holder) => onNote(`Waiting for ${holder} to let go of the store`),
  };
}
