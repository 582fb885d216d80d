import { asFault, type Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { resolveWithin } from "../host/resolve.ts";
import { repositoryIdentity } from "../storage/identity.ts";
import { rcuRepository } from "../storage/select.ts";
import { CALLER, type SyncOwner } from "../storage/storage.ts";
import { storeLayout } from "../store/layout.ts";
import { checkAccessTimes, checkFileSystem, checkSpace } from "./file_system.ts";
import type { Check, Finding, Patient } from "./finding.ts";
import { checkLock } from "./held_lock.ts";
import { checkLatest } from "./latest.ts";
import { checkRecovery } from "./recovery.ts";
import {
  checkAccess,
  checkClock,
  checkForeignFiles,
  checkJournals,
  checkOwnFiles,
  checkPins,
} from "./store_contents.ts";
import { checkChroots, checkStuckMounts } from "./visibility.ts";

/** A finding, and what became of it. */
export interface Examined extends Finding {
  readonly isFixed: boolean;
  /** Why mending failed. */
  readonly fault?: Fault;
}

/** In the order in which to mend. */
const CHECKS: readonly Check[] = [
  checkAccess,
  checkLock,
  checkRecovery,
  checkLatest,
  checkFileSystem,
  checkSpace,
  checkAccessTimes,
  checkForeignFiles,
  checkOwnFiles,
  checkJournals,
  checkPins,
  checkClock,
  checkStuckMounts,
  checkChroots,
];

/**
 * Looks for whatever may be wrong with a repository; with `fix`, mends what can be mended without losing anything.
 * Without it nothing is changed, and no lock is taken for longer than a look.
 */
export async function examine(
  system: System,
  repository: Repository,
  { fix }: { readonly fix: boolean },
): Promise<readonly Examined[]> {
  const findings = [...configurationFindings(repository), ...await storageFindings(system, repository)];
  const examined: Examined[] = [];
  const fixes = new Map<string, Promise<Fault | undefined>>();
  for (const finding of findings) {
    if (!fix || finding.fix === undefined) {
      examined.push({ ...finding, isFixed: false });
      continue;
    }
    // One remedy for all findings of a kind.
    const fault = await (fixes.get(finding.check) ?? mend(finding.fix));
    fixes.set(finding.check, Promise.resolve(fault));
    examined.push({ ...finding, isFixed: fault === undefined, ...(fault !== undefined && { fault }) });
  }
  return examined;
}

async function mend(fix: () => Promise<void>): Promise<Fault | undefined> {
  try {
    await fix();
    return undefined;
  } catch (error) {
    return asFault(error);
  }
}

function configurationFindings({ faults }: Repository): Finding[] {
  return faults.map(configurationFinding);
}

function configurationFinding({ message, hint = "Correct repos.conf" }: Fault): Finding {
  return { check: "configuration", what: message, why: "The repository is not synced", mend: hint };
}

async function storageFindings(system: System, repository: Repository): Promise<Finding[]> {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu") return plainFindings(system, repository);
  const findings: Finding[] = [];
  const owner = ownerOf(system, repository, findings);
  const patient: Patient = {
    ...{ system, repository },
    rcu: rcuRepository(repository, { storage, owner }),
    layout: storeLayout(storage.storeDir),
  };
  for (const check of CHECKS) findings.push(...await attempt(check, patient));
  return findings;
}

/** Who may own the store besides root; an account that does not exist is a finding. */
function ownerOf(system: System, repository: Repository, findings: Finding[]): SyncOwner {
  try {
    return repositoryIdentity(system, repository);
  } catch (error) {
    findings.push(configurationFinding(asFault(error)));
    return CALLER;
  }
}

/** A check that stumbles has found something, too. */
async function attempt(check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check(patient);
  } catch (error) {
    const { message, hint = "Look at what the message names" } = asFault(error);
    return [{ check: "unreadable", what: message, why: "The store cannot be examined as a whole", mend: hint }];
  }
}

function plainFindings({ files }: System, { name, root, location }: Repository): Finding[] {
  const tree = resolveWithin(files, root, location);
  if (files.stat(tree)?.type === "directory") return [];
  return [{
    check: "no-tree",
    what: `There is no directory at ${location}`,
    why: "Consumers find no repository",
    mend: `rcusync sync ${name}`,
  }];
}
