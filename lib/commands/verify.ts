import { resolve } from "@std/path";
import { asFault, Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { momentText } from "../base/moment.ts";
import {
  type CommandResult,
  type ConfiguredContext,
  defineCommand,
  type Failure,
  type JsonObject,
} from "../cli/command.ts";
import { exitCodeOfRun } from "../cli/exit_code.ts";
import { momentJson } from "../cli/render/json.ts";
import { bytesText, counted, durationText } from "../cli/render/quantity.ts";
import { usageFault } from "../cli/usage_fault.ts";
import type { Block } from "../cli/view.ts";
import { leaseSnapshots } from "../history/lease_snapshots.ts";
import { needCryptography } from "../manifest/cryptography.ts";
import { describeProblem, type Problem } from "../manifest/problem.ts";
import {
  type Rejection,
  type RepositoryToVerify,
  type RepositoryVerdict,
  verifyRepository,
} from "../manifest/verify_repository.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { selectRepositories } from "../repos_conf/select.ts";
import type { VerificationExtent } from "../storage/verification_memory.ts";
import { DEFAULT_FULL_EVERY_DAYS } from "../sync/verified_before.ts";
import { verifyPublished } from "../sync/verify_published.ts";
import { keptKeys } from "../sync/trusted_keys.ts";

/** `rcusync verify [REPO…|--tree DIR]` */
export const verify = defineCommand({
  needs: "configuration",
  description: [
    "Checks the published tree of each repository, or any tree: who signed its Manifest, and every file against the " +
    "Manifests (GLEP 74). Lists all that is wrong, and ends with status 12 when something is.",
    "What an earlier check has read and nobody has written to since is not read again, until --full-every days have " +
    "passed.",
    "Without REPO and --tree: the repositories with sync-rsync-verify-metamanifest = yes. Needs no network: the keys are " +
    "those of sync-openpgp-key-path, with what syncs learnt of them.",
  ],
  positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
  flags: {
    tree: { kind: "directory", placeholder: "DIR", description: "Check the tree at DIR; needs --key" },
    key: { kind: "path", placeholder: "FILE", description: "Trust the public keys in FILE instead" },
    full: { kind: "switch", description: "Read every file, whatever an earlier check has seen of it" },
    "full-every": {
      kind: "integer",
      placeholder: "DAYS",
      minimum: 0,
      default: DEFAULT_FULL_EVERY_DAYS,
      description: `Read every file when that was last done DAYS ago; ${DEFAULT_FULL_EVERY_DAYS} unless given`,
    },
  },
  exitStatuses: [3, 12, 14, 129, 130, 143],
  examples: [
    { line: "rcusync verify gentoo", purpose: "Check what is published" },
    { line: "rcusync verify --tree /srv/gentoo --key release.asc", purpose: "Check a tree of no repository" },
    { line: "rcusync verify --json gentoo", purpose: "For a script: every problem with code, path, expected, found" },
  ],
  run: (context, { flags: { tree, key, full, "full-every": fullEveryDays }, positionals }) =>
    verifyTrees(context, { names: positionals.repositories, tree, key, extent: { full, fullEveryDays } }),
});

interface VerifyRequest {
  readonly names: readonly string[];
  readonly tree: string | undefined;
  readonly key: string | undefined;
  readonly extent: VerificationExtent;
}

async function verifyTrees(context: ConfiguredContext, request: VerifyRequest): Promise<CommandResult> {
  const subjects = subjectsOf(context, request);
  if (subjects.length === 0) {
    context.onNote("Nothing to verify: no repository has sync-rsync-verify-metamanifest = yes");
  }
  const checked: Checked[] = [];
  const failures: Failure[] = [];
  for (const subject of subjects) {
    try {
      const result = await check(context, subject);
      checked.push(result);
      failures.push(...failuresOf(result));
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push({ repository: subject.name, fault: asFault(error) });
    }
  }
  return {
    exitCode: exitCodeOfRun(failures.map(({ fault }) => fault.kind), subjects.length),
    document: { trees: checked.map(toJson) },
    view: checked.flatMap(toBlocks),
    failures,
  };
}

/** A tree to be checked. */
interface Subject {
  /** Of the repository, else the path. */
  readonly name: string;
  /** Finds the tree, and keeps it from being removed until disposed of. */
  open(): Promise<{ readonly path: string } & Disposable>;
  /** @throws {Fault} `configuration` when it names no keys. */
  terms(): Omit<RepositoryToVerify, "tree">;
  verify(tree: RepositoryToVerify & { readonly signal: AbortSignal }): Promise<RepositoryVerdict>;
}

function subjectsOf(context: ConfiguredContext, { names, tree, key, extent }: VerifyRequest): Subject[] {
  const { configuration, system } = context;
  const absolute = (path: string) => resolve(system.environment.currentDir, path);
  const keyPath = key === undefined ? undefined : absolute(key);
  if (tree === undefined) {
    const repositories = names.length > 0
      ? selectRepositories(configuration, names)
      : configuration.repositories.filter(({ verification }) => verification.enabled);
    return repositories.map((repository) => repositorySubject(context, repository, { key: keyPath, extent }));
  }
  if (names.length > 0) throw usageFault('Flag "--tree" and REPO do not go together', "verify");
  if (keyPath === undefined) throw usageFault('Flag "--tree" needs "--key"', "verify");
  const path = absolute(tree);
  if (system.files.stat(path)?.type !== "directory") {
    throw usageFault(`Flag "--tree" takes a directory, and ${quoted(path)} is none`, "verify");
  }
  const open = () => Promise.resolve({ path, [Symbol.dispose]: () => {} });
  return [{ name: path, open, terms: () => ({ keyPath }), verify: (tree) => verifyRepository(system, tree) }];
}

function repositorySubject(
  { signal, system }: ConfiguredContext,
  repository: Repository,
  { key, extent }: Pick<VerifyRequest, "key" | "extent">,
): Subject {
  const { name, location, storage, verification: { jobs, keyPath, maxAgeDays, maxAgeAction } } = repository;
  return {
    name,
    async open() {
      if (storage.kind !== "hardlink_rcu") return { path: location, [Symbol.dispose]: () => {} };
      const leases = await leaseSnapshots(system, [{ repository }], signal);
      const path = leases.leased[0]?.snapshot.path ?? location;
      return { path, [Symbol.dispose]: () => leases[Symbol.dispose]() };
    },
    terms() {
      const [fault] = repository.faults;
      if (fault !== undefined) throw fault;
      const found = key ?? keyPath;
      const keyUpdates = keptKeys(system, repository);
      if (found !== undefined) return { keyPath: found, keyUpdates, jobs, maxAgeDays, maxAgeAction };
      throw new Fault("configuration", `No key is known for ${quoted(name)}`, {
        hint: "Set sync-openpgp-key-path, or give --key FILE",
      });
    },
    verify: (tree) => verifyPublished(system, repository, { ...tree, ...extent }),
  };
}

/** What came of one tree. */
interface Checked {
  readonly name: string;
  readonly path: string;
  readonly verdict: RepositoryVerdict;
  /** Manifests among them. */
  readonly files: number;
  /** Those that were read. */
  readonly hashed: number;
  readonly bytes: number;
  readonly durationMs: number;
}

/** @throws {Fault} `configuration` for a key file that is none, which says nothing against the tree. */
async function check(context: ConfiguredContext, { name, open, terms, verify }: Subject): Promise<Checked> {
  const { signal, system } = context;
  const { keyPath, ...rest } = terms();
  needCryptography(system, name);
  if (system.files.stat(keyPath)?.type !== "file") {
    throw new Fault("configuration", `There is no key file ${quoted(keyPath)}`, { hint: "Name a file of public keys" });
  }
  using tree = await open();
  const startMs = system.clock.monotonicMs();
  let done = { files: 0, manifests: 0, hashed: 0, bytes: 0 };
  const verdict = await verify({
    ...rest,
    keyPath,
    tree: tree.path,
    signal,
    onProgress: (counters) => {
      done = { ...counters };
      showProgress(context, name, counters);
    },
  });
  const durationMs = Math.round(system.clock.monotonicMs() - startMs);
  // Of a tree that is known already, nothing is left to make progress with.
  if (verdict.ok) done = verdict;
  else refuseKeyFile(verdict);
  const { files, manifests, hashed, bytes } = done;
  return { name, path: tree.path, verdict, files: files + manifests, hashed, bytes, durationMs };
}

function refuseKeyFile({ problems }: Rejection): void {
  const problem = problems.find(({ code }) => code === "keyring");
  if (problem === undefined) return;
  throw new Fault("configuration", describeProblem(problem), { hint: "Name a file of public keys" });
}

/** A line on the terminal; with `--json` there is but the document. */
function showProgress(
  { everywhere, onEvent }: ConfiguredContext,
  repository: string,
  { files, totalFiles }: { readonly files: number; readonly totalFiles: number },
): void {
  if (everywhere.json) return;
  const counts = { doneFiles: files, totalFiles, doneBytes: 0, totalBytes: 0 };
  onEvent({ event: "progress", repository, phase: "verify", ...counts });
}

function failuresOf({ name, path, verdict }: Checked): Failure[] {
  if (verdict.ok) return [];
  const message = `${path} does not verify: ${counted(verdict.problemCount, "problem")}`;
  // A tree of no repository is called by its path.
  return [{ ...(name !== path && { repository: name }), fault: new Fault("verification", message) }];
}

function toBlocks({ name, verdict, files, hashed, bytes, durationMs }: Checked): Block[] {
  const counters = `${counted(files, "file")}, ${hashed} read, ${bytesText(bytes)} in ${durationText(durationMs)}`;
  if (!verdict.ok) {
    return [
      { kind: "heading", text: `${name}: ${counted(verdict.problemCount, "problem")}; ${counters}` },
      problemTable(verdict.problems),
    ];
  }
  const signers = verdict.signedBy.map(({ primaryFingerprint }) => primaryFingerprint).join(", ");
  const made = momentText(verdict.timestampMs);
  return [
    { kind: "heading", text: `${name}: verified; ${counters}` },
    { kind: "pairs", pairs: [["made", made], ["signed by", signers]] },
    ...verdict.warnings.map((text): Block => ({ kind: "paragraph", text, tone: "warning" })),
  ];
}

function problemTable(problems: readonly Problem[]): Block {
  return {
    kind: "table",
    columns: [{ title: "PROBLEM" }, { title: "WHERE AND WHY" }],
    rows: problems.map((problem) => [{ text: problem.code, tone: "bad" }, describeProblem(problem)]),
  };
}

function toJson({ name, path, verdict, files, hashed, bytes, durationMs }: Checked): JsonObject {
  const common = { name, path, ok: verdict.ok, files, hashed, bytes, seconds: durationMs / 1000 };
  if (!verdict.ok) {
    return { ...common, problemCount: verdict.problemCount, problems: verdict.problems.map(problemJson) };
  }
  const signedBy = verdict.signedBy.map(({ primaryFingerprint, signerFingerprint, signatureMs }) => ({
    primary: primaryFingerprint,
    signer: signerFingerprint,
    signed: momentJson(signatureMs),
  }));
  const { timestampMs, warnings } = verdict;
  return { ...common, problemCount: 0, problems: [], timestamp: momentJson(timestampMs), signedBy, warnings };
}

function problemJson({ code, path, line, message, expected, actual }: Problem): JsonObject {
  return {
    code,
    path,
    ...(line !== undefined && { line }),
    message,
    expected: expected ?? null,
    found: actual ?? null,
  };
}
