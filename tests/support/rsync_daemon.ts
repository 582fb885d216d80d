/** Of a row in /proc/net/tcp: its state when it listens, and the column of its inode. */
const LISTENING = "0A";
const INODE = 9;

/** What an rsync daemon serves. */
export interface DaemonSettings {
  /** The directory of each module, by name; all are read-only. */
  readonly modules: Readonly<Record<string, string>>;
  /** More lines of rsyncd.conf, for all modules. */
  readonly settings?: readonly string[];
  /** A greeting for clients. */
  readonly motd?: string;
}

/** An rsync daemon on a free loopback port; it ends with its scope. */
export interface Daemon extends AsyncDisposable {
  readonly port: number;
  /** `rsync://127.0.0.1:PORT/MODULE` */
  uri(module: string): string;
  /** The path of its log file. */
  readonly log: string;
  /** Its process, which has a child for each client. */
  readonly pid: number;
}

/** A daemon with one module. */
export interface RsyncDaemon extends AsyncDisposable {
  /** `rsync://127.0.0.1:PORT/MODULE` */
  readonly uri: string;
}

/** Starts a daemon and resolves when it listens. Works for root and for others. */
export async function startDaemon(settings: DaemonSettings): Promise<Daemon> {
  const directory = Deno.makeTempDirSync({ prefix: "rsyncd-" });
  const config = writeConfig(directory, settings);
  for (let attempt = 1; attempt <= 5; attempt++) {
    const port = freePort();
    const child = spawnDaemon(config, port);
    if (await listens(child, port)) {
      return {
        port,
        uri: (module) => `rsync://127.0.0.1:${port}/${module}`,
        log: `${directory}/log`,
        pid: child.pid,
        [Symbol.asyncDispose]: () => stop(child, directory),
      };
    }
  }
  Deno.removeSync(directory, { recursive: true });
  throw new Error("No rsync daemon could be started on a loopback port");
}

/** Serves `folder` alone, as the module `module`; see {@linkcode startDaemon}. */
export async function rsyncDaemon(folder: string, { module = "gentoo" } = {}): Promise<RsyncDaemon> {
  const daemon = await startDaemon({ modules: { [module]: folder } });
  return { uri: daemon.uri(module), [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

function writeConfig(directory: string, { modules, settings = [], motd }: DaemonSettings): string {
  const lines = [
    "use chroot = no",
    "read only = yes",
    "reverse lookup = no",
    `log file = ${directory}/log`,
    ...settings,
  ];
  // As root a daemon would serve as nobody, who cannot enter a private temporary directory.
  if (Deno.uid() === 0) lines.push("uid = 0", "gid = 0");
  if (motd !== undefined) {
    Deno.writeTextFileSync(`${directory}/motd`, motd);
    lines.push(`motd file = ${directory}/motd`);
  }
  for (const [name, path] of Object.entries(modules)) lines.push(`[${name}]`, `path = ${path}`);
  const config = `${directory}/rsyncd.conf`;
  Deno.writeTextFileSync(config, `${lines.join("\n")}\n`);
  return config;
}

/** Another process may take the port before the daemon does: the caller tries again. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function spawnDaemon(config: string, port: number): Deno.ChildProcess {
  const args = ["--daemon", "--no-detach", "--address=127.0.0.1", `--port=${port}`, `--config=${config}`];
  return new Deno.Command("rsync", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
}

/** Whether the daemon listens on its port, as soon as it does; false once it has ended without. */
async function listens(child: Deno.ChildProcess, port: number): Promise<boolean> {
  let ended = false;
  child.status.then(() => ended = true);
  while (!ended) {
    if (ownsListener(child.pid, port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}

/** Whether it is this process that listens: what answers on the port may be another test's. */
function ownsListener(pid: number, port: number): boolean {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = Deno.readTextFileSync("/proc/net/tcp").split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, local, , state]) => local === address && state === LISTENING);
  const socket = `socket:[${row?.[INODE]}]`;
  return row !== undefined && descriptorsOf(pid).includes(socket);
}

/** What its descriptors are; nothing when it has ended. */
function descriptorsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return [...Deno.readDirSync(folder)].map(({ name }) => Deno.readLinkSync(`${folder}/${name}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

async function stop(child: Deno.ChildProcess, directory: string): Promise<void> {
  try {
    // On SIGTERM it would take its time, and it has nothing to tidy up.
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has ended already
  }
  await child.status;
  Deno.removeSync(directory, { recursive: true });
}
