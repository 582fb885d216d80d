/** What one part of a program imports from another. */
const OWN_IMPORT = /^import .* from "\.\/.*";$/gm;

/** A program out of the texts of its modules, each after those that it imports. They share one scope. */
export function joinedProgram(...modules: readonly string[]): string {
  return modules.map((text) => text.replace(OWN_IMPORT, "")).join("\n");
}

/**
 * Starts a worker from the text of its program, which tells by `name` that it is one: a file beside the caller's would
 * not be there in a bundle, nor a blob URL in a compiled executable.
 *
 * @param program several share the worker, and tell by the messages which of them is meant.
 * @param onError told when the worker breaks down; it is of no use then.
 */
export function startTextWorker(
  program: string | readonly string[],
  name: string,
  { onMessage, onError }: {
    readonly onMessage: (event: MessageEvent) => void;
    readonly onError: (error: Error) => void;
  },
): Worker {
  const worker = new Worker(urlOf(program), { type: "module", name });
  worker.onmessage = onMessage;
  worker.onerror = (event) => {
    event.preventDefault();
    onError(new Error(`The ${name} broke down: ${event.message}`));
  };
  return worker;
}

function urlOf(program: string | readonly string[]): string {
  if (typeof program !== "string") return urlOf(program.map((one) => `import "${urlOf(one)}";\n`).join(""));
  // The types that the program refers to are not beside it there.
  const unchecked = program.replace(/^\/\/ @ts-check$/gm, "");
  return `data:text/javascript,${encodeURIComponent(unchecked)}`;
}
