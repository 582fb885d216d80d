/** One line of a `/proc/PID/mountinfo`: proc_pid_mountinfo(5). */
export interface Mount {
  /** Unique in the whole system as long as the mount lives. */
  readonly id: number;
  /** `major:minor` of the file system; on btrfs not what stat(2) says, which tells subvolumes apart. */
  readonly device: string;
  /** The directory or file of the file system that is mounted; `/` is all of it. */
  readonly root: string;
  /** The mount point, seen from the root of the process that was asked. */
  readonly point: string;
  /** Options of this mount alone: `ro`, `relatime`. */
  readonly ownOptions: readonly string[];
  readonly fileSystem: string;
  /** Options of the file system, still escaped. */
  readonly options: readonly string[];
}

/** Reads a mount table; a line that is none is passed over. */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [mount = "", source] = line.split(" - ", 2);
    const [id, , device, root, point, ownOptions] = mount.split(" ");
    const [fileSystem, , options] = source?.split(" ") ?? [];
    if (root === undefined || point === undefined || device === undefined || fileSystem === undefined) return [];
    return [{
      id: Number(id),
      device,
      root: unescape(root),
      point: unescape(point),
      ownOptions: ownOptions?.split(",") ?? [],
      fileSystem,
      options: options?.split(",") ?? [],
    }];
  });
}

/** The layers of an overlay mount as they were named to mount(2): maybe relative, and in the namespace of that time. */
export function overlayLayers(mount: Pick<Mount, "fileSystem" | "options">): string[] {
  if (mount.fileSystem !== "overlay") return [];
  return mount.options.flatMap((option) => {
    const [, key, value] = /^(lowerdir\+?|datadir\+|upperdir|workdir)=(.*)$/s.exec(option) ?? [];
    if (key === undefined || value === undefined) return [];
    const layers = unescape(value);
    // Only `lowerdir` is a list; a backslash in it keeps a colon from ending a layer.
    return key === "lowerdir" ? layers.split(/(?<!\\):+/).map((layer) => layer.replace(/\\(.)/gs, "$1")) : [layers];
  });
}

/** The kernel writes blanks, backslashes and some more as a backslash and three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}
