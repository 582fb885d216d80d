import { type Processes, systemProcesses } from "../../lib/host/processes.ts";
import { rsyncEnvironment, type Session } from "../../lib/rsync/session.ts";

/** The words of the stock PORTAGE_RSYNC_OPTS, as every sync uses them. */
export const STOCK_WORDS: readonly string[] =
  `--recursive --links --safe-links --perms --times --omit-dir-times --compress --force --whole-file --delete --stats
  --human-readable --timeout=180 --exclude=/distfiles --exclude=/local --exclude=/packages --exclude=/.git --verbose`
    .split(/\s+/);

/** A session with the real rsync; what it says is collected in `talk`. */
export function rsyncSession(source: string, overrides: Partial<Session> = {}): Session & { readonly talk: string[] } {
  const talk: string[] = [];
  return {
    processes: systemProcesses,
    words: STOCK_WORDS,
    source,
    env: rsyncEnvironment({ PATH: Deno.env.get("PATH") ?? "" }),
    foreground: false,
    signal: new AbortController().signal,
    verbosity: "normal",
    onTalk: (line) => talk.push(line),
    talk,
    ...overrides,
  };
}

/** A session that runs nothing: every call succeeds at once, and its words are noted. */
export function recordingSession(source: string): { readonly session: Session; readonly calls: string[][] } {
  const calls: string[][] = [];
  const processes: Processes = {
    run: (command) => {
      calls.push([...command.args]);
      return Promise.resolve({
        code: 0,
        signal: undefined,
        timedOut: false,
        output: new Uint8Array(),
        error: new Uint8Array(),
      });
    },
  };
  return { session: rsyncSession(source, { processes }), calls };
}
