import { assertEquals } from "@std/assert";
import type { Options, Scenario } from "./scenario.ts";
import { type SignedMirror, signedMirror, syncUnpaused } from "./signed_mirror.ts";
import type { SyncHere } from "./sync_here.ts";

/** What a sync with `--json` says of itself. */
export interface Told {
  readonly code: number;
  readonly outcome: string;
  readonly strategy: string | undefined;
  readonly why: string | undefined;
  readonly hashedFiles: number;
  /** Whether every file of the tree was looked at to verify it. */
  readonly isVerifiedWhole: boolean;
  /** Notices, warnings and the error, a line each. */
  readonly messages: string;
  readonly pausesMs: readonly number[];
}

/** Runs a sync in this process and reads what it says. */
export async function toldBy(s: Scenario, { args = [], ...rest }: SyncHere = {}): Promise<Told> {
  const { code, out, pausesMs } = await syncUnpaused(s, { args: ["--json", ...args], ...rest });
  const events = out.trim().split("\n").map((line) => JSON.parse(line));
  const { outcome, strategy, error, hashedFiles = 0 } = events.find(({ event }) => event === "done");
  const messages = [...events.flatMap(({ message }) => message ?? []), error?.message ?? ""].join("\n");
  const isVerifiedWhole = events.some(({ event, phase }) => event === "progress" && phase === "verify");
  return {
    code,
    outcome,
    strategy: strategy?.name,
    why: strategy?.why,
    hashedFiles,
    isVerifiedWhole,
    messages,
    pausesMs,
  };
}

/** Has a signed mirror of a few packages synced once, by a comparison. */
export async function guidedScene(s: Scenario, options: Options = {}): Promise<SignedMirror> {
  const mirror = await signedMirror(s);
  await mirror.publish((up) => ["cat-a/one", "cat-a/two", "cat-b/three"].forEach((name) => writePackage(up, name)));
  s.configure(s.rcu({ ...mirror.options, "sync-rcu-ttl-days": "0", ...options }));
  const first = await toldBy(s);
  assertEquals([first.code, first.strategy], [0, "plan"], first.messages);
  return mirror;
}

/** A package with an ebuild, a patch and a cache entry. */
export function writePackage(up: string, name: string, version = "1"): void {
  const [category = "", pkg = ""] = name.split("/");
  writeNew(`${up}/${category}/metadata.xml`, `<cat/> ${category}\n`);
  writeNew(`${up}/${name}/${pkg}-${version}.ebuild`, `EAPI=8 # ${name} ${version}\n`);
  writeNew(`${up}/${name}/metadata.xml`, `<pkg/> ${name}\n`);
  writeNew(`${up}/${name}/files/fix.patch`, `--- ${name}\n`);
  writeNew(`${up}/metadata/md5-cache/${category}/${pkg}-${version}`, `EAPI=8 ${name} ${version}\n`);
}

/** Writes a file as a new inode, with its directories; one with the same text is left alone. */
export function writeNew(path: string, text: string, mode = 0o644): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  try {
    if (Deno.readTextFileSync(path) === text) return;
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
}

/** What a whole rsync would still change in a tree: empty when nothing. */
export async function leftByRsync(uri: string, tree: string): Promise<string> {
  const local = ["distfiles", "packages", "local", "lost+found"].map((name) => `--exclude=/${name}`);
  const args = ["-n", "-i", "-a", "-O", "--delete", ...local, `${uri}/`, `${tree}/`];
  const { stdout, success, stderr } = await new Deno.Command("rsync", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  // The root's own attributes are the moment of publication.
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => /^(\*|[.<>ch][fdLDS])\S* /.test(line));
  return lines.filter((line) => !/^\.d\S* \.\/$/.test(line)).join("\n");
}
