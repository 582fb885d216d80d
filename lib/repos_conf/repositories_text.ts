import type { Repository } from "./repository.ts";

/**
 * Writes repositories in the dialect of repos.conf, for the environment variable PORTAGE_REPOSITORIES of children. A
 * `%` is doubled, so that it means itself.
 *
 * @param trees by section, the trees that are read in place of the locations. Such a repository loses the options that
 *   are about syncing: what a child reads there is not for it to replace.
 */
export function repositoriesText(
  repositories: readonly Repository[],
  trees: ReadonlyMap<string, string> = new Map(),
): string {
  const mainRepo = repositories.map(({ options }) => options.get("main-repo")?.value).find((name) =>
    name !== undefined
  );
  // Portage looks for it in [DEFAULT] alone, where every section has it from.
  const defaults = mainRepo === undefined ? [] : [`[DEFAULT]\nmain-repo = ${asValue(mainRepo)}`];
  const sections = repositories.map((repository) => sectionText(repository, trees.get(repository.section)));
  return [...defaults, ...sections].join("\n\n") + "\n";
}

function sectionText({ section, locationInside, options }: Repository, tree: string | undefined): string {
  const lines = [...options]
    .filter(([key]) => key !== "location" && key !== "main-repo")
    .filter(([key]) => tree === undefined || !/^(?:auto-)?sync(?:-|$)/.test(key))
    .map(([key, { value }]) => `${key} = ${asValue(value)}`);
  return [`[${section}]`, `location = ${asValue(tree ?? locationInside)}`, ...lines].join("\n");
}

/** Further lines of a value are indented, or they would be options of their own. */
function asValue(value: string): string {
  return value.replaceAll("%", "%%").replaceAll("\n", "\n  ");
}
