/**
 * Starts a worker from the text of its program, which tells by `name` that it is one: a file beside the caller's would not
 * be there in a bundle, nor a blob URL in a compiled executable.
 *
 * @param onError told when the worker breaks down; it is of no use then.
 */
export function startTextWorker(
  program: string,
  name: string,
  { onMessage, onError }: {
    readonly onMessage: (event: MessageEvent) => void;
    readonly onError: (error: Error) => void;
  },
): Worker {
  // The types that the program refers to are not beside it there.
  const unchecked = program.replace(/^\/\/ @ts-check$/m, "");
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(unchecked)}`, { type: "module", name });
  worker.onmessage = onMessage;
  worker.onerror = (event) => {
    event.preventDefault();
    onError(new Error(`The ${name} broke down: ${event.message}`));
  };
  return worker;
}
