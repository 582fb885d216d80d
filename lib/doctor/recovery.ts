import { join } from "@std/path";
import type { System } from "../host/system.ts";
import { storeOwner } from "../storage/identity.ts";
import { readMigration } from "../storage/migration.ts";
import { isAbandoned } from "../storage/rcu_staging.ts";
import { isResumable } from "../storage/recover.ts";
import { copyName } from "../storage/plain_copy.ts";
import { locationIsLatest, locationState } from "../storage/rcu_location.ts";
import { selectStorage } from "../storage/select.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";
import { readStagingNote } from "../store/staging_note.ts";
import type { Finding, Patient } from "./finding.ts";

/**
 * What an interrupted run left, and what the next writer will do about it before anything else. Nothing while a writer is
 * at work: then all this is in order.
 */
export async function checkRecovery(patient: Patient): Promise<readonly Finding[]> {
  const { system, repository, layout } = patient;
  if (isBusy(system, layout.lock)) return [];
  const sentences = [...cutOff(patient), ...await leftovers(patient)];
  return sentences.map((what) => ({
    check: "recovery",
    what,
    why: "An interrupted run left it so; every sync and gc mends it first",
    mend: `rcusync doctor --fix ${repository.name}`,
    fix: () => recover(patient),
  }));
}

function isBusy({ files }: Pick<System, "files">, lock: string): boolean {
  if (files.lstat(lock) === undefined) return false;
  using held = files.tryLock(lock, "exclusive");
  return held === undefined;
}

/** Runs that were past what can be begun anew. */
function cutOff({ system, rcu, layout }: Patient): string[] {
  const { files } = system;
  const latest = latestSnapshot(files, layout);
  const note = readStagingNote(files, layout);
  const found: string[] = [];
  if (note?.phase === "publish" && note.snapshot > (latest?.id ?? 0)) {
    if (listSnapshots(files, layout).some(({ id }) => id === note.snapshot)) {
      found.push(`Snapshot ${note.snapshot} is finished, but not published: it will be`);
    }
  }
  const migration = readMigration(system, layout);
  if (migration !== undefined) {
    const will = latest?.id === migration.newId ? "it will be finished" : "it will be forgotten, nothing was changed";
    found.push(`The migration of ${rcu.location} was cut off: ${will}`);
  } else if (latest !== undefined && !locationIsLatest(system, rcu, layout)) {
    const { kind } = locationState(system, rcu);
    if (kind === "missing" || kind === "empty-directory" || isDangling(system, rcu.location)) {
      found.push(`${rcu.location} does not lead to ${layout.latest}: it will`);
    }
  }
  return found;
}

function isDangling({ files }: Pick<System, "files">, path: string): boolean {
  return files.lstat(path)?.type === "symlink" && files.stat(path) === undefined;
}

/** Names that only a run in the middle of its work has. */
async function leftovers({ system, rcu: { location }, layout }: Patient): Promise<string[]> {
  const { files } = system;
  const isThere = (path: string) => files.lstat(path) !== undefined;
  const ours = [join(layout.own, "latest.new"), copyName(location)];
  const swaps = [...ours, join(layout.dir, "latest.new"), `${location}.new`];
  const isFilled = (path: string) => files.lstat(path)?.type === "directory" && files.readDir(path).length > 0;
  const found = swaps.filter(isThere).map((path) => `${path} is left over: it will be removed`);
  if (isFilled(layout.retired)) found.push(`${layout.retired} holds snapshots: they will be put back`);
  if (isThere(layout.update)) {
    const willResume = await isResumable(system, { layout, isAbandoned: (dir) => isAbandoned(system, dir) });
    found.push(`${layout.update} is an unfinished update: it will be ${willResume ? "resumed" : "removed"}`);
  }
  return found;
}

async function recover({ system, repository, rcu: { location } }: Patient): Promise<void> {
  const storage = selectStorage(system, repository, storeOwner(system, repository));
  storage.check();
  await using _lock = await storage.lock({ waitSeconds: 0, signal: new AbortController().signal, onWait: () => {} });
  await storage.recover();
  await system.files.removeTree(copyName(location));
}
