/** What the process was given, and what it is. */
export interface Environment {
  /** The value of an environment variable; an empty one is `""`, a missing one `undefined`. */
  get(name: string): string | undefined;
  /** A copy of the whole environment. */
  all(): Readonly<Record<string, string>>;
  readonly currentDir: string;
  /** Effective user and group id. */
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  readonly hostname: string;
  /** Identifies the boot of the kernel; `undefined` where the system does not tell. */
  readonly bootId: string | undefined;
  /** Usable processors. */
  readonly processors: number;
  /** Directory for temporary files: `TMPDIR`, else `/tmp`. */
  readonly tempDir: string;
}

/** The real environment of this process. */
export function systemEnvironment(): Environment {
  return {
    get: (name) => Deno.env.get(name),
    all: () => Deno.env.toObject(),
    get currentDir() {
      return Deno.cwd();
    },
    uid: Deno.uid() ?? 0,
    gid: Deno.gid() ?? 0,
    pid: Deno.pid,
    get hostname() {
      return Deno.hostname();
    },
    get bootId() {
      return readBootId();
    },
    get processors() {
      return navigator.hardwareConcurrency;
    },
    get tempDir() {
      return Deno.env.get("TMPDIR") || "/tmp";
    },
  };
}

function readBootId(): string | undefined {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return undefined;
  }
}
