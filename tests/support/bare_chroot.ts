import { dirname } from "@std/path";
import { call } from "./call.ts";
import { tempDir } from "./temp_dir.ts";

/** What the self-extracting form runs to unpack itself, and rsync. */
const COMMANDS = ["sh", "rsync", "tail", "head", "gzip", "wc", "id", "mkdir", "ls", "mv", "chmod", "rm", "sync", "cat"];

/** A root with a C library, rsync, a shell with its few companions, and the binary: no /proc, no accounts, no HOME. */
export interface BareChroot extends Disposable {
  /** What is /area in there: the only place that can be written to, and TMPDIR. */
  readonly work: string;
  /** Runs the binary in there, the root read-only, as this user. */
  run(args: readonly string[], uid?: number): Promise<{ code: number; out: string; err: string }>;
}

/** Makes one, `work` mounted with these options; needs root and the right to mount. */
export function bareChroot(binary: string, options = "rw"): BareChroot {
  const dir = tempDir();
  const [root, work] = [`${dir.path}/root`, `${dir.path}/area`];
  for (const path of ["bin", "dev", "tmp", "area"]) Deno.mkdirSync(`${root}/${path}`, { recursive: true });
  Deno.mkdirSync(work);
  Deno.chmodSync(dir.path, 0o755);
  putPrograms(root, COMMANDS);
  Deno.copyFileSync(binary, `${root}/bin/rcusync`);
  call("mknod", "-m", "666", `${root}/dev/null`, "c", "1", "3");
  return {
    work,
    run: (args, uid = 0) => inside({ root, work, uid, options }, args),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Mounts in a namespace of its own: nothing is left to unmount. */
const ENTER = `
root=$1 work=$2 chroot=$3 uid=$4 options=$5
shift 5
mount --bind "$root" "$root" && mount -o remount,ro,bind "$root" && mount --bind "$work" "$root/area" &&
mount -o "remount,bind,$options" "$root/area" &&
exec env -i PATH=/bin TMPDIR=/area "$chroot" --userspec="$uid:$uid" "$root" /bin/rcusync "$@"
`;

async function inside(
  { root, work, uid, options }: { readonly [Name in "root" | "work" | "options"]: string } & { readonly uid: number },
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const chroot = call("sh", "-c", "command -v chroot");
  const words = ["--mount", "sh", "-c", ENTER, "sh", root, work, chroot, String(uid), options, ...args];
  const { code, stdout, stderr } = await new Deno.Command("unshare", { args: words }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** Copies commands of this machine into the /bin of another root, with the libraries that they and the runtime need. */
export function putPrograms(root: string, names: readonly string[]): void {
  Deno.mkdirSync(`${root}/bin`, { recursive: true });
  const programs = names.map((name) => ({ name, path: pathOf(name) }));
  for (const { name, path } of programs) Deno.copyFileSync(path, `${root}/bin/${name}`);
  for (const library of librariesOf([Deno.execPath(), ...programs.map(({ path }) => path)])) {
    Deno.mkdirSync(`${root}${dirname(library)}`, { recursive: true });
    Deno.copyFileSync(library, `${root}${library}`);
  }
}

/** The runtime of the tests need not be in PATH. */
function pathOf(name: string): string {
  return name === "deno" ? Deno.execPath() : call("sh", "-c", `readlink -f "$(command -v ${name})"`);
}

function librariesOf(programs: readonly string[]): Set<string> {
  return new Set(programs.flatMap((path) => call("ldd", path).match(/\/\S+\.so\S*/g) ?? []));
}

/** Calls `use` with the binary under test, else with one that is built for it. */
export async function withBinary(use: (binary: string) => Promise<void>): Promise<void> {
  const given = Deno.env.get("RCUSYNC");
  if (given) return await use(given);
  using dir = tempDir();
  const script = new URL("../../scripts/compile", import.meta.url).pathname;
  const args = ["--form", "self-extracting", "--output", `${dir.path}/rcusync`];
  const { success, stderr } = await new Deno.Command(script, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await use(`${dir.path}/rcusync`);
}
