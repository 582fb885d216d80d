/** The names in a directory, sorted. */
export function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

/** The names in a directory, sorted; none when there is no such directory. */
export function namesInAny(dir: string): string[] {
  try {
    return namesIn(dir);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Whether there is anything at `path`, a dangling link included. */
export function exists(path: string): boolean {
  return lstatIfAny(path) !== undefined;
}

/** Whether there is a directory at `path` itself, links not followed. */
export function isDirectory(path: string): boolean {
  return lstatIfAny(path)?.isDirectory ?? false;
}

/** The inode number of what is at `path` itself. */
export function inodeOf(path: string): number | null {
  return Deno.lstatSync(path).ino;
}

/** Makes a directory, parents included, look `days` old. */
export function agedDirectory(path: string, days: number): void {
  Deno.mkdirSync(path, { recursive: true });
  setAge(path, days);
}

/** Sets the mtime of `path` to `days` ago, negative for the future. */
export function setAge(path: string, days: number): void {
  const time = new Date(Date.now() - days * 86_400_000);
  Deno.utimeSync(path, time, time);
}

function lstatIfAny(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}
