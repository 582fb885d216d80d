import { join } from "@std/path";
import { Fault } from "../base/fault.ts";
import { momentText } from "../base/moment.ts";
import { printable, quoted } from "../base/printable.ts";
import { shellQuoted } from "../base/shell_quoted.ts";
import type { Files } from "../host/files.ts";
import { checkStoreAccess, KNOWN_NAMES, OTHERS_WRITE } from "../store/access.ts";
import { removeJournal } from "../store/journal.ts";
import { isPinFile, pinsOf, unreadablePinText } from "../store/pins.ts";
import { findReserve } from "../store/reserve.ts";
import { listSnapshots } from "../store/snapshots.ts";
import type { Finding, Patient } from "./finding.ts";

/** Who may write to the store. */
export function checkAccess({ system, rcu, layout }: Patient): readonly Finding[] {
  try {
    checkStoreAccess(system, layout, rcu.owner.uid);
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, hint = "" } = error;
    return [{ check: "access", what: message, why: "A sync refuses a store that others can tamper with", mend: hint }];
  }
}

/** Files of rcusync's own that everybody can write to; the trees among them are as the mirror made them. */
export function checkOwnFiles({ system: { files }, repository: { name }, layout }: Patient): readonly Finding[] {
  const isDirectory = (dir: string) => files.lstat(dir)?.type === "directory";
  const own = [layout.own, layout.journal, layout.pins, layout.verified].filter(isDirectory)
    .flatMap((dir) => files.readDir(dir).map((entry) => join(dir, entry.name)));
  const open = own.flatMap((path) => {
    const stat = files.lstat(path);
    const isOpen = (stat?.type === "file" || stat?.type === "directory") && (stat.mode & OTHERS_WRITE) !== 0;
    return isOpen ? [{ path, mode: stat.mode & ~OTHERS_WRITE }] : [];
  });
  const fix = () => {
    for (const { path, mode } of open) files.chmod(path, mode);
    return Promise.resolve();
  };
  return open.map(({ path }) => ({
    check: "own-files",
    what: `${quoted(path)} is writable by everybody`,
    why: "Anybody can change which snapshots are kept, and what is known of them",
    mend: `rcusync doctor --fix ${name}`,
    fix,
  }));
}

/** What is in the store that nobody put there for a reason. */
export function checkForeignFiles({ system: { files }, layout }: Patient): readonly Finding[] {
  const names = (dir: string) => files.lstat(dir)?.type === "directory" ? files.readDir(dir) : [];
  const foreign = [
    ...names(layout.dir).filter(({ name }) => !KNOWN_NAMES.has(name)).map(({ name }) => join(layout.dir, name)),
    ...names(layout.snapshots)
      .filter(({ name, isDirectory }) => !/^[1-9][0-9]{0,14}$/.test(name) || !isDirectory)
      .map(({ name }) => join(layout.snapshots, name)),
  ];
  return foreign.map((path) => ({
    check: "foreign",
    what: `${path} is neither a snapshot nor rcusync's`,
    why: "It takes space that nothing gives back, and Portage stumbles over names in snapshots that are no numbers",
    mend: removal(files, path),
  }));
}

/** Journals that tell of no snapshot any more. */
export function checkJournals({ system: { files }, repository: { name }, layout }: Patient): readonly Finding[] {
  if (files.lstat(layout.journal)?.type !== "directory") return [];
  const ids = listSnapshots(files, layout).map(({ id }) => id);
  const oldest = Math.min(...ids, findReserve(files, layout)?.id ?? Infinity);
  const newest = Math.max(0, ...ids);
  const stale = files.readDir(layout.journal).map((entry) => entry.name)
    .filter((entry) => /^[1-9][0-9]{0,14}$/.test(entry)).map(Number)
    .filter((id) => id < oldest || id > newest).sort((a, b) => a - b);
  if (stale.length === 0) return [];
  return [{
    check: "journals",
    what: `${layout.journal} tells of snapshots that are gone: ${stale.join(", ")}`,
    why: "They are of no use; one whose number is used again would be misleading",
    mend: `rcusync doctor --fix ${name}`,
    fix: () => {
      for (const id of stale) removeJournal(files, layout, id);
      return Promise.resolve();
    },
  }];
}

/** Pins that keep nothing, or cannot be read. */
export function checkPins({ system: { files }, repository: { name }, layout }: Patient): readonly Finding[] {
  const ids = new Set(listSnapshots(files, layout).map(({ id }) => id));
  const { bySnapshot, unreadable } = pinsOf(files, layout);
  const vain = [...bySnapshot].filter(([id]) => !ids.has(id)).flatMap(([id, pins]) =>
    pins.map((pin) => ({
      check: "pin",
      what: `Pin ${pin} keeps snapshot ${id}, which does not exist`,
      why: "Whoever set it counts on a snapshot that is gone",
      mend: `rcusync unpin ${name} ${pin}`,
    }))
  );
  return [
    ...vain,
    ...unreadable.map((pin) => ({
      check: "pin",
      what: unreadablePinText(layout, pin),
      why: "Garbage collection removes nothing until it is gone or set again",
      mend: isPinFile(files, layout, pin)
        ? `See which snapshot it was for: rcusync pin ${name} N --name ${pin}; ` +
          `or remove it: rcusync unpin ${name} ${pin}`
        : removal(files, join(layout.pins, pin)),
    })),
  ];
}

/** How to remove what is none of rcusync's. */
function removal(files: Pick<Files, "lstat">, path: string): string {
  const words = files.lstat(path)?.type === "directory" ? "rm -r --" : "rm --";
  return `Look at it, then: ${words} ${printable(shellQuoted(path))}`;
}

/** A clock that once was wrong. */
export function checkClock({ system: { files, clock }, layout }: Patient): readonly Finding[] {
  const future = listSnapshots(files, layout).filter(({ publishedMs }) => publishedMs > clock.nowMs() + SLACK_MS);
  return future.map(({ id, path, publishedMs }) => ({
    check: "clock",
    what: `Snapshot ${id} is dated in the future: ${momentText(publishedMs)}`,
    why: "The clock went back, or was wrong then; its time to live begins only at that date in Portage's eyes",
    mend: `Correct the clock; if it is right now: touch -c ${path}`,
  }));
}

const SLACK_MS = 60_000;
