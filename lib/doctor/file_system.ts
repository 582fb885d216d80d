import { isReadOnly, mountOf } from "../readers/mount_of.ts";
import type { Finding, Patient } from "./finding.ts";

/** File systems without hard links. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(["exfat", "vfat", "msdos", "fuseblk", "9p"]);
/** File systems whose locks or links are not what they are elsewhere. */
const SHARED: ReadonlySet<string> = new Set(["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"]);

/** Whether the file system of the store has what snapshots are made of. */
export function checkFileSystem({ system, layout }: Patient): readonly Finding[] {
  const mount = mountOf(system.files, layout.dir);
  if (mount === undefined) return [];
  const { fileSystem, point } = mount;
  if (WITHOUT_LINKS.has(fileSystem)) {
    return [{
      check: "no-hard-links",
      what: `${layout.dir} is on ${point}, a file system without hard links (${fileSystem})`,
      why: "Every snapshot takes the space of a whole copy, and every sync copies the tree",
      mend: "Move the store to a file system such as ext4, xfs or btrfs, and change sync-rcu-store-dir",
    }];
  }
  if (fileSystem === "overlay") {
    return [{
      check: "overlay",
      isAdvice: true,
      what: `${layout.dir} is on an overlay, ${point}`,
      why: "A hard link to a file of a lower layer copies the file; readers below the overlay are not seen",
      mend: "Put the store on a volume, and change sync-rcu-store-dir",
    }];
  }
  if (!SHARED.has(fileSystem)) return [];
  return [{
    check: "network-file-system",
    isAdvice: true,
    what: `${layout.dir} is on ${point}, a network file system (${fileSystem})`,
    why: "Readers on other machines are not seen; only the time to live protects what they read",
    mend: "Set sync-rcu-ttl-days longer than any reader reads, or keep the store on a local disk",
  }];
}

const FEW_BYTES = 512 * 1024 * 1024;
/** A clone makes a directory for each one of the tree: Gentoo's has some 50,000. */
const FEW_INODES = 60_000;

/** Whether the next sync finds room. */
export function checkSpace({ system: { files }, repository: { name }, layout }: Patient): readonly Finding[] {
  const space = files.stat(layout.dir) && files.space(layout.dir);
  if (space === undefined) return [];
  const findings: string[] = [];
  if (space.freeBytes < FEW_BYTES) findings.push(`${Math.floor(space.freeBytes / 1024 / 1024)} MiB are free`);
  if (space.freeInodes !== undefined && space.freeInodes < FEW_INODES) {
    findings.push(`${space.freeInodes} inodes are free`);
  }
  return findings.map((found) => ({
    check: "space",
    what: `Only ${found} where ${layout.dir} is`,
    why: "The next sync may fail for lack of space; what is published stays",
    mend: `rcusync gc ${name}; rcusync status --sizes ${name} shows what the snapshots take`,
  }));
}

/** Whether reading writes: every file that many snapshots share would have its access time written. */
export function checkAccessTimes({ system, layout }: Patient): readonly Finding[] {
  const mount = mountOf(system.files, layout.dir);
  if (mount === undefined || isReadOnly(mount)) return [];
  if (mount.ownOptions.some((option) => option === "noatime" || option === "relatime")) return [];
  return [{
    check: "atime",
    isAdvice: true,
    what: `${mount.point} writes the time of every access`,
    why: "Whoever reads the tree has the time of up to 170,000 files written to the disk",
    mend: `mount -o remount,relatime ${mount.point}`,
  }];
}
