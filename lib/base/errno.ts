/**
 * Returns the symbolic errno (`"ENOENT"`, `"EXDEV"`, …) that an operating-system error carries,
 * or `undefined` for any other error.
 */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Tells whether `error` carries one of the given errno names. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

/** What an error says, without the number that the runtime adds to what the operating system says. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\)$/, "");
}
