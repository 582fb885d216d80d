import type { Configuration } from "./configuration.ts";
import { repositoriesNamed } from "./find_repository.ts";
import type { Repository } from "./repository.ts";

/**
 * The order to sync in: batches one after the other, the repositories of one batch in any order or at once.
 *
 * A repository comes in a later batch than those of its masters that are in `repositories` too. Within a batch
 * the order of `repositories` is kept (by priority, then by name; Portage happens to reverse it). Where masters
 * go round in a circle, the first repository in line goes alone, before its masters. Each comes exactly once.
 */
export function syncOrder(
  configuration: Pick<Configuration, "repositories">,
  repositories: readonly Repository[],
): readonly (readonly Repository[])[] {
  const mastersOf = (repository: Repository) =>
    repository.masters.flatMap((name) => repositoriesNamed(configuration.repositories, name))
      .filter((master) => master !== repository);
  const batches: (readonly Repository[])[] = [];
  for (let waiting = [...new Set(repositories)]; waiting.length > 0;) {
    const ready = waiting.filter((repository) => !mastersOf(repository).some((master) => waiting.includes(master)));
    const batch = ready.length > 0 ? ready : waiting.slice(0, 1);
    batches.push(batch);
    waiting = waiting.filter((repository) => !batch.includes(repository));
  }
  return batches;
}
