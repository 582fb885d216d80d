import type { Flags, FlagValues } from "./flag.ts";

/** The flags that every command understands, before and after the command's name. */
export const EVERYWHERE_FLAGS = {
  "dry-run": { kind: "switch", short: "n", description: "Print what would be done; change nothing" },
  quiet: { kind: "switch", short: "q", description: "Print results and errors alone; on success, sync prints nothing" },
  verbose: { kind: "count", short: "v", description: "Print more; may be given more than once" },
  json: { kind: "switch", description: "Print one JSON document; for sync, one JSON object a line" },
  color: {
    kind: "choice",
    placeholder: "WHEN",
    choices: ["auto", "always", "never"],
    default: "auto",
    description: "Use colours: on terminals (auto), always or never",
  },
  root: { kind: "directory", placeholder: "DIR", description: "Work on the system under DIR" },
  "config-root": { kind: "directory", placeholder: "DIR", description: "Read the configuration under DIR" },
  "repos-conf": {
    kind: "path",
    placeholder: "PATH",
    description: "Read PATH, a file or a directory, in place of the system's repos.conf",
  },
  help: { kind: "switch", short: "h", description: "Print help and exit" },
  version: { kind: "switch", description: "Print the version and exit" },
} as const satisfies Flags;

/** The values of {@linkcode EVERYWHERE_FLAGS}. */
export type EverywhereValues = FlagValues<typeof EVERYWHERE_FLAGS>;

/** How much is said. */
export type Verbosity = "quiet" | "normal" | "verbose";

/** How much the user wants to hear; `-v` outweighs `-q`. */
export function verbosityOf(values: Pick<EverywhereValues, "quiet" | "verbose">): Verbosity {
  if (values.verbose > 0) return "verbose";
  return values.quiet ? "quiet" : "normal";
}
