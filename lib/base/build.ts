import manifest from "../../deno.json" with { type: "json" };

/** What this program was built from. */
export interface Build {
  readonly version: string;
  /** The commit, with `-dirty` after it when the tree had changes; absent when run from a checkout. */
  readonly commit?: string;
  /** When that commit was made, ISO 8601 in UTC; absent when run from a checkout. */
  readonly date?: string;
}

/** The build of this program. `scripts/compile` puts a module that knows more in this one's place. */
export const BUILD: Build = { version: manifest.version };
