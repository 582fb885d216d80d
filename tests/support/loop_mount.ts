import { call, callPersistently } from "./call.ts";

/** A small file system of its own, in a file. */
export interface LoopMount extends Disposable {
  /** Where it is mounted. */
  readonly path: string;
  /** The name of its block device, below /dev. */
  readonly device: string;
  /** Unmounts it, has it checked and repaired, and mounts it again. */
  remount(): void;
}

/** Makes an ext4 file system, which turns read-only on errors, and mounts it. Needs root. */
export function ext4Mount({ mebibytes, inodes }: { readonly mebibytes: number; readonly inodes: number }): LoopMount {
  const dir = Deno.makeTempDirSync({ prefix: "rcusync-loop-" });
  const [image, path] = [`${dir}/image`, `${dir}/mnt`];
  Deno.mkdirSync(path);
  Deno.writeFileSync(image, new Uint8Array());
  Deno.truncateSync(image, mebibytes << 20);
  call("mkfs.ext4", "-q", "-F", "-m", "0", "-N", String(inodes), "-e", "remount-ro", image);
  const mount = () => {
    call("mount", "-o", "loop", image, path);
    return call("findmnt", "-no", "SOURCE", path).slice("/dev/".length);
  };
  let device = mount();
  return {
    path,
    get device() {
      return device;
    },
    remount: () => {
      callPersistently("umount", path);
      // 1: there were errors, which are corrected now.
      new Deno.Command("e2fsck", { args: ["-fy", image], stdout: "null", stderr: "null" }).outputSync();
      device = mount();
    },
    [Symbol.dispose]: () => {
      callPersistently("umount", path);
      Deno.removeSync(dir, { recursive: true });
    },
  };
}

/** The reason to skip what needs {@linkcode ext4Mount}. */
export function withoutLoopMounts(): string | undefined {
  if (Deno.uid() !== 0) return "needs root";
  try {
    using _mount = ext4Mount({ mebibytes: 4, inodes: 64 });
    return undefined;
  } catch {
    return "needs loop mounts and mkfs.ext4";
  }
}
