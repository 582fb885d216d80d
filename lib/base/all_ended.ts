/**
 * Waits until all have ended, whatever became of them; returns their results, or throws what the first in the list
 * threw. `Promise.all` would return to the caller while the others still change something.
 */
export async function allEnded<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}
