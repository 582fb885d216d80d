import { assertEquals, assertNotMatch } from "@std/assert";
import { assertMirrors } from "./mirrored.ts";
import type { RunResult } from "./program.ts";
import { type Options, type Scenario, scenario } from "./scenario.ts";
import { type SyncHere, syncHere } from "./sync_here.ts";
import { type TreeEntry, treeOf } from "./tree_of.ts";
import { upstreamTree, writeUpstream } from "./upstream_tree.ts";

/** A scenario in which one good sync was done, with files around it that no sync may touch. */
export interface HostileScenario extends Scenario {
  /** The directory with the files that no sync may touch. */
  readonly canary: string;
  /** Syncs in this process and checks what must hold whatever the mirror does; the status is one of `codes`. */
  attack(codes: readonly number[], how?: SyncHere): Promise<RunResult>;
  /** Makes the mirror good again: the next sync must bring its tree. */
  recover(): Promise<void>;
}

/** Control characters but line feeds: what would drive a terminal. */
// deno-lint-ignore no-control-regex -- these are what must not be there
export const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Sets the scene; the options are the repository's, an RCU one unless they say otherwise. */
export async function hostileScenario(options?: (s: Scenario) => Options): Promise<HostileScenario> {
  const s = await scenario();
  const canary = `${s.path}/canary`;
  writeUpstream(canary, "passwd", "root");
  writeUpstream(canary, "directory/file", "untouched");
  const configure = () => s.configure(options?.(s) ?? s.rcu());
  configure();
  assertEquals((await syncHere(s)).code, 0);
  const [around, published] = [await surroundings(s), Deno.realPathSync(s.location)];
  const isRcu = published !== s.location;
  const old = await treeOf(published);
  return {
    ...s,
    canary,
    attack: async (codes, how = {}) => {
      const result = await syncHere(s, how);
      assertEquals(codes.includes(result.code), true, `exit status ${result.code}\n${result.err}`);
      assertNotMatch(result.out + result.err, RAW);
      assertEquals(await surroundings(s), around);
      // A snapshot never changes; what is no snapshot may only when the sync says that it did.
      if (isRcu) assertEquals(await treeOf(published), old);
      else if (result.code !== 0) assertEquals(withoutRoot(await treeOf(published)), withoutRoot(old));
      if (result.code !== 0) assertEquals(Deno.realPathSync(s.location), published);
      return result;
    },
    recover: async () => {
      configure();
      s.change((up) => {
        removeTree(up);
        upstreamTree(up);
        writeUpstream(up, "eclass/good.eclass", "good");
      });
      const { code, err } = await syncHere(s);
      assertEquals(code, 0, err);
      await assertMirrors(Deno.realPathSync(s.location), s.up);
      assertEquals(await surroundings(s), around);
    },
  };
}

/** All but the mirror and what a sync is to write to. */
async function surroundings({ path }: Scenario): Promise<Map<string, TreeEntry>> {
  const tree = await treeOf(path, ["up", "store", "loc", "bin", "config"]);
  // Files were made in it and are gone.
  for (const changed of [".", "tmp"]) tree.delete(changed);
  return tree;
}

/** The times of directories in which something was made and removed again say nothing. */
function withoutRoot(tree: ReadonlyMap<string, TreeEntry>): unknown {
  return [...tree].map(([path, entry]) => [path, entry.type === "directory" ? entry.mode : entry]);
}

/** Also where paths are longer than a system call takes. */
function removeTree(path: string): void {
  new Deno.Command("rm", { args: ["-rf", path] }).outputSync();
}
