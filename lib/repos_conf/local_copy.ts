import { join } from "@std/path";
import { errnoOf } from "../base/errno.ts";
import { printable, quoted } from "../base/printable.ts";
import { resolveWithin } from "../host/resolve.ts";
import { cleanRepoName } from "./repo_name.ts";
import type { ConfigFileSystem } from "./walk_config.ts";
import { wordsOf } from "./white_space.ts";

/** What the tree at a location says about itself. */
export interface LocalCopy {
  /** `undefined` when it does not say. */
  readonly name: string | undefined;
  readonly aliases: readonly string[];
  /** `undefined` when it does not say; `[]` when it says that there are none. */
  readonly masters: readonly string[] | undefined;
  readonly warnings: readonly string[];
}

/** A file that describes a repository is no longer than this. */
const MAX_BYTES = 1 << 20;

/** Reads `profiles/repo_name` and `metadata/layout.conf`; what cannot be read counts as absent, with a warning. */
export function readLocalCopy(files: ConfigFileSystem, root: string, location: string): LocalCopy {
  const warnings: string[] = [];
  const read = (path: string) => {
    try {
      return readPlainFile(files, root, join(location, path));
    } catch (error) {
      if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
      warnings.push(`Cannot read ${quoted(join(location, path))}: ${printable(error.message)}`);
      return undefined;
    }
  };
  const layout = parseLayout(read("metadata/layout.conf") ?? "");
  const ownName = layout.get("repo-name") || read("profiles/repo_name")?.split(/\r\n|\r|\n/)[0];
  const masters = layout.get("masters");
  return {
    name: ownName === undefined ? undefined : cleanRepoName(ownName, location),
    aliases: wordsOf(layout.get("aliases") ?? ""),
    masters: masters === undefined ? undefined : wordsOf(masters),
    warnings,
  };
}

/** A mirror may send a fifo or a huge file under these names: neither is opened. */
function readPlainFile(files: ConfigFileSystem, root: string, path: string): string | undefined {
  const real = resolveWithin(files, root, path);
  const stat = files.stat(real);
  return stat?.type === "file" && stat.size <= MAX_BYTES ? files.readText(real) : undefined;
}

function parseLayout(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return new Map(
    lines.filter((line) => line.includes("=") && !line.startsWith("#")).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
    }),
  );
}
