import type { HashJob } from "../host/hash_pool.ts";
import { type Check, checkBatches } from "./check_batches.ts";
import { unsupportedCompression } from "./decompress.ts";
import type { Entry } from "./entry.ts";
import type { ExpectedFile } from "./expected_files.ts";
import { digestPolicyProblem, failureProblem, hashJob } from "./hash_check.ts";
import { isUnverified } from "./ignored_paths.ts";
import { LIMITS } from "./limits.ts";
import { parseManifest } from "./parse.ts";
import { type Problem, problem } from "./problem.ts";
import { subManifestText } from "./sub_manifest.ts";
import type { Verification } from "./verification.ts";

/** A sub-Manifest that an entry names. */
interface Named {
  readonly path: string;
  readonly file: ExpectedFile;
}

/**
 * Reads every sub-Manifest, level by level from the entries of the top-level one, and gathers what they expect and
 * ignore. Nothing of a Manifest is decompressed or parsed before all its digests are right, and what is parsed are
 * the bytes that were hashed (section 6).
 */
export async function loadManifests(verification: Verification, top: readonly Entry[]): Promise<void> {
  const { pool, problems, signal, system } = verification;
  const known = new Set<string>();
  let level = register(verification, top, { known, path: "Manifest" });
  for (let depth = 1; level.length > 0; depth++) {
    const next: Named[] = [];
    if (depth > LIMITS.nesting) {
      problems.add(problem("too-large", level[0]?.path ?? "", `Manifests are nested more than ${LIMITS.nesting} deep`));
      return;
    }
    await checkBatches(system, checksOf(verification, level), {
      pool,
      signal,
      onReport: async (batch, report) => {
        verification.counters.bytes += report.bytes;
        const failed = new Map(report.failures.map((failure) => [failure.index, failure]));
        const contents = report.contents.values();
        for (const [index, named] of batch.entries()) {
          const failure = failed.get(index);
          if (failure !== undefined) problems.add(mismatch(verification, named, failure));
          else next.push(...await load(verification, named, contents.next().value ?? new Uint8Array(), known));
        }
        verification.onProgress(verification.counters);
      },
    });
    level = next;
  }
}

/** Takes over the entries of a Manifest; returns the Manifests that it names and nobody named before. */
function register(
  { expected, ignored, counters, problems }: Verification,
  entries: readonly Entry[],
  { known, path }: { readonly known: Set<string>; readonly path: string },
): Named[] {
  const named: Named[] = [];
  if (expected.count + entries.length > LIMITS.entries) {
    problems.add(problem("too-large", path, `The tree has more than ${LIMITS.entries} entries`));
    return named;
  }
  for (const entry of entries) {
    if (entry.kind === "ignore") ignored.add(entry.path);
    if (entry.kind !== "file") continue;
    const conflict = expected.add(entry);
    if (conflict !== undefined) problems.add(problem("conflict", entry.path, conflict));
    if (entry.tag !== "MANIFEST" || known.has(entry.path)) continue;
    known.add(entry.path);
    const file = expected.get(entry.path);
    if (file !== undefined) named.push({ path: entry.path, file });
  }
  counters.totalFiles = expected.count - known.size;
  if (known.size <= LIMITS.manifests) return named;
  problems.add(problem("too-large", path, `The tree has more than ${LIMITS.manifests} Manifests`));
  return [];
}

function* checksOf(verification: Verification, level: readonly Named[]): Iterable<Check<Named>> {
  for (const named of level) {
    const { path, file } = named;
    const refused = unsupportedCompression(path) ?? digestPolicyProblem(path, file) ?? sizeProblem(named);
    const place = refused ?? findManifest(verification, path);
    if (typeof place !== "string") verification.problems.add(place);
    else yield { subject: named, job: { ...readJob(verification, named, place), keep: true } };
  }
}

/** A Manifest that is known to be right is read without being hashed. */
function readJob(verification: Verification, named: Named, place: string): HashJob {
  const { path, file } = named;
  const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (place === path && verification.recognition?.unknown(directory, [named]).length === 0) {
    return { path: `${verification.root}/${path}`, size: file.size, algorithms: "", digests: "" };
  }
  verification.counters.hashed++;
  return hashJob(verification, path, file, place);
}

function sizeProblem({ path, file }: Named): Problem | undefined {
  if (file.size <= LIMITS.storedManifestBytes) return undefined;
  return problem("too-large", path, `Larger than ${LIMITS.storedManifestBytes} bytes`);
}

/** Where the Manifest really is, from the root. */
function findManifest({ ignored, locator }: Verification, path: string): string | Problem {
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

function mismatch(
  { expected, recognition }: Verification,
  { path, file }: Named,
  failure: Parameters<typeof failureProblem>[2],
): Problem {
  const found = failureProblem(path, file, failure, expected.digestsOf(path));
  if (found.code === "io") return found;
  const message = `This Manifest is not the listed one: ${found.message}`;
  return { ...found, code: "manifest-mismatch", message, ...(recognition?.isAltered(path) && { altered: true }) };
}

/** Reads the right bytes of a Manifest. */
async function load(
  verification: Verification,
  { path, file }: Named,
  bytes: Uint8Array,
  known: Set<string>,
): Promise<Named[]> {
  file.verified = true;
  verification.counters.manifests++;
  const text = await subManifestText(bytes, path, verification);
  if ("problem" in text) return refuse(verification, [text.problem]);
  const { entries, problems } = parseManifest(text.text, path);
  if (problems.length > 0) return refuse(verification, problems);
  return register(verification, entries, { known, path });
}

function refuse({ problems }: Verification, found: readonly Problem[]): Named[] {
  problems.add(...found);
  return [];
}
