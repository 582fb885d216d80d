/** A program that makes mounts for others. */
export type MountTool = "docker" | "podman" | "nspawn" | "bwrap" | "fstab";

/** All of them. */
export const MOUNT_TOOLS = ["docker", "podman", "nspawn", "bwrap", "fstab"] as const satisfies readonly MountTool[];

/**
 * The words that make a tool mount `source` read-only at `target`; for `fstab` the fields of a line.
 *
 * @example
 * ```ts
 * import { mountArgs } from "./mount_args.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mountArgs("bwrap", { source: "/store/snapshots/3", target: "/repo" }), [
 *   "--ro-bind",
 *   "/store/snapshots/3",
 *   "/repo",
 * ]);
 * ```
 */
export function mountArgs(
  tool: MountTool,
  { source, target }: { readonly source: string; readonly target: string },
): readonly string[] {
  switch (tool) {
    case "docker":
    case "podman":
      return ["--mount", ["type=bind", `source=${source}`, `target=${target}`, "readonly"].map(csvField).join(",")];
    case "nspawn":
      return [`--bind-ro=${nspawnPath(source)}:${nspawnPath(target)}`];
    case "bwrap":
      return ["--ro-bind", source, target];
    case "fstab":
      return [fstabField(source), fstabField(target), "none", "bind,ro,nosuid,nodev", "0", "0"];
  }
}

/** The value of `--mount` is a record of RFC 4180. */
function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function nspawnPath(path: string): string {
  return path.replace(/[\\:]/g, "\\$&");
}

/** fstab(5): blanks and the like as a backslash and three octal digits. */
function fstabField(path: string): string {
  return path.replace(/[\\\s#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
