/**
 * A worker that reads the files it is told of, hashes each with both digests of the Manifests, and answers when it is
 * done.
 */

import { createHash } from "node:crypto";

globalThis.addEventListener("message", (event) => {
  if (!(event instanceof MessageEvent)) return;
  const files: readonly string[] = event.data;
  for (const file of files) {
    const bytes = Deno.readFileSync(file);
    createHash("blake2b512").update(bytes).digest("hex");
    createHash("sha512").update(bytes).digest("hex");
  }
  // Not among the types of a window.
  const answer: unknown = Reflect.get(globalThis, "postMessage");
  if (typeof answer === "function") answer(files.length);
});
