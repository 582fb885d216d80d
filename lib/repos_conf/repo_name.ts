import { basename } from "@std/path";

/**
 * The name that a repository gives itself in `profiles/repo_name`, or in `repo-name` of layout.conf, made safe:
 * letters, digits, `_` and `-` stay, runs of anything else become one `-`, and none is in front.
 *
 * @param text The first line of the file; it comes from a mirror.
 * @param location Names the repository when nothing is left: `x-` and the last part of it.
 *
 * @example
 * ```ts
 * import { cleanRepoName } from "./repo_name.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(cleanRepoName(" spaced name ", "/srv/up"), "spaced-name");
 * assertEquals(cleanRepoName("@@@", "/srv/up"), "x-up");
 * ```
 */
export function cleanRepoName(text: string, location: string): string {
  return clean(text) || `x-${clean(basename(location))}`;
}

function clean(text: string): string {
  return text.split(/[^\p{L}\p{N}_-]+/u).filter((part) => part !== "").join("-").replace(/^-+/, "");
}
