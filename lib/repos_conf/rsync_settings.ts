import { Fault } from "../base/fault.ts";
import { shellWords } from "../base/shell_words.ts";
import type { OptionReader } from "./option_reader.ts";
import type { RsyncSettings } from "./repository.ts";

/** Reads the options of rsync itself; an unclosed quote becomes a fault. */
export function rsyncSettings(reader: OptionReader): RsyncSettings {
  return { extraOpts: extraOpts(reader), vcsIgnore: reader.flag("sync-rsync-vcs-ignore") };
}

function extraOpts(reader: OptionReader): readonly string[] {
  const key = "sync-rsync-extra-opts";
  try {
    return shellWords(reader.text(key) ?? "");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    reader.fault(key, "has an unclosed quote or ends in a backslash", error.hint ?? "Close the quote");
    return [];
  }
}

/** Reads `sync-umask`: octal digits, with or without `0o`; anything else becomes a fault. */
export function umaskOf(reader: OptionReader): number | undefined {
  const text = reader.text("sync-umask");
  if (text === undefined) return undefined;
  const digits = /^(?:0o)?([0-7]+)$/i.exec(text)?.[1];
  if (digits === undefined) {
    reader.fault("sync-umask", "is no octal number", "Write it like sync-umask = 022");
    return undefined;
  }
  // Only the nine permission bits mean something in a umask; the last three digits hold them.
  return parseInt(digits.slice(-3), 8);
}
