/*
 * Reads the repository at LOCATION over and over until its standard input ends, then prints a Readings as JSON.
 * Arguments: LOCATION, and how it holds on to what LOCATION resolved to, a Hold.
 */
import { takeLease } from "../../lib/readers/lease.ts";
import { systemFiles } from "../../lib/host/files.ts";
import type { Hold, Readings } from "./snapshot_readers.ts";

async function main(location: string, hold: string | undefined): Promise<void> {
  const readings: Readings = { reads: 0, trees: 0, failed: [], mixed: 0 };
  const seen = new Set<string>();
  const names = namesBelow(Deno.realPathSync(location), "");
  let ended = false;
  Deno.stdin.read(new Uint8Array(1)).then(() => ended = true);
  const read = isHold(hold) ? readers[hold] : readers.nothing;
  console.log("ready");
  while (!ended) {
    const generations = read({ location, names, readings });
    if (generations !== undefined) {
      readings.reads++;
      if (generations.size > 1 && hold !== "nothing") readings.mixed++;
      for (const generation of generations) seen.add(generation);
    }
    // Gives way to whoever syncs.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  console.log(JSON.stringify({ ...readings, trees: seen.size }));
}

interface Reading {
  readonly location: string;
  /** Names that every generation has. */
  readonly names: readonly string[];
  readonly readings: Readings;
}

/**
 * Each reads all names once and returns the generations that it saw; `undefined`: LOCATION has to be resolved again.
 */
const readers: Readonly<Record<Hold, (reading: Reading) => Set<string> | undefined>> = {
  lease: ({ location, names, readings }) => {
    const tree = Deno.realPathSync(location);
    // What a migration is about to make a snapshot is a plain directory so far, whose name does not stay its own.
    if (tree === location) return readers.directory({ location, names, readings });
    using lease = takeLease(systemFiles(), tree);
    return lease && readAll(`${tree}/`, names, readings);
  },
  directory: ({ location, names, readings }) => {
    if (!enter(Deno.realPathSync(location))) return undefined;
    try {
      return readAll("", names, readings);
    } finally {
      Deno.chdir("/");
    }
  },
  nothing: ({ location, names, readings }) => readAll(`${location}/`, names, readings),
};

/** False when it was retired between being resolved and being entered. */
function enter(tree: string): boolean {
  try {
    Deno.chdir(tree);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function readAll(prefix: string, names: readonly string[], { failed }: Readings): Set<string> {
  const generations = new Set<string>();
  for (const name of names) {
    try {
      generations.add(Deno.readTextFileSync(prefix + name));
    } catch (error) {
      failed.push(`${name}: ${error}`);
    }
  }
  return generations;
}

function namesBelow(dir: string, prefix: string): string[] {
  return [...Deno.readDirSync(`${dir}/${prefix}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? namesBelow(dir, `${prefix}${name}/`) : name === "timestamp.chk" ? [] : [prefix + name]
  );
}

function isHold(text: string | undefined): text is Hold {
  return text !== undefined && text in readers;
}

if (import.meta.main) await main(Deno.args[0] ?? "", Deno.args[1]);
