import type { HashFailure } from "../host/hash_messages.ts";
import { STAMP_WORDS } from "../host/stamps.ts";
import { type Check, checkBatches } from "./check_batches.ts";
import { unsupportedCompression } from "./decompress.ts";
import type { Entry } from "./entry.ts";
import { ROW } from "./row_flags.ts";
import { digestPolicyProblem, failureProblem, hashJob } from "./hash_check.ts";
import { isUnverified } from "./ignored_paths.ts";
import { LIMITS } from "./limits.ts";
import { type Entries, entriesOf, manifestContents, parsedContents } from "./manifest_contents.ts";
import { PlainManifest } from "./plain_manifest.ts";
import { type Problem, problem } from "./problem.ts";
import { recallDigests } from "./recall_digests.ts";
import { signedText } from "./signed_text.ts";
import { TOP_MANIFEST } from "./top_manifest.ts";
import type { Verification } from "./verification.ts";

/**
 * Takes every sub-Manifest into account, level by level from the entries of the top-level one, and gathers what they
 * expect and ignore. Nothing of a Manifest is decompressed or parsed before all its digests are right, and what is
 * parsed are the bytes that were hashed. Of a Manifest that is known to be right, what it said the last time is taken,
 * as far as that is remembered.
 */
export async function loadManifests(verification: Verification, top: readonly Entry[]): Promise<void> {
  const { counters, ignored, problems, table } = verification;
  await loadAll(verification, top);
  if (!table.doubted || problems.count > 0) return;
  table.restart();
  ignored.clear();
  counters.manifests = 1;
  await loadAll(verification, top);
}

async function loadAll(verification: Verification, top: readonly Entry[]): Promise<void> {
  const { problems, table } = verification;
  const loader: Loader = { verification, plain: new PlainManifest(), named: [], count: 0 };
  register(loader, table.names.rowOfPath(TOP_MANIFEST), entriesOf(top));
  for (let depth = 1; loader.named.length > 0; depth++) {
    if (depth > LIMITS.nesting) {
      const path = table.names.pathOf(loader.named[0] ?? 0);
      problems.add(problem("too-large", path, `Manifests are nested more than ${LIMITS.nesting} deep`));
      return;
    }
    await loadLevel(loader, loader.named.splice(0));
  }
}

interface Loader {
  readonly verification: Verification;
  readonly plain: PlainManifest;
  /** Rows of the Manifests that were named and wait to be loaded. */
  readonly named: number[];
  /** All that were named. */
  count: number;
}

async function loadLevel(loader: Loader, level: readonly number[]): Promise<void> {
  const { verification } = loader;
  const { learner, pool, problems, signal, system, table } = verification;
  await checkBatches(system, checksOf(loader, level), {
    pool,
    options: { keep: true, stamp: learner !== undefined },
    signal,
    onReport: async (rows, { bytes, contents, failures, stamps }) => {
      verification.counters.bytes += bytes;
      const failed = new Map(failures.map((failure) => [failure.index, failure]));
      let end = 0;
      for (const [index, row] of rows.entries()) {
        const failure = failed.get(index);
        if (failure !== undefined) problems.add(mismatch(verification, row, failure));
        else {
          note(verification, row, { stamps, at: index * STAMP_WORDS });
          const waits = load(loader, row, contents.subarray(end, end += table.sizeOf(row)));
          if (waits !== undefined) await waits;
        }
      }
      verification.onProgress(verification.counters);
    },
  });
}

interface ReadStamp {
  readonly stamps: Uint32Array;
  readonly at: number;
}

/** Remembers a Manifest that was hashed; one that was only read must still be the one that was recognized. */
function note({ learner, problems, table }: Verification, row: number, { stamps, at }: ReadStamp): void {
  if (!table.is(row, ROW.proven)) {
    if (table.is(row, ROW.present)) learner?.learn(row, stamps, at);
  } else if (!table.facts.hasStamp(row, stamps, at)) {
    problems.add(problem("io", table.names.pathOf(row), "Changed while the tree was being verified"));
  }
}

/** What is remembered is taken at once; what is yielded has to be read. */
function* checksOf(loader: Loader, level: readonly number[]): Iterable<Check<number>> {
  const { verification } = loader;
  const { counters, problems, root, table } = verification;
  for (const row of level) {
    if (table.isKnown(row)) {
      table.mark(row, ROW.proven);
      if (takeRemembered(loader, row)) continue;
      // One that is known to be right is read without being hashed.
      const path = `${root}/${table.names.pathOf(row)}`;
      yield { subject: row, job: { path, size: table.sizeOf(row), algorithms: "", digests: "" } };
      continue;
    }
    const refused = recallDigests(verification, row) ?? refusal(verification, row);
    const place = refused ?? findManifest(verification, row);
    if (typeof place !== "string") problems.add(place);
    else {
      counters.hashed++;
      yield { subject: row, job: hashJob(verification, row, place) };
    }
  }
}

