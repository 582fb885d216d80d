/** `sync-rcu-strategy`: how an update is found out. */
export const STRATEGIES = ["auto", "manifest", "plan", "full"] as const;

/**
 * - `auto`: what fits
 * - `manifest`: guided by signed Manifests, wherever that can be done
 * - `plan`: by a comparison of the whole tree with the mirror
 * - `full`: so too, and every file is read to verify it
 */
export type Strategy = typeof STRATEGIES[number];
