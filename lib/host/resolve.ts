import { dirname, join } from "@std/path";
import type { Files } from "./files.ts";

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/**
 * Resolves all links of an absolute path as a process whose root directory is `root` would, and returns the
 * result as seen from here. Components that do not exist stay as they are.
 *
 * @throws an `Error` with code ELOOP when links go round in circles.
 */
export function resolveWithin(files: Pick<Files, "lstat" | "readLink">, root: string, path: string): string {
  const prefix = root === "/" ? "" : root;
  let pending = path.slice(prefix.length).split("/").filter((part) => part !== "");
  let done = "/";
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === ".") continue;
    if (part === "..") {
      done = dirname(done);
      continue;
    }
    const next = join(done, part);
    if (files.lstat(prefix + next)?.type !== "symlink") {
      done = next;
      continue;
    }
    if (++links > MAX_LINKS) throw Object.assign(new Error(`ELOOP: too many links in '${path}'`), { code: "ELOOP" });
    const target = files.readLink(prefix + next);
    if (target.startsWith("/")) done = "/";
    pending = [...target.split("/").filter((p) => p !== ""), ...pending];
  }
  return prefix === "" ? done : done === "/" ? prefix : prefix + done;
}
