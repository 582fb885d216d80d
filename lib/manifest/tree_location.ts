import { errnoOf } from "../base/errno.ts";
import type { Files, FileType } from "../host/files.ts";

/** What a path of the tree leads to. */
export type TreeLocation =
  | {
    readonly kind: "found";
    readonly type: FileType;
    /** From the root, free of links. */
    readonly path: string;
    readonly isThroughLink: boolean;
  }
  | { readonly kind: "missing" }
  /** A link on the way leads out of the tree, or round in a circle. */
  | { readonly kind: "escape"; readonly message: string }
  | { readonly kind: "io"; readonly errno: string };

const MAX_LINKS = 40;

/** Finds paths of the tree under `root` without ever leaving it. */
export class TreeLocator {
  readonly #files: Pick<Files, "lstat" | "readLink">;
  readonly #root: string;
  /** Real directories, from the root. */
  readonly #directories = new Set<string>([""]);

  constructor(files: Pick<Files, "lstat" | "readLink">, root: string) {
    this.#files = files;
    this.#root = root;
  }

  /** Follows the links of `path`, which must stay in the tree. */
  locate(path: string): TreeLocation {
    try {
      return this.#parentIsReal(path) ? this.#look(path) : this.#follow(path);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      return { kind: "io", errno };
    }
  }

  #parentIsReal(path: string): boolean {
    return this.#directories.has(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  }

  /** Most paths lie in a directory that is known. */
  #look(path: string): TreeLocation {
    const type = this.#files.lstat(`${this.#root}/${path}`)?.type;
    if (type === undefined) return { kind: "missing" };
    return type === "symlink" ? this.#follow(path) : { kind: "found", type, path, isThroughLink: false };
  }

  #follow(path: string): TreeLocation {
    const pending = path.split("/").reverse();
    const done: string[] = [];
    let type: FileType = "directory";
    let links = 0;
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        if (done.pop() === undefined) return { kind: "escape", message: "Leads out of the tree" };
        type = "directory";
        continue;
      }
      const next = [...done, part].join("/");
      const found = this.#typeOf(next);
      if (found === undefined || type !== "directory") return { kind: "missing" };
      if (found === "symlink") {
        const target = this.#files.readLink(`${this.#root}/${next}`);
        if (target.startsWith("/")) return { kind: "escape", message: "Leads to an absolute path" };
        if (++links > MAX_LINKS) return { kind: "escape", message: "Leads round in a circle" };
        pending.push(...target.split("/").reverse());
        continue;
      }
      type = found;
      done.push(part);
    }
    return { kind: "found", type, path: done.join("/"), isThroughLink: links > 0 };
  }

  #typeOf(path: string): FileType | undefined {
    if (this.#directories.has(path)) return "directory";
    const type = this.#files.lstat(`${this.#root}/${path}`)?.type;
    if (type === "directory") this.#directories.add(path);
    return type;
  }
}
