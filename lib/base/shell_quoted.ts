/**
 * Text in single quotes, for a shell.
 *
 * @example
 * ```ts
 * import { shellQuoted } from "./shell_quoted.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(shellQuoted("it's"), "'it'\\''s'");
 * ```
 */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
