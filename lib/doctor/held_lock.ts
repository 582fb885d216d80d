import { momentText } from "../base/moment.ts";
import { lockHolder } from "../store/lock.ts";
import type { Finding, Patient } from "./finding.ts";

const LONG_MS = 2 * 3_600_000;

/** A writer that has been at work for longer than any sync takes. */
export function checkLock({ system, repository: { name }, layout }: Patient): readonly Finding[] {
  const { files, clock } = system;
  if (files.lstat(layout.lock) === undefined) return [];
  using free = files.tryLock(layout.lock, "exclusive");
  if (free !== undefined) return [];
  const holder = lockHolder(files, layout.lock);
  const sinceMs = holder === undefined ? NaN : Date.parse(holder.since);
  if (!(clock.nowMs() - sinceMs > LONG_MS)) return [];
  return [{
    check: "lock",
    what: `Process ${holder?.pid} on ${holder?.host} has held the lock of ${layout.dir} since ${momentText(sinceMs)}`,
    why: "No other sync, gc or rollback can work on the store",
    mend: `See what it does: ps -fp ${holder?.pid}; end it if it hangs: kill ${holder?.pid}; then rcusync sync ${name}`,
  }];
}
