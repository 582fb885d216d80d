import { resolve } from "@std/path";

/** Where a demonstration's commands run. */
export interface DemoPlace {
  /** Has the repos.conf. */
  readonly dir: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Says what comes next. */
export function step(title: string): void {
  console.log(`\n== ${title}`);
}

/** @throws {Error} unless `condition` holds. */
export function expect(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`expected: ${expectation}`);
}

/** The numbers of a store's snapshots, in order. */
export function snapshotsOf({ store }: { readonly store: string }): number[] {
  return [...Deno.readDirSync(`${store}/snapshots`)].map(({ name }) => Number(name)).sort((a, b) => a - b);
}

/** How {@linkcode rcusync} runs. */
export interface RcusyncRun {
  /** More arguments. */
  readonly words?: readonly string[];
  /** The exit status; 0 when absent. */
  readonly expected?: number;
  /** Called with each piece of what it says on standard error, which goes to this process's own when absent. */
  readonly onTalk?: (chunk: Uint8Array) => void | Promise<void>;
}

/**
 * Runs a command as a user would see it: `RCUSYNC`, or the checkout's.
 *
 * @throws {Error} unless it ends as expected, and when it is interrupted.
 */
export async function rcusync({ dir, signal }: DemoPlace, command: string, run: RcusyncRun = {}): Promise<void> {
  signal.throwIfAborted();
  const program = resolve(Deno.env.get("RCUSYNC") ?? `${import.meta.dirname}/rcusync`);
  const args = [command, ...(run.words ?? []), "--repos-conf", "repos.conf"];
  console.log(`$ rcusync ${args.join(" ")}`);
  const stderr = run.onTalk === undefined ? "inherit" : "piped";
  const child = new Deno.Command(program, { args, cwd: dir, stdin: "null", stderr, signal }).spawn();
  if (run.onTalk !== undefined) { for await (const chunk of child.stderr) await run.onTalk(chunk); }
  const { code } = await child.status;
  signal.throwIfAborted();
  expect(code === (run.expected ?? 0), `rcusync ${command} exited with ${code}`);
}
