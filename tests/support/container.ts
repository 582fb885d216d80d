import { assertEquals } from "@std/assert";
import { putPrograms } from "./bare_chroot.ts";
import { tempDir } from "./temp_dir.ts";

/** What README asks for, a POSIX shell with the usual commands, deno and rsync; and what it is looked at with. */
const COMMANDS: readonly string[] = [
  ..."sh basename cat chmod cmp cp dirname gzip head id ls mkdir mktemp mv readlink rm rmdir sed sync tail wc".split(
    " ",
  ),
  ...["deno", "rsync", "bash", "mandoc"],
];

const checkout = new URL("../../", import.meta.url).pathname;

/** A root of its own as a container has it: /proc, /dev, and nothing of this machine but a checkout in /src. */
export interface Container extends Disposable {
  readonly root: string;
  /** Runs a line in a shell in /src. */
  run(line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

/** Makes one; needs root and the right to mount. */
export function container(): Container {
  const dir = tempDir();
  const root = `${dir.path}/root`;
  for (const path of ["dev", "etc", "proc", "root/.cache/deno", "src", "tmp", "var/cache", "usr", "var/db/repos"]) {
    Deno.mkdirSync(`${root}/${path}`, { recursive: true });
  }
  putPrograms(root, COMMANDS);
  for (
    const name of ["README.md", "main.ts", "deno.json", "deno.lock", "lib", "scripts", "completions", "docs", "tests"]
  ) {
    assertEquals(new Deno.Command("cp", { args: ["-r", `${checkout}${name}`, `${root}/src`] }).outputSync().code, 0);
  }
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`;
  return { root, run: (line) => enter(root, cache, line), [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

const ENTER = `
PATH=$PATH:/usr/sbin:/sbin
mount --bind "$1" "$1" && mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount --bind "$2" "$1/root/.cache/deno" || exit 99
exec env -i PATH=/usr/local/bin:/bin HOME=/root LC_ALL=C.UTF-8 "$(command -v chroot)" "$1" /bin/sh -c "cd /src && $3"
`;

async function enter(root: string, cache: string, line: string) {
  const args = ["--mount", "--pid", "--fork", "sh", "-c", ENTER, "sh", root, cache, line];
  const { code, stdout, stderr } = await new Deno.Command("unshare", { args }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
