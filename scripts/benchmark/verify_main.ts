/**
 * `verify_main.ts full|changed TREE KEY STORE`: verifies the tree as a sync does its staging, all of it, or what
 * changed since the last time; prints the number of files that were read.
 *
 * `verify_main.ts bare TREE`: finds, reads and hashes all its files with both digests, and that is all.
 *
 * It runs as rcusync does, bundled (see bundled.ts).
 */

import { thisMachine } from "../../lib/host/this_machine.ts";
import { describeProblem } from "../../lib/manifest/problem.ts";
import { verifyRepository } from "../../lib/manifest/verify_repository.ts";
import { openMemory } from "../../lib/storage/verification_memory.ts";
import { ensureStore } from "../../lib/store/access.ts";
import { storeLayout } from "../../lib/store/layout.ts";

const system = thisMachine();

const [what, tree = "", keyPath = "", store = ""] = Deno.args;
if (what === "bare") await hashOnly(tree);
else await verify({ full: what === "full", tree, keyPath, store });
// As main.ts ends, which leaves it to the kernel to tidy up.
Deno.exit();

async function verify(
  { full, tree, keyPath, store }: { full: boolean; tree: string; keyPath: string; store: string },
): Promise<void> {
  const layout = storeLayout(store);
  ensureStore(system, layout);
  const { memory, remember } = openMemory(system, layout, { full, fullEveryDays: 30 });
  const jobs = system.environment.processors;
  const verdict = await verifyRepository(system, { tree, keyPath, jobs, memory });
  if (!verdict.ok) throw new Error(verdict.problems.slice(0, 10).map(describeProblem).join("\n"));
  remember({ id: 1, path: tree, publishedMs: 0 }, verdict.textDigest);
  console.log(verdict.hashed);
}

/** The same number of workers as the verification has, each with its share of the files. */
async function hashOnly(tree: string): Promise<void> {
  const files = [...filesBelow(tree)];
  const workers = system.environment.processors;
  const share = Math.ceil(files.length / workers);
  await Promise.all(
    Array.from({ length: workers }, (_, at) => hashInWorker(files.slice(at * share, (at + 1) * share))),
  );
}

function hashInWorker(files: readonly string[]): Promise<void> {
  const worker = new Worker(new URL("./bare_hash.js", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.onmessage = () => resolve();
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage(files);
  return promise.finally(() => worker.terminate());
}

function* filesBelow(dir: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (isDirectory) yield* filesBelow(`${dir}/${name}`);
    else yield `${dir}/${name}`;
  }
}