/** Expects what a Manifest, which is the same one, said the last time, if that is remembered. */
function takeRemembered(loader: Loader, row: number): boolean {
  const { counters, table } = loader.verification;
  const group = table.groups.of(row);
  if (!group.usable) return false;
  table.mark(row, ROW.verified);
  counters.manifests++;
  for (const manifest of table.expectGroup(group)) name(loader, manifest);
  counters.totalFiles = table.expectedCount - loader.count;
  return true;
}

function name(loader: Loader, row: number): void {
  const { table } = loader.verification;
  if (table.is(row, ROW.named)) return;
  table.mark(row, ROW.named);
  loader.named.push(row);
  loader.count++;
}

/** Takes over what a Manifest says. */
function register(loader: Loader, manifest: number, { count, others, takeFiles }: Entries): void {
  const { counters, ignored, problems, table } = loader.verification;
  const group = table.groups.of(manifest);
  const tooMany = (what: string) => problems.add(problem("too-large", table.names.pathOf(manifest), what));
  if (table.expectedCount + count > LIMITS.entries) return tooMany(`The tree has more than ${LIMITS.entries} entries`);
  for (const entry of others) if (entry.kind === "ignore") ignored.add(entry.path);
  // What it says besides naming files is not remembered.
  if (others.length > 0) group.complete = false;
  takeFiles(table, (row, demand) => {
    const conflict = table.expect(row, demand, group);
    if (conflict !== undefined) problems.add(problem("conflict", table.names.pathOf(row), conflict));
    if (demand.tag === "MANIFEST") name(loader, row);
  });
  counters.totalFiles = table.expectedCount - loader.count;
  if (loader.count > LIMITS.manifests) {
    loader.named.length = 0;
    tooMany(`The tree has more than ${LIMITS.manifests} Manifests`);
  }
}

function refusal({ table }: Verification, row: number): Problem | undefined {
  const path = table.names.pathOf(row);
  const refused = unsupportedCompression(path) ?? digestPolicyProblem(table, row);
  if (refused !== undefined || table.sizeOf(row) <= LIMITS.storedManifestBytes) return refused;
  return problem("too-large", path, `Larger than ${LIMITS.storedManifestBytes} bytes`);
}

/** Where the Manifest really is, from the root. */
function findManifest({ ignored, locator, table }: Verification, row: number): string | Problem {
  const path = table.names.pathOf(row);
  if (table.is(row, ROW.present)) return path;
  const place = locator.locate(path);
  if (place.kind === "escape") return problem("symlink-escape", path, place.message);
  if (place.kind === "io") return problem("io", path, "Cannot be read", { actual: place.errno });
  if (place.kind === "missing") return problem("manifest-mismatch", path, "This Manifest is listed but not there");
  if (place.type !== "file") {
    return problem("manifest-mismatch", path, "This Manifest is no regular file", { actual: place.type });
  }
  if (place.isThroughLink && isUnverified(ignored, place.path)) {
    return problem("symlink-escape", path, "Leads to a part of the tree that is not verified");
  }
  return place.path;
}

function mismatch({ table }: Verification, row: number, failure: HashFailure): Problem {
  const found = failureProblem(table, row, failure);
  if (found.code === "io") return found;
  const message = `This Manifest is not the listed one: ${found.message}`;
  return { ...found, code: "manifest-mismatch", message, ...(table.isAltered(row) && { altered: true }) };
}

/** Reads the right bytes of a Manifest; what it returns is awaited before the next one. */
function load(loader: Loader, row: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> | undefined {
  const { verification, plain } = loader;
  const { counters, problems, table } = verification;
  table.mark(row, ROW.verified);
  counters.manifests++;
  const contents = manifestContents(table, { manifest: row, bytes }, plain);
  switch (contents.kind) {
    case "wrong":
      problems.add(...contents.problems);
      return undefined;
    case "entries":
      register(loader, row, contents);
      return undefined;
    case "signed":
      return loadSigned(loader, row, contents.bytes);
  }
}

async function loadSigned(loader: Loader, row: number, bytes: Uint8Array): Promise<void> {
  const { problems, table } = loader.verification;
  const path = table.names.pathOf(row);
  // It is checked each time: a key may be revoked.
  table.groups.of(row).complete = false;
  const signed = await signedText(bytes, path, loader.verification);
  if ("problem" in signed) return problems.add(signed.problem);
  const contents = parsedContents(signed.text, path);
  if (contents.kind === "entries") register(loader, row, contents);
  else if (contents.kind === "wrong") problems.add(...contents.problems);
}
