import { assertEquals } from "@std/assert";
import { writePackage } from "./guided_scene.ts";
import { type Lab, lab, rcuOptions } from "./lab.ts";
import { signedMirror } from "./signed_mirror.ts";
import { FIRST_STAMP, stamp, upstreamTree } from "./upstream_tree.ts";

/** Two signed trees, one after the other; both are removed with it. */
export interface SignedGenerations extends Disposable {
  /** Makes `up` what the mirror had before, or has now. */
  put(generation: "old" | "new", up: string): void;
  /** The options that have trees verified by their key. */
  readonly options: Readonly<Record<string, string>>;
}

/** Makes the trees once, for labs that are to be the same each time. */
export async function signedGenerations(): Promise<SignedGenerations> {
  const dir = Deno.makeTempDirSync({ prefix: "rcusync-signed-" });
  const up = `${dir}/up`;
  upstreamTree(up);
  let stampedAt = FIRST_STAMP;
  const change = (edit: (up: string) => void = () => {}) => {
    edit(up);
    stamp(up, stampedAt += 60);
  };
  const { publish, options } = await signedMirror({ up, change });
  await publish(() => ["cat-a/one", "cat-a/two", "cat-b/three"].forEach((name) => writePackage(up, name)));
  copyTree(up, `${dir}/old`);
  await publish(() => {
    writePackage(up, "cat-a/one", "2");
    writePackage(up, "cat-c/four");
    for (const gone of ["cat-b", "metadata/md5-cache/cat-b"]) Deno.removeSync(`${up}/${gone}`, { recursive: true });
  });
  copyTree(up, `${dir}/new`);
  return {
    put: (generation, to) => copyTree(`${dir}/${generation}`, to),
    options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, value ?? ""])),
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}

/** A lab whose location has the old tree; the mirror has the new one, and Manifests are to guide the sync. */
export async function signedLabToUpdate(trees: SignedGenerations, storage: "rcu" | "plain"): Promise<Lab> {
  const here = lab();
  const options = { ...trees.options, "sync-rcu-strategy": "manifest" };
  here.configure(storage === "rcu" ? rcuOptions(here, options) : options);
  trees.put("old", here.up);
  const { code, err } = await here.run("sync");
  assertEquals(code, 0, err);
  trees.put("new", here.up);
  return here;
}

function copyTree(from: string, to: string): void {
  const { success } = new Deno.Command("rsync", { args: ["-a", "--delete", `${from}/`, `${to}/`] }).outputSync();
  if (!success) throw new Error(`Cannot copy ${from}`);
}
