import { call, callPersistently } from "./call.ts";
import { withoutCommand, withoutRoot } from "./skip.ts";

/** File systems that are tried. */
export type FileSystem = "ext4" | "xfs" | "btrfs";

/** What was on the medium at one moment: the path of a copy of it. */
export type Image = string;

/**
 * A file system of its own on a medium that is a file. What the file system has handed to its device is in that file,
 * what it still holds in memory is not: a copy of the file is what a power cut would leave.
 */
export interface CutDisk extends Disposable {
  /** Where it is mounted. */
  readonly path: string;
  /** Unmounts it in good order, which writes all there is, and mounts it again. */
  restart(): void;
  /** Copies the medium; `undefined` when nothing was written since the last copy. Nothing is flushed. */
  copy(): Image | undefined;
  /** Has the file system commit its journal, as it may at any time: names and attributes, but no contents of files. */
  commit(): void;
  /** Unmounts what is mounted and mounts a copy in its place, as the first boot after the power cut would. */
  boot(image: Image): void;
}

/** Smallest sizes, writes in the background put off. */
const MAKERS = {
  ext4: {
    mebibytes: 64,
    options: "loop,noatime,commit=600",
    mkfs: ["-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
  },
  xfs: { mebibytes: 320, options: "loop,noatime,nouuid", mkfs: ["-f"] },
  btrfs: { mebibytes: 128, options: "loop,noatime,commit=600", mkfs: ["-f", "-m", "single", "-d", "single"] },
} as const;

/** Makes a {@linkcode CutDisk}. Needs root. */
export function cutDisk(fileSystem: FileSystem): CutDisk {
  const { mebibytes, mkfs, options } = MAKERS[fileSystem];
  using made = new DisposableStack();
  const dir = made.adopt(Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "rcusync-cut-" }), removeTree);
  const [medium, path] = [`${dir}/medium`, `${dir}/mnt`];
  Deno.mkdirSync(path);
  Deno.writeFileSync(medium, new Uint8Array());
  Deno.truncateSync(medium, mebibytes << 20);
  call(`mkfs.${fileSystem}`, "-q", ...mkfs, medium);
  call("fallocate", "--dig-holes", medium);
  const mount = (image: string) => callPersistently("mount", "-t", fileSystem, "-o", options, image, path);
  mount(medium);
  made.defer(() => callPersistently("umount", path));
  let device = deviceOf(path);
  const change = (image: string) => {
    callPersistently("umount", path);
    mount(image);
    device = deviceOf(path);
  };
  let copies = 0;
  let copied = "";
  const kept = made.move();
  return {
    path,
    restart: () => change(medium),
    copy: () => {
      if (written(device) === copied) return undefined;
      const image = `${dir}/copy${++copies}`;
      do {
        copied = written(device);
        call("cp", "--sparse=always", medium, image);
        // What the system wrote by itself meanwhile would be in one part of the copy and not in the other.
      } while (written(device) !== copied);
      return image;
    },
    commit: () => commit(fileSystem, path),
    boot: change,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** The reason to skip what needs {@linkcode cutDisk}. */
export function withoutCutDisk(fileSystem: FileSystem): string | undefined {
  const needed = withoutRoot() ?? withoutCommandIn(`mkfs.${fileSystem}`) ?? withoutCommand("fallocate");
  if (needed !== undefined) return needed;
  try {
    using _disk = cutDisk(fileSystem);
    return undefined;
  } catch {
    return `needs loop mounts of ${fileSystem}, and /dev/shm`;
  }
}

/** Not everybody has /sbin in PATH. */
function withoutCommandIn(command: string): string | undefined {
  const { success } = new Deno.Command("sh", { args: ["-c", `PATH=$PATH:/usr/sbin:/sbin command -v ${command}`] })
    .outputSync();
  return success ? undefined : `needs the command ${command}`;
}

/** On btrfs fsync(2) writes of one file only; that a subvolume goes is committed with all before it. */
function commit(fileSystem: FileSystem, path: string): void {
  const fresh = `${path}/.commit`;
  if (fileSystem === "btrfs") {
    call("btrfs", "-q", "subvolume", "create", fresh);
    call("btrfs", "-q", "subvolume", "delete", "--commit-after", fresh);
    return;
  }
  Deno.mkdirSync(fresh);
  using directory = Deno.openSync(fresh);
  directory.syncSync();
  Deno.removeSync(fresh);
}

/** How much was written to a device so far, and what is on its way. */
function written(device: string): string {
  const fields = Deno.readTextFileSync(`/sys/block/${device}/stat`).trim().split(/\s+/);
  return [4, 6, 8].map((at) => fields[at]).join(" ");
}

function deviceOf(path: string): string {
  return call("findmnt", "-no", "SOURCE", path).slice("/dev/".length);
}

function removeTree(path: string): void {
  Deno.removeSync(path, { recursive: true });
}
