/** The IGNORE entries of a tree. */
export class IgnoredPaths {
  readonly #paths = new Set<string>();

  get isEmpty(): boolean {
    return this.#paths.size === 0;
  }

  add(path: string): void {
    this.#paths.add(path);
  }

  clear(): void {
    this.#paths.clear();
  }

  /** Whether an entry names exactly this path. */
  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Whether an entry names the path or a folder above it. */
  covers(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (this.#paths.has(path.slice(0, end))) return true;
    }
    return false;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#paths[Symbol.iterator]();
  }
}

/**
 * Whether the path has a component that begins with a dot: such are outside of verification unless an entry names them.
 */
export function isHidden(path: string): boolean {
  return path.startsWith(".") || path.includes("/.");
}

/** Whether a path is outside of verification, by an entry or by its name. */
export function isUnverified(ignored: IgnoredPaths, path: string): boolean {
  return isHidden(path) || ignored.covers(path);
}
