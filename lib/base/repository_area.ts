/** What a file of an ebuild repository is part of. */
export type RepositoryArea =
  /** `version` for an ebuild: what follows the package's name. */
  | { readonly kind: "package"; readonly name: string; readonly version?: string }
  /** Generated from an ebuild; tells nothing by itself. */
  | { readonly kind: "cache" }
  | { readonly kind: "eclass" | "news" | "glsa"; readonly name: string }
  | { readonly kind: "profiles" | "other"; readonly name: string };

/** Top directories that are no categories. */
const NO_CATEGORIES: ReadonlySet<string> = new Set(["eclass", "licenses", "metadata", "profiles", "scripts", "local"]);

/**
 * Says what the file at `path` of a repository is part of, by the layout of a tree in the Package Manager
 * Specification.
 *
 * @example
 * ```ts
 * import { repositoryArea } from "./repository_area.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(repositoryArea("app-misc/foo/foo-1.2-r3.ebuild"), {
 *   kind: "package",
 *   name: "app-misc/foo",
 *   version: "1.2-r3",
 * });
 * assertEquals(repositoryArea("eclass/git-r3.eclass"), { kind: "eclass", name: "git-r3" });
 * ```
 */
export function repositoryArea(path: string): RepositoryArea {
  const parts = path.split("/");
  const [top = "", second = "", third = ""] = parts;
  // A Manifest changes with any file beside it, and is no part of the package or eclass there.
  if (parts.length === 2 && /^Manifest(\.|$)/.test(second)) return { kind: "other", name: path };
  switch (top) {
    case "eclass":
      return { kind: "eclass", name: path.slice("eclass/".length).replace(/\.eclass$/, "") };
    case "profiles":
      return { kind: "profiles", name: path.slice("profiles/".length) };
    case "metadata":
      return metadataArea(path, second, third);
  }
  if (NO_CATEGORIES.has(top) || parts.length < 3) return { kind: "other", name: path };
  return packageArea(`${top}/${second}`, second, parts);
}

function metadataArea(path: string, second: string, third: string): RepositoryArea {
  if (third === "" || third.startsWith("Manifest")) return { kind: "other", name: path };
  switch (second) {
    case "md5-cache":
    case "cache":
      return { kind: "cache" };
    case "news":
      return { kind: "news", name: third };
    case "glsa":
      return { kind: "glsa", name: third.replace(/\.xml$/, "") };
    default:
      return { kind: "other", name: path };
  }
}

function packageArea(name: string, base: string, parts: readonly string[]): RepositoryArea {
  const file = parts[2] ?? "";
  const isEbuild = parts.length === 3 && file.startsWith(`${base}-`) && file.endsWith(".ebuild");
  if (!isEbuild) return { kind: "package", name };
  return { kind: "package", name, version: file.slice(base.length + 1, -".ebuild".length) };
}
