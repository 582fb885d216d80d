import { Fault } from "../base/fault.ts";
import { runRsync } from "./run.ts";
import type { Session } from "./session.ts";

/** The oldest rsync that knows all options used here. */
const OLDEST = [3, 1, 0] as const;

/**
 * Returns the version of the rsync in PATH, as in `3.5.0`.
 *
 * @throws {Fault} `configuration` when there is none, or one older than 3.1.0.
 */
export async function checkRsync(
  context: Pick<Session, "processes" | "env" | "signal">,
): Promise<string> {
  let line = "";
  const session: Session = {
    ...context,
    words: [],
    source: "",
    foreground: false,
    verbosity: "verbose",
    onTalk: (text) => line ||= text,
  };
  await runRsync(session, { args: ["--version"] });
  const version = /^rsync\s+version\s+v?(\d+\.\d+\.\d+)/.exec(line)?.[1];
  if (version === undefined || isOlder(version)) {
    throw new Fault("configuration", `Cannot use the rsync in PATH: it is ${version ?? "of an unknown version"}`, {
      hint: `Install rsync ${OLDEST.join(".")} or later`,
    });
  }
  return version;
}

function isOlder(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [at, least] of OLDEST.entries()) {
    const part = parts[at] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
