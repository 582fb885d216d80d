import type { Files } from "../../lib/host/files.ts";
import type { System } from "../../lib/host/system.ts";

/**
 * A system in whose `/proc` only the given processes are listed: some machines have processes that not even root
 * may look into (sandboxes), so that a search for readers is incomplete there whatever a test does.
 */
export function showingOnly<S extends Pick<System, "files">>(system: S, pids: readonly number[]): S {
  const { files } = system;
  const names = pids.map(String);
  const shown: Files = {
    ...files,
    readDir: (path) => {
      const entries = files.readDir(path);
      return path === "/proc" ? entries.filter(({ name }) => names.includes(name)) : entries;
    },
  };
  return { ...system, files: shown };
}
