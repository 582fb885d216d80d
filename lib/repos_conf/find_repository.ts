import type { Repository } from "./repository.ts";

/**
 * The repositories that answer to `name`: by section, else by their real name, else by an alias. A section
 * comes first since names and aliases may come from a mirror, and must not take over another repository.
 */
export function repositoriesNamed(repositories: readonly Repository[], name: string): readonly Repository[] {
  const ways = [
    (repository: Repository) => repository.section === name,
    (repository: Repository) => repository.name === name,
    (repository: Repository) => repository.aliases.includes(name),
  ];
  return ways.map((way) => repositories.filter(way)).find((found) => found.length > 0) ?? [];
}
