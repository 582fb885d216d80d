import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import { type Mount } from "../readers/mount.ts";
import { mountsOf } from "../readers/mount_namespaces.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { latestSnapshot } from "../store/snapshots.ts";
import { leaseSnapshots } from "./lease_snapshots.ts";
import { snapshotStore } from "./snapshot_store.ts";

/*
 * A mount of a snapshot needs no lease: garbage collection finds it in the mount table of its namespace, and keeps the
 * snapshot as long as it is there. The lease taken here only covers the time until then.
 */

/** A snapshot that is mounted in our mount namespace. */
export interface SnapshotMount {
  readonly dir: string;
  readonly snapshot: number;
}

type MountSystem = Pick<System, "files" | "clock" | "processes">;

/**
 * Mounts the latest snapshot of a repository read-only on a directory that exists.
 *
 * @returns the number of the snapshot.
 * @throws {Fault} `usage` when the directory does not exist or has a snapshot on it already.
 */
export async function mountLatest(
  system: MountSystem,
  repository: Repository,
  { dir, signal }: { readonly dir: string; readonly signal: AbortSignal },
): Promise<SnapshotMount> {
  const target = directoryFor(system, dir);
  const there = snapshotMounts(system, repository).find((mount) => mount.dir === target);
  if (there !== undefined) {
    throw new Fault("usage", `Snapshot ${there.snapshot} is mounted on ${quoted(target)} already`, {
      hint: `To move it to the latest: rcusync mount --refresh ${repository.name} ${target}`,
    });
  }
  return await bindLatest(system, repository, { dir: target, signal });
}

/**
 * Moves the mounts of older snapshots to the latest one, for whoever opens something there from now on. A mount that is
 * in use stays below the new one, and keeps its snapshot, until it is unmounted.
 *
 * @param dir that mount alone; all when absent.
 */
export async function refreshMounts(
  system: MountSystem,
  repository: Repository,
  { dir, signal }: { readonly dir?: string; readonly signal: AbortSignal },
): Promise<readonly (SnapshotMount & { readonly before: number; readonly isStacked: boolean })[]> {
  const latest = latestSnapshot(system.files, snapshotStore(repository).layout)?.id;
  const target = dir === undefined ? undefined : directoryFor(system, dir);
  const tops = topMounts(snapshotMounts(system, repository)).filter((mount) => mount.dir === (target ?? mount.dir));
  if (target !== undefined && tops.length === 0) throw notMounted(repository, target);
  const moved = [];
  for (const { dir, snapshot: before } of tops.filter(({ snapshot }) => snapshot !== latest)) {
    const isStacked = !await unmountIdle(system, repository, dir);
    moved.push({ ...await bindLatest(system, repository, { dir, signal }), before, isStacked });
  }
  return moved;
}

/**
 * Unmounts all snapshots that are mounted on a directory, of whichever store.
 *
 * @returns how many there were.
 * @throws {Fault} `usage` when there is none, `locked` when one is in use.
 */
export async function unmountSnapshots(system: MountSystem, dir: string): Promise<number> {
  const target = directoryFor(system, dir);
  const stack = (mountsOf(system.files, "self") ?? []).filter((mount) => mount.point === target);
  const snapshots = stack.filter(({ root }) => snapshotId(root) !== undefined);
  if (snapshots.length === 0 || snapshots.at(-1) !== stack.at(-1)) {
    throw new Fault("usage", `No snapshot is mounted on ${quoted(target)}`, { hint: "See: findmnt" });
  }
  for (const _ of snapshots) {
    const { code, error } = await system.processes.run({ program: "umount", args: ["--", target] });
    if (code !== 0) {
      throw new Fault("locked", `Cannot unmount ${quoted(target)}: ${text(error)}`, {
        hint: `See who uses it: fuser -vm ${target}`,
      });
    }
  }
  return snapshots.length;
}

/** The snapshots of a repository that are mounted in our namespace, in the order of mounting. */
function snapshotMounts(system: Pick<System, "files">, repository: Repository): SnapshotMount[] {
  const { files } = system;
  const { layout } = snapshotStore(repository);
  const mounts = mountsOf(files, "self") ?? [];
  const isOurs = (mount: Mount, id: number) => {
    const here = files.stat(`${layout.snapshots}/${id}`);
    const there = files.stat(mount.point);
    // What another mount covers cannot be looked at; its root's name has to do.
    const isTop = mounts.findLast(({ point }) => point === mount.point) === mount;
    return isTop ? here !== undefined && here.ino === there?.ino : mount.root.endsWith(`/snapshots/${id}`);
  };
  return mounts.flatMap((mount) => {
    const id = snapshotId(mount.root);
    return id !== undefined && isOurs(mount, id) ? [{ dir: mount.point, snapshot: id }] : [];
  });
}

function snapshotId(root: string): number | undefined {
  const digits = /\/snapshots\/([1-9][0-9]{0,14})$/.exec(root)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function topMounts(mounts: readonly SnapshotMount[]): SnapshotMount[] {
  return [...new Map(mounts.map((mount) => [mount.dir, mount])).values()];
}

async function bindLatest(
  system: MountSystem,
  repository: Repository,
  { dir, signal }: { readonly dir: string; readonly signal: AbortSignal },
): Promise<SnapshotMount> {
  using leases = await leaseSnapshots(system, [{ repository }], signal);
  const [lease] = leases.leased;
  if (lease === undefined) throw new Fault("unexpected", "A lease without a snapshot");
  const args = ["--bind", "-o", "ro,nosuid,nodev", "--", lease.snapshot.path, dir];
  const { code, error } = await system.processes.run({ program: "mount", args });
  if (code === 0) return { dir, snapshot: lease.snapshot.id };
  throw new Fault("unexpected", `Cannot mount ${quoted(lease.snapshot.path)} on ${quoted(dir)}: ${text(error)}`, {
    hint: "Mounting needs root",
  });
}

/** Unmounts from the top whatever is idle; false when something in use is left. */
async function unmountIdle(system: MountSystem, repository: Repository, dir: string): Promise<boolean> {
  const stack = snapshotMounts(system, repository).filter((mount) => mount.dir === dir);
  for (const _ of stack) {
    const { code } = await system.processes.run({ program: "umount", args: ["--", dir] });
    if (code !== 0) return false;
  }
  return true;
}

function directoryFor({ files }: Pick<System, "files">, dir: string): string {
  if (files.stat(dir)?.type === "directory") return files.realPath(dir);
  throw new Fault("usage", `${quoted(dir)} is not a directory`, { hint: `Create it: mkdir -p ${dir}` });
}

function notMounted({ name }: Repository, dir: string): Fault {
  return new Fault("usage", `No snapshot of ${quoted(name)} is mounted on ${quoted(dir)}`, {
    hint: `Mount the latest: rcusync mount ${name} ${dir}`,
  });
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().replaceAll("\n", "; ");
}
