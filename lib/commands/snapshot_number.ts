import { quoted } from "../base/printable.ts";
import { usageFault } from "../cli/usage_fault.ts";

/**
 * The number of a snapshot as it was typed; `undefined` for nothing typed.
 *
 * @throws {Fault} `usage` when it is no positive integer.
 */
export function snapshotNumber(text: string | undefined, command: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw usageFault(`${quoted(text)} is not the number of a snapshot`, command);
}
