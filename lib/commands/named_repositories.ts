import type { Configuration } from "../repos_conf/configuration.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { selectRepositories } from "../repos_conf/select.ts";

/**
 * The repositories that were named; all, whether they auto-sync or not, when none was.
 *
 * @throws {Fault} when a name is unknown.
 */
export function namedOrAll(configuration: Configuration, names: readonly string[]): readonly Repository[] {
  return names.length === 0 ? configuration.repositories : selectRepositories(configuration, names);
}
