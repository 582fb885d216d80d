import { dirname, join } from "@std/path";
import { isErrno } from "../base/errno.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import { findReaders } from "../readers/in_use.ts";
import { mountsOf } from "../readers/mount_namespaces.ts";
import { processIds, viewProcess } from "../readers/process_view.ts";
import { identify } from "../readers/reader.ts";
import { latestSnapshot, listSnapshots } from "../store/snapshots.ts";
import type { Finding, Patient } from "./finding.ts";

/** Mounts that show an older snapshot: a bind of LOCATION follows its links once, when it is made. */
export async function checkStuckMounts({ system, repository: { name }, layout }: Patient): Promise<readonly Finding[]> {
  const latest = latestSnapshot(system.files, layout)?.id;
  const older = listSnapshots(system.files, layout).filter(({ id }) => id !== latest);
  if (latest === undefined || older.length === 0) return [];
  const { readers } = await findReaders(system, older.map(({ path }) => path));
  return older.flatMap(({ id, path }) =>
    (readers.get(path) ?? []).filter(({ how }) => how === "mount").map((reader) => ({
      check: "stuck-mount",
      what: `${reader.path} shows snapshot ${id}, not ${latest}, to process ${reader.pid} (${reader.command})`,
      why: "A bind mount stays with the snapshot that was the latest when it was made, and keeps it",
      mend: `rcusync mount --refresh ${name} ${reader.path}; for a container: restart it`,
    }))
  );
}

/** Chroots and containers that have the link at LOCATION, but not the store that it leads into. */
export function checkChroots(patient: Patient): readonly Finding[] {
  const { system: { files }, repository } = patient;
  const link = files.lstat(repository.location);
  if (link?.type !== "symlink") return [];
  const roots = [...bindRoots(patient), ...processRoots(patient.system)];
  const found = new Map<string, Finding>();
  for (const { prefix, who } of roots) {
    const there = lookedAt(files, { prefix, path: repository.locationInside });
    if (there?.ino !== link.ino || there.dev !== link.dev || there.isWhole) continue;
    if (!found.has(who)) found.set(who, withoutStore(patient, who));
  }
  return [...found.values()];
}

function withoutStore(
  { repository: { name, locationInside }, rcu: { storeDirInside } }: Patient,
  who: string,
): Finding {
  return {
    check: "store-not-visible",
    what: `In ${who}, ${locationInside} is a link to what is not there`,
    why: `The directory with the link is mounted there, but not the store ${storeDirInside}: no repository is found`,
    mend:
      `Mount the store at the same path too, or a snapshot in place of the link: rcusync mount-args ${name} --for …`,
  };
}

interface Root {
  /** Before every path inside it. */
  readonly prefix: string;
  readonly who: string;
}

/**
 * Directories below which the directory of LOCATION is mounted at its own path: chroots that nobody is in at the
 * moment.
 */
function bindRoots({ system: { files }, repository: { location, locationInside } }: Patient): Root[] {
  const inside = dirname(locationInside);
  const points = new Set((mountsOf(files, "self") ?? []).map(({ point }) => point));
  return [...points].flatMap((point) => {
    // A mount of the directory itself, or of one above it.
    for (let part = inside; part !== "/"; part = dirname(part)) {
      if (!point.endsWith(part) || point === part) continue;
      const prefix = point.slice(0, -part.length);
      if (join(prefix, locationInside) !== location) return [{ prefix, who: `the chroot ${prefix}` }];
    }
    return [];
  });
}

/** The root directories of all processes that live in another one than we do, one process for each. */
function processRoots({ files }: Pick<System, "files">): Root[] {
  const own = files.stat("/");
  const seen = new Set<string>();
  return processIds(files).flatMap((pid) => {
    const view = viewProcess(files, pid);
    const root = view?.links.find(({ how }) => how === "root")?.path;
    const key = `${view?.mountNamespace} ${root}`;
    if (view === undefined || root === undefined || seen.has(key)) return [];
    seen.add(key);
    const prefix = `/proc/${pid}/root`;
    const stat = lookedAt(files, { prefix, path: "/" });
    if (stat === undefined || (stat.ino === own?.ino && stat.dev === own.dev && root === "/")) return [];
    const { command, unit } = identify(files, { pid, how: "root", path: root });
    return [{ prefix, who: `the root of process ${pid} (${command}${unit === undefined ? "" : `, ${unit}`})` }];
  });
}

/** What is at a path inside a root, and whether its links lead somewhere there; `undefined` when it cannot be seen. */
function lookedAt(
  files: System["files"],
  { prefix, path }: { readonly prefix: string; readonly path: string },
): { readonly ino: number; readonly dev: number; readonly isWhole: boolean } | undefined {
  try {
    const target = resolveWithin(files, prefix, prefix + path);
    const stat = path === "/" ? files.stat(`${prefix}/`) : files.lstat(prefix + path);
    return stat && { ino: stat.ino, dev: stat.dev, isWhole: files.stat(target)?.type === "directory" };
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "ESRCH", "ELOOP")) return undefined;
    throw error;
  }
}
