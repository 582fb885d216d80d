import { once } from "../base/once.ts";

/** A program and its arguments. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The call of a program as the leader of a session of its own, by setsid(1), which execs it. Deno's own way would be to
 * fork this process: that takes 10 ms and makes each page that is written to afterwards be copied. `undefined` where
 * that way has to be taken: without setsid, or when it is not certain which program PATH gives.
 *
 * @param path PATH as the child gets it.
 */
export function inOwnSession({ program, args }: ProgramCall, path: string | undefined): ProgramCall | undefined {
  const [setsid] = setsidPrograms();
  const found = setsid === undefined ? undefined : absolutePath(program, path ?? "");
  return setsid === undefined || found === undefined ? undefined : { program: setsid, args: [found, ...args] };
}

const setsidPrograms = once(() => ["/usr/bin/setsid", "/bin/setsid"].filter(isProgram));

function absolutePath(program: string, path: string): string | undefined {
  if (program.includes("/")) return program.startsWith("/") && isProgram(program) ? program : undefined;
  const directories = path.split(":");
  // What another kind of directory means depends on where the child runs.
  if (!directories.every((dir) => dir.startsWith("/"))) return undefined;
  const first = directories.map((dir) => `${dir}/${program}`).find((path) => executableBits(path) !== 0);
  return first !== undefined && isProgram(first) ? first : undefined;
}

const FOR_ALL = 0o111;

/** Whether it is a program, whoever runs it. */
function isProgram(path: string): boolean {
  return executableBits(path) === FOR_ALL;
}

/** Of a regular file, or of what a link leads to; 0 for what is none. */
function executableBits(path: string): number {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile ? (mode ?? 0) & FOR_ALL : 0;
  } catch {
    // It is not there, or nobody may look.
    return 0;
  }
}
