import { quoted } from "../base/printable.ts";
import { repositoriesNamed } from "./find_repository.ts";
import type { Repository } from "./repository.ts";
import type { ParsedSection } from "./to_repository.ts";

/** What the main repository has for a priority when none is set. */
const MAIN_PRIORITY = -1000;

/**
 * Gives each repository the masters that exist, the main repository where nobody says; and the main
 * repository its priority. `warnings` receives a line for each unknown master.
 */
export function withMasters(
  sections: readonly ParsedSection[],
  mainName: string | undefined,
  warnings: string[],
): Repository[] {
  const repositories = sections.map(({ repository }) => repository);
  const main = mainName === undefined ? undefined : repositoriesNamed(repositories, mainName)[0];
  return sections.map(({ repository, priority, masters }) => {
    const wanted = masters ?? (main === undefined || main === repository ? [] : [main.name]);
    const unknown = wanted.filter((name) => repositoriesNamed(repositories, name).length === 0);
    for (const name of unknown) {
      warnings.push(`Repository ${quoted(repository.section)}: Its master ${quoted(name)} is not configured`);
    }
    return {
      ...repository,
      priority: priority ?? (repository === main ? MAIN_PRIORITY : 0),
      masters: wanted.filter((name) => !unknown.includes(name)),
    };
  });
}
