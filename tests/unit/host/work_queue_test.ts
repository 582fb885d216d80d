import { assertEquals, assertRejects } from "@std/assert";
import type { HashThread } from "../../../lib/host/hash_thread.ts";
import { type SharedWork, WorkQueue } from "../../../lib/host/work_queue.ts";

/** A thread that answers when it is told to; what it is asked are numbers. */
function testThread() {
  const asked: { readonly work: number; answer(): void }[] = [];
  const thread = { waiting: () => asked.length } as Partial<HashThread> as HashThread;
  const ask = (work: number): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    asked.push({ work, answer: () => resolve(work) });
    return promise;
  };
  const answer = async () => {
    asked.shift()?.answer();
    // The queue sees to it behind the promise and two that depend on it.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { thread, asked, ask, answer };
}

/** A clock whose turns end when they are told to. */
function testClock() {
  const waiting: (() => void)[] = [];
  const pass = async () => {
    waiting.shift()?.();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { clock: { yield: () => new Promise<void>((resolve) => waiting.push(resolve)) }, pass };
}

function numbered(thread: ReturnType<typeof testThread>, here: number[]) {
  return (work: number): SharedWork<number> => ({
    there: () => thread.ask(work),
    here: () => {
      here.push(work);
      return work;
    },
  });
}

const urgent = { canWait: false };

Deno.test("a thread has two pieces of work, and this one does what is left, one in each turn", async () => {
  const [other, { clock, pass }, here] = [testThread(), testClock(), [] as number[]];
  const queue = new WorkQueue([other.thread], clock);
  const workOn = numbered(other, here);
  const results = [1, 2, 3, 4].map((work) => queue.add(workOn(work), urgent));
  assertEquals([other.asked.map(({ work }) => work), here], [[1, 2], []]);
  await pass();
  assertEquals(here, [3]);
  await other.answer();
  assertEquals(other.asked.map(({ work }) => work), [2, 4]);
  await pass();
  await other.answer();
  await other.answer();
  assertEquals([await Promise.all(results), here], [[1, 2, 3, 4], [3]]);
});

Deno.test("what can wait comes after what cannot, and a thread has more of it at hand", async () => {
  const [other, { clock, pass }, here] = [testThread(), testClock(), [] as number[]];
  const queue = new WorkQueue([other.thread], clock);
  const workOn = numbered(other, here);
  for (let work = 1; work <= 14; work++) void queue.add(workOn(work), { canWait: true });
  assertEquals(other.asked.length, 8);
  void queue.add(workOn(20), urgent);
  await pass();
  assertEquals(here, [20]);
  await pass();
  assertEquals(here, [20, 9]);
});

Deno.test("work that fails, here or there, is told of to who asked for it", async () => {
  const { clock, pass } = testClock();
  const queue = new WorkQueue([], clock);
  const failing = {
    there: () => Promise.reject(new Error("there")),
    here: () => {
      throw new Error("here");
    },
  };
  const here = queue.add(failing, urgent);
  const failed = assertRejects(() => here, Error, "here");
  await pass();
  await failed;
  const thread = { waiting: () => 0 } as Partial<HashThread> as HashThread;
  const other = new WorkQueue([thread], clock);
  // One that never waits would be asked for ever, were there more than one piece.
  await assertRejects(() => other.add(failing, urgent), Error, "there");
});

Deno.test("what was not begun is dropped", async () => {
  const [other, { clock, pass }, here] = [testThread(), testClock(), [] as number[]];
  const queue = new WorkQueue([other.thread], clock);
  const workOn = numbered(other, here);
  for (let work = 1; work <= 4; work++) void queue.add(workOn(work), urgent);
  queue.clear();
  await pass();
  await other.answer();
  assertEquals([other.asked.map(({ work }) => work), here], [[2], []]);
});

Deno.test("two threads share what there is", () => {
  const [one, other] = [testThread(), testThread()];
  const queue = new WorkQueue([one.thread, other.thread], testClock().clock);
  const work = { there: (thread: HashThread) => (thread === one.thread ? one : other).ask(1), here: () => 1 };
  for (let count = 0; count < 6; count++) void queue.add(work, { canWait: true });
  assertEquals([one.asked.length, other.asked.length], [3, 3]);
});
