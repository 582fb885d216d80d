import type { Files } from "../host/files.ts";
import type { System } from "../host/system.ts";
import { turns } from "../host/turns.ts";
import { whyBlind } from "./blindness.ts";
import { dirsHeldByLink, dirsHeldByMount, type KnownMounts, knownMounts } from "./holds.ts";
import { mountsOf, mountsOfAll, type PlacedMount } from "./mount_namespaces.ts";
import { processIds, type ProcessView, viewProcess } from "./process_view.ts";
import { identify, type Reader } from "./reader.ts";
import { locate, type LocatedDir, type Sightings, sightingsOf } from "./sightings.ts";

/** Who uses which directory. */
export interface ReaderSearch {
  /** By directory as it was given, each of them: one reader for each process and way of holding, and mount point. */
  readonly readers: ReadonlyMap<string, readonly Reader[]>;
  /** Whether every process could be looked into, so that no reader found means that nobody reads. */
  readonly complete: boolean;
  /** Why it is incomplete: a sentence without period. */
  readonly reason?: string;
}

/**
 * Finds the processes that use the given directories: by their current directory, root, program or an open file
 * there, and by what is mounted of it in their mount namespace, overlay layers included. All of `/proc` is read
 * once, however many directories there are; this process itself is passed over.
 *
 * Paths are compared as places on a file system, not as text, so that chroots, bind mounts and other mount
 * namespaces neither hide a reader nor feign one. Where the kernel leaves a doubt (a current directory that was
 * mounted over, a relative overlay layer), the directory counts as used.
 *
 * Not seen: files that are mapped but closed (these outlive their names), threads that have a current directory or
 * namespaces of their own, what was opened through a mount that is detached by now (`umount --lazy`), an overlay
 * layer below a directory named by a relative path, other machines. Who needs certainty takes a lease.
 *
 * @throws the system's error (ENOENT) when a directory does not exist.
 */
export async function findReaders(
  system: Pick<System, "files" | "environment" | "clock">,
  dirs: readonly string[],
): Promise<ReaderSearch> {
  const { files } = system;
  // Links before mounts: whatever a link leads through is in a mount table read later.
  const processes = await viewProcesses(system);
  const mounts = mountsOfAll(files, processes);
  const ownMounts = mountsOf(files, "self");
  const self = ownMounts && Number(files.readLink("/proc/self"));
  const located = dirs.map((dir) => locate(dir, files.realPath(dir), ownMounts ?? []));
  const sightings = sightingsOf(located, mounts);
  const findings = [
    ...findByMount(mounts, located, sightings),
    ...findByLink(files, processes.filter(({ pid }) => pid !== self), { sightings, known: knownMounts(mounts) }),
  ];
  const reason = whyBlind(system, { processes, dirs: located });
  return {
    readers: new Map(dirs.map((dir) => [dir, readersOf(files, findings.filter((finding) => finding.dir === dir))])),
    complete: reason === undefined,
    ...(reason !== undefined && { reason }),
  };
}

const TURN_MS = 20;

async function viewProcesses({ files, clock }: Pick<System, "files" | "clock">): Promise<ProcessView[]> {
  const views: ProcessView[] = [];
  const endTurn = turns(clock, TURN_MS);
  for (const pid of processIds(files)) {
    const view = viewProcess(files, pid);
    if (view !== undefined) views.push(view);
    await endTurn();
  }
  return views;
}

type Finding = Pick<Reader, "pid" | "how" | "path"> & { readonly dir: string };

function findByMount(mounts: readonly PlacedMount[], dirs: readonly LocatedDir[], sightings: Sightings): Finding[] {
  return mounts.flatMap((mount) =>
    [...dirsHeldByMount(mount, dirs, sightings)]
      .map((dir): Finding => ({ dir, pid: mount.pid, how: "mount", path: mount.point }))
  );
}

function findByLink(
  files: Pick<Files, "readText">,
  processes: readonly ProcessView[],
  sought: { readonly sightings: Sightings; readonly known: KnownMounts },
): Finding[] {
  return processes.flatMap((process) =>
    process.links.flatMap((link) =>
      [...dirsHeldByLink(files, { process, link }, sought)]
        .map((dir): Finding => ({ dir, pid: process.pid, how: link.how, path: link.path }))
    )
  );
}

/** A mount is told once, though many namespaces have a copy of it; a process once for each way of holding. */
function readersOf(files: Pick<Files, "readText">, findings: readonly Finding[]): Reader[] {
  const distinct = new Map<string, Finding>();
  for (const finding of findings) {
    const key = finding.how === "mount" ? `mount ${finding.path}` : `${finding.how} ${finding.pid}`;
    if (!distinct.has(key)) distinct.set(key, finding);
  }
  return [...distinct.values()].map(({ pid, how, path }) => identify(files, { pid, how, path }));
}
