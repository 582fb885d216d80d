import { LIMITS } from "./limits.ts";

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)/g;

/** A path as an entry means it, or why it cannot be meant. */
export type EntryPath = { readonly path: string } | { readonly fault: string };

/**
 * Decodes the path field of an entry once, and accepts it only when it stays below its Manifest's directory.
 *
 * @example
 * ```ts
 * import { entryPath } from "./entry_path.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(entryPath("a\\x20b"), { path: "a b" });
 * assertEquals(entryPath("../a"), { fault: 'has a component ".."' });
 * ```
 */
export function entryPath(field: string): EntryPath {
  const path = field.includes("\\") ? unescape(field) : field;
  if (path === undefined) return { fault: "has a backslash that begins no valid escape" };
  const fault = pathFault(path);
  return fault === undefined ? { path } : { fault };
}

function unescape(field: string): string | undefined {
  let valid = true;
  const path = field.replace(ESCAPE, (_, x?: string, u?: string, U?: string) => {
    const code = Number.parseInt(x ?? u ?? U ?? "", 16);
    const highest = x === undefined ? 0x10ffff : 0x7f;
    if (Number.isNaN(code) || code > highest || (code >= 0xd800 && code <= 0xdfff)) {
      valid = false;
      return "";
    }
    return String.fromCodePoint(code);
  });
  return valid ? path : undefined;
}

function pathFault(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/")) return "is absolute";
  if (path.includes("\0")) return "contains NUL";
  if (utf8Length(path) > LIMITS.pathBytes) return `is longer than ${LIMITS.pathBytes} bytes`;
  for (const component of path.split("/")) {
    if (component === "") return "has an empty component";
    if (component === "." || component === "..") return `has a component "${component}"`;
    if (utf8Length(component) > LIMITS.componentBytes) {
      return `has a component longer than ${LIMITS.componentBytes} bytes`;
    }
  }
  return undefined;
}

/** Upper bound first: a code unit takes three bytes at most, and nearly all names are short. */
function utf8Length(text: string): number {
  return text.length * 3 <= LIMITS.componentBytes ? text.length : new TextEncoder().encode(text).length;
}
