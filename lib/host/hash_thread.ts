import type {
  DirectoryJob,
  DirectoryReport,
  HashBatch,
  HashReport,
  Listing,
  ListingJob,
  NameSums,
  SumJob,
} from "./hash_messages.ts";
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

type Question = HashBatch | ListingJob | SumJob | DirectoryJob;

type Answer = HashReport | Listing | NameSums | DirectoryReport;

/** A worker with the {@linkcode hashProgram} as a thread of a pool; who started it passes on what comes from it. */
export function hashThread(
  worker: Pick<Worker, "postMessage" | "terminate">,
): HashThread & { answer(answer: Answer): void; fail(error: Error): void } {
  // Answers come in the order of the questions.
  const pending: PromiseWithResolvers<Answer>[] = [];
  let broken: Error | undefined;
  const ask = async <T extends Answer>(question: Question, isIt: (answer: Answer) => answer is T): Promise<T> => {
    if (broken !== undefined) throw broken;
    const asked = Promise.withResolvers<Answer>();
    pending.push(asked);
    worker.postMessage(question);
    const answer = await asked.promise;
    if (isIt(answer)) return answer;
    throw new TypeError("A thread does something else than it was asked for");
  };
  return {
    check: (batch) => ask(batch, (answer) => "failures" in answer),
    list: (job) => ask(job, (answer) => "counts" in answer),
    checkDirectories: (job) => ask(job, (answer) => "odd" in answer),
    sumNames: async (job) => (await ask(job, (answer) => "sums" in answer)).sums,
    waiting: () => pending.length,
    end: () => worker.terminate(),
    answer: (answer) => pending.shift()?.resolve(answer),
    fail: (error) => {
      broken = error;
      pending.splice(0).forEach(({ reject }) => reject(error));
    },
  };
}

/** The thread with the fewest questions left to answer; there is one at least. */
export function leastBusy(threads: readonly HashThread[]): HashThread {
  return threads.reduce((a, b) => b.waiting() < a.waiting() ? b : a);
}
