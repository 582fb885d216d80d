import { dirname } from "@std/path";

/** The directories that a relative path lies in, innermost first, without the root that it is relative to. */
export function directoriesAbove(path: string): string[] {
  const above: string[] = [];
  for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) above.push(dir);
  return above;
}
