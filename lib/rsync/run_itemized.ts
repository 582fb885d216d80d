import { type Item, ITEM_FORMAT, parseItem } from "./itemize.ts";
import { type Call, type RsyncExit, runRsync } from "./run.ts";
import type { Session } from "./session.ts";

/** One call of rsync that tells what it does. */
export interface ItemizedCall
  extends Pick<Call, "input" | "silenceMs" | "timeoutMs" | "onEntry" | "onInputEnd" | "onOutput"> {
  /** Options, with `--8-bit-output` among them. */
  readonly words: readonly string[];
  /** Sources, as `sourceWords` names them, and the destination; they end the command line. */
  readonly operands: readonly string[];
  /** Gets every item, in rsync's order. */
  readonly onItem: (item: Item) => void;
}

/** Runs rsync to its end like {@linkcode runRsync}, and reads what it reports item by item. */
export function runItemized(session: Session, { words, operands, onItem, ...call }: ItemizedCall): Promise<RsyncExit> {
  // New for each run and never told to the mirror, so that nothing it says can pass for an item.
  const mark = crypto.randomUUID();
  const onLine = (line: Uint8Array) => {
    const item = parseItem(line);
    if (item !== undefined) onItem(item);
  };
  const args = [...words, `--out-format=${mark}${ITEM_FORMAT}`, ...operands];
  return runRsync(session, { ...call, args, items: { mark, onLine } });
}
