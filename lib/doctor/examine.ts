import { asFault, Fault } from "../base/fault.ts";
import type { System } from "../host/system.ts";
import type { Variables } from "../repos_conf/configuration.ts";
import { isLeftToPortage } from "../repos_conf/left_to_portage.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { resolveWithin } from "../host/resolve.ts";
import { rsyncEnvironment } from "../rsync/session.ts";
import { checkRsync } from "../rsync/version.ts";
import { storeOwner } from "../storage/identity.ts";
import { configurationObstacles, isUnseen, pathObstacles } from "../storage/obstacles.ts";
import { rcuRepository } from "../storage/select.ts";
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

/** How to examine. */
export interface Examination {
  /** Mend what can be mended without losing anything. */
  readonly fix: boolean;
  /** What rsync is called with comes from there, too. */
  readonly variables: Variables;
  readonly signal: AbortSignal;
}

/**
 * Looks for whatever may be wrong with a repository; with `fix`, mends what can be mended without losing anything.
 * Without it nothing is changed, and no lock is taken for longer than a look.
 */
export async function examine(
  system: System,
  repository: Repository,
  { fix, ...examination }: Examination,
): Promise<readonly Examined[]> {
  const findings = await allFindings(system, repository, examination);
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

async function allFindings(
  system: System,
  repository: Repository,
  examination: Omit<Examination, "fix">,
): Promise<readonly Finding[]> {
  if (isLeftToPortage(repository)) return await attempt(() => leftFindings(system, repository));
  const configured = configurationObstacles(system, repository, examination.variables).map(obstacle);
  const unusable = [...configured, ...await rsyncFindings(system, examination)];
  const stored = await storageFindings(system, repository);
  if (unusable.length === 0) return distinct(stored);
  const later = stored.map((finding) => finding.check === "no-tree" ? mendedLater(finding) : finding);
  return distinct([...unusable, ...later]);
}

/** What several checks find is told once, by the first. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const told = new Set<string>();
  return findings.filter(({ what }) => !told.has(what) && told.add(what));
}

/** Nothing there is wrong for rcusync; at most there is something to be known. */
function leftFindings({ files }: System, { section, syncType, root, location }: Repository): Finding[] {
  if (files.stat(resolveWithin(files, root, location))?.type === "directory") return [];
  return [{
    check: "no-tree",
    isAdvice: true,
    what: `There is no directory at ${location}`,
    why: `Its sync-type is ${syncType}, which is left to Portage`,
    mend: `emaint sync -r ${section}`,
  }];
}

/** What a sync is refused for. */
function obstacle(fault: Fault): Finding {
  if (isUnseen(fault)) return unreadable(fault);
  const { kind, message, hint = "Correct repos.conf" } = fault;
  const check = kind === "configuration" ? "configuration" : "obstacle";
  return { check, what: message, why: "The repository is not synced", mend: hint };
}

async function rsyncFindings(
  { processes }: System,
  { variables, signal }: Omit<Examination, "fix">,
): Promise<Finding[]> {
  try {
    await checkRsync({ processes, env: rsyncEnvironment(variables.childEnvironment), signal });
    return [];
  } catch (error) {
    if (error instanceof Fault && error.kind === "configuration") return [obstacle(error)];
    throw error;
  }
}

function mendedLater(finding: Finding): Finding {
  return { ...finding, mend: `Mend the above first, then: ${finding.mend}` };
}

async function storageFindings(system: System, repository: Repository): Promise<readonly Finding[]> {
  const { storage } = repository;
  if (storage.kind !== "hardlink_rcu") return plainFindings(system, repository);
  const patient: Patient = {
    ...{ system, repository },
    rcu: rcuRepository(repository, { storage, owner: storeOwner(system, repository) }),
    layout: storeLayout(storage.storeDir),
  };
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...await attempt(() => check(patient)));
  if (findings.some(({ check }) => TELLS_PATHS.has(check))) return findings;
  return [...findings, ...await attempt(() => checkPaths(patient))];
}

/** Findings that tell in more words what a sync is refused for. */
const TELLS_PATHS: ReadonlySet<string> = new Set(["access", "second-tree"]);

function checkPaths({ system, repository }: Pick<Patient, "system" | "repository">): readonly Finding[] {
  return pathObstacles(system, repository).map(obstacle);
}

/** A check that stumbles has found something, too. */
async function attempt(check: () => ReturnType<Check>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [unreadable(asFault(error))];
  }
}

function unreadable({ message, hint = "Look at what the message names" }: Fault): Finding {
  return { check: "unreadable", what: message, why: "The repository cannot be examined as a whole", mend: hint };
}

async function plainFindings(system: System, repository: Repository): Promise<readonly Finding[]> {
  const obstacles = await attempt(() => checkPaths({ system, repository }));
  return obstacles.length > 0 ? obstacles : await attempt(() => treeFindings(system, repository));
}

function treeFindings({ files }: System, { name, root, location }: Repository): Finding[] {
  const tree = resolveWithin(files, root, location);
  if (files.stat(tree)?.type === "directory") return [];
  return [{
    check: "no-tree",
    what: `There is no directory at ${location}`,
    why: "Consumers find no repository",
    mend: `rcusync sync ${name}`,
  }];
}
