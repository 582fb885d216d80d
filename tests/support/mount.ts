import { call } from "./call.ts";

/** Mounts a new tmpfs over the directory `path`; it is unmounted at the end of its scope. Needs root. */
export function mountTmpfs(path: string): Disposable {
  call("mount", "-t", "tmpfs", "tmpfs", path);
  return { [Symbol.dispose]: () => void call("umount", path) };
}

/** The reason to skip what needs {@linkcode mountTmpfs}: not every root may mount. */
export function withoutMounts(): string | undefined {
  const dir = Deno.makeTempDirSync({ prefix: "rcusync-mount-" });
  try {
    mountTmpfs(dir)[Symbol.dispose]();
    return undefined;
  } catch {
    return "needs the right to mount";
  } finally {
    Deno.removeSync(dir);
  }
}
