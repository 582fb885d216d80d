import { type Clock, systemClock } from "../../lib/host/clock.ts";
import type { RunResult } from "./program.ts";
import type { Options, Scenario } from "./scenario.ts";
import { type SignedTree, signedTree, timestampOf } from "./signed_tree.ts";
import type { SigningKey } from "./signing_key.ts";
import { type SyncHere, syncHere } from "./sync_here.ts";

/** A scenario whose mirror has full Manifests, signed. */
export interface SignedMirror extends SignedTree {
  /** The options that have the tree verified, without a network. */
  readonly options: Options;
  /** Changes the tree, then stamps and signs it as of one minute later than before. */
  publish(edit?: (up: string) => void): Promise<void>;
  /** Makes all Manifests anew and signs them, with this TIMESTAMP, or that of the last time. */
  sign(timestamp?: string): Promise<void>;
}

/** Puts Manifests into what the mirror of a scenario serves; the key file is beside it. */
export async function signedMirror(s: Pick<Scenario, "up" | "change">, key?: SigningKey): Promise<SignedMirror> {
  let madeMs = Date.now() - 3_600_000;
  const timestamp = () => timestampOf(new Date(madeMs));
  const tree = await signedTree(s.up, { files: {}, timestamp: timestamp(), ...(key && { key }) });
  let dated = Math.floor(Date.now() / 1000) - 100_000;
  const sign = async (time = timestamp()) => {
    const before = manifestsIn(s.up);
    await tree.resign(time);
    dateManifests(s.up, { before, seconds: dated += 10 });
  };
  await sign();
  return {
    ...tree,
    sign,
    options: {
      "sync-rsync-verify-metamanifest": "yes",
      "sync-openpgp-key-path": tree.keyPath,
      "sync-openpgp-key-refresh": "false-nowarn",
    },
    publish: async (edit) => {
      madeMs += 60_000;
      s.change(edit);
      await sign();
    },
  };
}

/** Runs a sync in this process, on a clock whose pauses take no time; returns how long they would have been, too. */
export async function syncUnpaused(s: Scenario, settings: SyncHere = {}): Promise<RunResult & { pausesMs: number[] }> {
  const pausesMs: number[] = [];
  const sleep: Clock["sleep"] = (ms) => {
    pausesMs.push(ms);
    return Promise.resolve();
  };
  const ran = await syncHere(s, { clock: { ...systemClock, sleep }, ...settings });
  return { ...ran, pausesMs };
}

interface Dated {
  readonly text: string;
  readonly mtime: Date;
}

/** Two of one size that are made within a second would be one to rsync; those that are as before keep their date. */
function dateManifests(
  dir: string,
  { before, seconds }: { readonly before: ReadonlyMap<string, Dated>; readonly seconds: number },
): void {
  for (const [path, { text }] of manifestsIn(dir)) {
    const old = before.get(path);
    const date = old?.text === text ? old.mtime : new Date(seconds * 1000);
    Deno.utimeSync(path, date, date);
  }
}

function manifestsIn(dir: string): Map<string, Dated> {
  const found = [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }): (readonly [string, Dated])[] => {
    const path = `${dir}/${name}`;
    if (isDirectory) return [...manifestsIn(path)];
    if (!/^Manifest(\.|$)/.test(name)) return [];
    const text = new TextDecoder("latin1").decode(Deno.readFileSync(path));
    return [[path, { text, mtime: Deno.statSync(path).mtime ?? new Date(0) }]];
  });
  return new Map(found);
}
