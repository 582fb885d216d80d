import { FIRST_STAMP, stamp, writeUpstream } from "./upstream_tree.ts";

/** Writes a small repository that has one of everything that {@linkcode newTree} changes. */
export function oldTree(up: string): void {
  Deno.removeSync(up, { recursive: true });
  writeUpstream(up, "profiles/repo_name", "demo\n");
  writeUpstream(up, "metadata/layout.conf", "masters =\n");
  writeUpstream(up, "a/changed.ebuild", "old\n");
  writeUpstream(up, "a/removed.ebuild", "old\n");
  writeUpstream(up, "dir-to-file/inner", "old\n");
  writeUpstream(up, "file-to-dir", "old\n");
  writeUpstream(up, "x/mode", "same\n");
  Deno.symlinkSync("a/changed.ebuild", `${up}/link`);
  stamp(up, FIRST_STAMP);
}

/** Changes what {@linkcode oldTree} wrote in every way that a tree can change. */
export function newTree(up: string): void {
  for (const path of ["a/removed.ebuild", "dir-to-file", "file-to-dir", "link"]) {
    Deno.removeSync(`${up}/${path}`, { recursive: true });
  }
  const time = new Date("2024-01-01T00:00:00Z");
  writeUpstream(up, "a/changed.ebuild", "new\n", time);
  writeUpstream(up, "dir-to-file", "new\n", time);
  writeUpstream(up, "file-to-dir/inner", "new\n", time);
  writeUpstream(up, "z/added", "new\n", time);
  Deno.symlinkSync("x/mode", `${up}/link`);
  Deno.chmodSync(`${up}/x/mode`, 0o755);
  stamp(up, FIRST_STAMP + 60);
}
