import { Fault } from "../base/fault.ts";
import { printable } from "../base/printable.ts";
import { type Origin, originText } from "./origin.ts";

/** A `configuration` fault that says where: `FILE:LINE: reason`. */
export function faultAt(origin: Origin, reason: string, hint: string): Fault {
  return new Fault("configuration", `${printable(originText(origin))}: ${reason}`, { hint });
}
