import { resolveWithin } from "../host/resolve.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { locationIsLatest, locationState } from "../storage/rcu_location.ts";
import { type LostLatest, lostLatest } from "../store/lost_latest.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import type { Finding, Patient } from "./finding.ts";

/** Whether LOCATION and `latest` lead to a snapshot. What recovery mends is for {@linkcode checkRecovery}. */
export function checkLatest(patient: Patient): readonly Finding[] {
  const { system: { files }, layout } = patient;
  if (latestSnapshot(files, layout) !== undefined) return locationFindings(patient);
  const lost = lostLatest(files, layout);
  return lost === undefined ? emptyFindings(patient) : [lostFinding(patient.repository, lost)];
}

function locationFindings({ system, repository, rcu, layout }: Patient): readonly Finding[] {
  const { name, location } = repository;
  if (locationIsLatest(system, rcu, layout)) return [];
  const state = locationState(system, rcu);
  if (state.kind === "link") {
    const target = resolveWithin(system.files, repository.root, location);
    // Recovery, and so any sync, makes it lead to the latest snapshot again.
    if (system.files.stat(target) === undefined) return [];
    return [{
      check: "location-elsewhere",
      what: `${location} leads to ${target}, not to the latest snapshot`,
      why: "Consumers do not see what is synced",
      mend: `rcusync sync ${name}`,
    }];
  }
  if (state.kind !== "tree") return [];
  return [{
    check: "second-tree",
    what: `${location} is a directory, though ${layout.dir} has snapshots`,
    why: "Consumers do not see what is synced, and a sync refuses to guess which of the two is wanted",
    mend: `Keep the snapshots: mv ${location} ${location}.old; keep the directory: rcusync migrate ${name} --to rcu`,
  }];
}

function lostFinding({ name }: Repository, { what, newest }: LostLatest): Finding {
  return {
    check: "latest",
    what,
    why: "Consumers find no repository, and a sync starts from nothing",
    mend: `rcusync rollback ${name} ${newest}`,
  };
}

function emptyFindings({ system, repository: { name, location, root }, rcu }: Patient): readonly Finding[] {
  const isThere = locationState(system, rcu).kind === "tree" ||
    system.files.stat(resolveWithin(system.files, root, location)) !== undefined;
  if (isThere) return [];
  return [{
    check: "no-tree",
    what: `There is nothing at ${location}`,
    why: "Consumers find no repository",
    mend: `rcusync sync ${name}`,
  }];
}
