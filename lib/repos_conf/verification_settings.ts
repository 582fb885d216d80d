import { below } from "./below.ts";
import type { OptionReader } from "./option_reader.ts";
import type { VerificationSettings } from "./repository.ts";
import { withoutTrailingSlash } from "./roots.ts";

/** Reads how the tree is verified. A key path that cannot be meant is a fault, but only when verification is on. */
export function verificationSettings(reader: OptionReader, root: string): VerificationSettings {
  const enabled = reader.flag("sync-rsync-verify-metamanifest");
  if (enabled) checkKeyPath(reader);
  const keyPath = reader.text("sync-openpgp-key-path");
  const retry = "sync-openpgp-key-refresh-retry";
  return {
    enabled,
    jobs: reader.count("sync-rsync-verify-jobs") || undefined,
    maxAgeDays: reader.count("sync-rsync-verify-max-age") ?? 0,
    maxAgeAction: reader.strictWord("sync-rsync-verify-max-age-action", ["warn", "fail"]),
    keyPath: keyPath?.startsWith("/") ? below(root, withoutTrailingSlash(keyPath)) : undefined,
    keyserver: reader.text("sync-openpgp-keyserver")?.toLowerCase(),
    keyRefresh: keyRefresh(reader),
    keyRefreshRetry: {
      count: reader.integer(`${retry}-count`),
      overallTimeoutSeconds: reader.number(`${retry}-overall-timeout`),
      delayExpBase: reader.number(`${retry}-delay-exp-base`),
      delayMaxSeconds: reader.number(`${retry}-delay-max`),
      delayMult: reader.number(`${retry}-delay-mult`),
    },
  };
}

/** An empty path is not "unset": Portage fails on it, and falling back to other keys would weaken the check. */
function checkKeyPath(reader: OptionReader): void {
  const key = "sync-openpgp-key-path";
  const value = reader.options.get(key)?.value;
  if (value === undefined || value.startsWith("/")) return;
  const hint = "Write the whole path of a key file, or remove the line";
  reader.fault(key, value === "" ? "is empty" : "is not an absolute path", hint);
}

function keyRefresh(reader: OptionReader): VerificationSettings["keyRefresh"] {
  const key = "sync-openpgp-key-refresh";
  const value = reader.options.get(key)?.value.toLowerCase();
  switch (value) {
    case undefined:
    case "yes":
    case "true":
      return "true";
    case "no":
    case "false":
      return "false";
    case "wkd":
    case "keyserver":
    case "best-effort":
    case "false-nowarn":
      return value;
    default:
      reader.warn(key, "is none of yes, no, wkd, keyserver, best-effort, false-nowarn; taken as yes");
      return "true";
  }
}
