/** One run of rsync. */
export interface RsyncRun {
  /** What it is for: `plan` lists, `probe` fetches the timestamp, `fetch` transfers, `other` does none of these. */
  readonly kind: "plan" | "probe" | "fetch" | "other";
  readonly ms: number;
}

/** A program named `rsync` that runs the real one and notes how long it took. */
export interface RsyncTimer {
  /** What has to be in the environment for it to be found first. */
  readonly env: Readonly<Record<string, string>>;
  /** The runs that have ended since the last call, in order. */
  taken(): RsyncRun[];
}

/** Writes the timer into the folder `dir`, which must not exist. */
export function rsyncTimer(dir: string): RsyncTimer {
  const log = `${dir}/rsync.log`;
  Deno.mkdirSync(dir);
  Deno.writeTextFileSync(log, "");
  Deno.writeTextFileSync(`${dir}/rsync`, script(log));
  Deno.chmodSync(`${dir}/rsync`, 0o755);
  return {
    env: { PATH: `${dir}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}` },
    taken: () => {
      const lines = Deno.readTextFileSync(log).split("\n").filter((line) => line !== "");
      Deno.writeTextFileSync(log, "");
      return lines.map(runOf);
    },
  };
}

function script(log: string): string {
  return `#!/bin/sh
start=$(date +%s%N) kind=fetch
for word; do
  case $word in --version) kind=other ;; --dry-run) kind=plan ;; */metadata/timestamp.chk) kind=probe ;; esac
done
${realRsync()} "$@"
status=$?
echo "$kind $start $(date +%s%N)" >> '${log}'
exit $status
`;
}

function runOf(line: string): RsyncRun {
  const [kind, start = "", end = ""] = line.split(" ");
  return { kind: kindOf(kind), ms: Number(BigInt(end) - BigInt(start)) / 1e6 };
}

function kindOf(word: string | undefined): RsyncRun["kind"] {
  return word === "plan" || word === "probe" || word === "fetch" ? word : "other";
}

function realRsync(): string {
  const found = (Deno.env.get("PATH") ?? "").split(":").map((dir) => `${dir}/rsync`).find(isFile);
  if (found === undefined) throw new Error("There is no rsync in PATH");
  return found;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
