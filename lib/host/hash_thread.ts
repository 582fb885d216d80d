import type {
  DirectoryJob,
  DirectoryReport,
  HashBatch,
  HashReport,
  Listing,
  ListingJob,
  NameSums,
  SumJob,
} from "./hash_pool.ts";
import { joinedProgram, startTextWorker } from "./text_worker.ts";
import checkDirectoriesText from "./check_directories.js" with { type: "text" };
import compareLinesText from "./compare_lines.js" with { type: "text" };
import hashFilesText from "./hash_files.js" with { type: "text" };
import hashWorkerText from "./hash_worker.js" with { type: "text" };
import listDirectoriesText from "./list_directories.js" with { type: "text" };
import lineRunsText from "./line_runs.js" with { type: "text" };
import listTreeText from "./list_tree.js" with { type: "text" };
import openFlagsText from "./open_flags.js" with { type: "text" };
import sumNamesText from "./sum_names.js" with { type: "text" };

/** One thread that hashes. */
export interface HashThread {
  check(batch: HashBatch): Promise<HashReport>;
  list(job: ListingJob): Promise<Listing>;
  checkDirectories(job: DirectoryJob): Promise<DirectoryReport>;
  sumNames(job: SumJob): Promise<NameSums["sums"]>;
  /** Questions that it has not answered yet. */
  waiting(): number;
  end(): void;
}

/** Starts one in a worker of its own. */
export function startHashThread(): HashThread {
  const worker = startTextWorker(hashProgram(), "rcusync hash worker", {
    onMessage: (event: MessageEvent<Answer>) => thread.answer(event.data),
    onError: (error) => thread.fail(error),
  });
  const thread = hashThread(worker);
  return thread;
}

/** What a worker that hashes runs. */
export function hashProgram(): string {
  const listing = [openFlagsText, listTreeText, listDirectoriesText, sumNamesText];
  const hashing = [lineRunsText, compareLinesText, hashFilesText, checkDirectoriesText];
  return joinedProgram(...listing, ...hashing, hashWorkerText);
}

type Answer = HashReport | Listing | NameSums | DirectoryReport;

/** A worker with the {@linkcode hashProgram} as a thread of a pool; who started it passes on what comes from it. */
export function hashThread(
  worker: Pick<Worker, "postMessage" | "terminate">,
): HashThread & { answer(answer: Answer): void; fail(error: Error): void } {
  // Answers come in the order of the questions.
  const pending: PromiseWithResolvers<Answer>[] = [];
  const broken: Error[] = [];
  const ask = (question: HashBatch | ListingJob | SumJob | DirectoryJob) => {
    const answer = Promise.withResolvers<Answer>();
    if (broken[0] !== undefined) return Promise.reject<Answer>(broken[0]);
    pending.push(answer);
    worker.postMessage(question);
    return answer.promise;
  };
  return {
    async check(batch) {
      const answer = await ask(batch);
      if ("failures" in answer) return answer;
      throw new TypeError("A thread does something else where it is to hash");
    },
    async list(job) {
      const answer = await ask(job);
      if ("counts" in answer) return answer;
      throw new TypeError("A thread does something else where it is to list");
    },
    async checkDirectories(job) {
      const answer = await ask(job);
      if ("odd" in answer) return answer;
      throw new TypeError("A thread does something else where it is to check directories");
    },
    async sumNames(job) {
      const answer = await ask(job);
      if ("sums" in answer) return answer.sums;
      throw new TypeError("A thread does something else where it is to add up names");
    },
    waiting: () => pending.length,
    end: () => worker.terminate(),
    answer: (answer) => pending.shift()?.resolve(answer),
    fail: (error) => {
      broken.push(error);
      pending.splice(0).forEach(({ reject }) => reject(error));
    },
  };
}
