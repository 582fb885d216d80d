/** Resolves once `condition` holds; looks every 10 ms, and gives up after `seconds`. */
export async function waitUntil(what: string, condition: () => boolean, seconds = 20): Promise<void> {
  const deadlineMs = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
