import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";

/**
 * Refuses to verify where the runtime's cryptography, loaded without /proc, would end the process.
 *
 * @param subject What is to be verified: the name of a repository, or a path.
 * @throws {Fault} `configuration`
 */
export function needCryptography({ files }: Pick<System, "files">, subject: string): void {
  if (files.lstat("/proc/self/exe") !== undefined) return;
  throw new Fault("configuration", `Cannot verify ${quoted(subject)} without /proc`, {
    hint: "Mount it: mount -t proc proc /proc",
  });
}
