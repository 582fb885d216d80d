/** A process that waits until its scope ends. */
export interface ReaderProcess extends AsyncDisposable {
  readonly pid: number;
}

/** Says that it is ready, and waits for the end of its input. */
const WAIT = "echo ready; read -r _ || :";

/**
 * Starts a shell that runs `script` with the given words as `$1`, `$2` …, then waits; resolves once it does.
 *
 * With `namespaces` (options of unshare(1), such as `["--mount"]`) it lives in new ones; mounts made there are private.
 * A script that runs on under another program ends in `exec … sh -c "$WAIT"`.
 */
export async function startReader(
  script: string,
  words: readonly string[],
  { namespaces = [] }: { readonly namespaces?: readonly string[] } = {},
): Promise<ReaderProcess> {
  const shell = ["sh", "-euc", `${script}\n${WAIT}`, "sh", ...words];
  const [program = "sh", ...args] = namespaces.length === 0 ? shell : ["unshare", ...namespaces, ...shell];
  const child = new Deno.Command(program, { args, env: { WAIT }, stdin: "piped", stdout: "piped" }).spawn();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  const said = new TextDecoder().decode(value);
  if (said !== "ready\n") {
    await child.stdin.close();
    const { code } = await child.status;
    throw new Error(`The reader could not start: it said ${JSON.stringify(said)}, status ${code}`);
  }
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
      await output.cancel();
    },
  };
}

/** Shell: `furnish DIR` gives a directory the programs of this system by bind mounts, so that one can chroot there. */
export const FURNISH = `
furnish() {
  for name in bin lib lib64 usr; do
    if [ -L "/$name" ]; then cp -P "/$name" "$1/$name"
    elif [ -d "/$name" ]; then mkdir "$1/$name"; mount --bind "/$name" "$1/$name"
    fi
  done
}`;
