/** How long a store keeps snapshots. */
export interface RetentionPolicy {
  readonly spareSnapshots: number;
  readonly ttlDays: number;
}

/** What retention has to know of a snapshot. */
export interface RetainedSnapshot {
  readonly id: number;
  /** Milliseconds since 1970 from which its age counts. */
  readonly sinceMs: number;
}

/** Why retention keeps a snapshot. */
export type Retention =
  | { readonly kind: "latest" }
  | { readonly kind: "spare" }
  | { readonly kind: "unexpired"; readonly expiresMs: number };

const DAY_MS = 86_400_000;

/**
 * Says of each snapshot why it is kept; one without a reason is expired.
 *
 * The snapshot that `latest` names is exempt whatever its number. Spares are the highest-numbered others, and where
 * there are any, the snapshot that the latest replaced, which after a rollback is not the highest. A snapshot that
 * claims to come from the future counts as published now.
 *
 * @example
 * ```ts
 * import { retain } from "./retention.ts";
 * import { assertEquals } from "@std/assert";
 * const snapshots = [{ id: 1, sinceMs: 0 }, { id: 2, sinceMs: 0 }, { id: 3, sinceMs: 0 }];
 * const kept = retain(snapshots, { latest: 3, nowMs: 1e12, policy: { spareSnapshots: 1, ttlDays: 7 } });
 * const kinds = [...kept].map(([id, reasons]) => [id, ...reasons.map(({ kind }) => kind)]);
 * assertEquals(kinds, [[1], [2, "spare"], [3, "latest"]]);
 * ```
 */
export function retain(
  snapshots: readonly RetainedSnapshot[],
  { latest, replaced, nowMs, policy }: {
    readonly latest: number | undefined;
    /** The snapshot that was latest before, where that is known. */
    readonly replaced?: number | undefined;
    readonly nowMs: number;
    readonly policy: RetentionPolicy;
  },
): ReadonlyMap<number, readonly Retention[]> {
  const others = snapshots.filter(({ id }) => id !== latest).map(({ id }) => id).sort((a, b) => b - a);
  const spares = new Set(others.slice(0, policy.spareSnapshots));
  if (policy.spareSnapshots > 0 && replaced !== undefined) spares.add(replaced);
  return new Map(snapshots.map(({ id, sinceMs }) => {
    const reasons: Retention[] = [];
    if (id === latest) reasons.push({ kind: "latest" });
    if (spares.has(id)) reasons.push({ kind: "spare" });
    const expiresMs = Math.min(sinceMs, nowMs) + policy.ttlDays * DAY_MS;
    if (id !== latest && expiresMs > nowMs) reasons.push({ kind: "unexpired", expiresMs });
    return [id, reasons];
  }));
}
