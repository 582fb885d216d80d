/** Whether long sweeps were asked for: `scripts/test --long`. */
export const longMode: boolean = Deno.env.get("RCUSYNC_LONG") === "1";

/**
 * Registers a test that takes long: it exists only under `scripts/test --long`, and is not counted as skipped
 * otherwise.
 */
export function longTest(name: string, fn: Deno.TestDefinition["fn"]): void {
  if (longMode) Deno.test(name, fn);
}
