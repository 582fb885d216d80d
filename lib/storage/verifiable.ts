import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { needCryptography } from "../manifest/cryptography.ts";
import type { Repository } from "../repos_conf/repository.ts";

/**
 * Refuses a repository whose tree is to be verified but cannot be.
 *
 * @throws {Fault} `configuration`
 */
export function refuseUnverifiable(
  system: Pick<System, "files">,
  { name, verification: { enabled, keyPath } }: Repository,
): void {
  if (!enabled) return;
  needCryptography(system, name);
  if (keyPath !== undefined && system.files.stat(keyPath)?.type === "file") return;
  const what = keyPath === undefined ? "no sync-openpgp-key-path is set" : `${quoted(keyPath)} is not there`;
  throw new Fault("configuration", `Cannot verify ${quoted(name)}: ${what}`, {
    hint: "Name the file of the repository's public keys, or set sync-rsync-verify-metamanifest = no",
  });
}
