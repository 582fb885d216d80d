import { exists } from "./entries.ts";

/** Resolves when there is something at a path: another process makes it. */
export async function appears(path: string): Promise<void> {
  const watcher = Deno.watchFs(path.slice(0, path.lastIndexOf("/")));
  try {
    if (exists(path)) return;
    for await (const _ of watcher) if (exists(path)) return;
  } finally {
    watcher.close();
  }
}
