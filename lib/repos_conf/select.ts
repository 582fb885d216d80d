import { Fault } from "../base/fault.ts";
import { nearestWord } from "../base/nearest_word.ts";
import { quoted } from "../base/printable.ts";
import type { Configuration } from "./configuration.ts";
import { repositoriesNamed } from "./find_repository.ts";
import { isLeftToPortage } from "./left_to_portage.ts";
import type { Repository } from "./repository.ts";

type Configured = Pick<Configuration, "repositories" | "rejected">;

/**
 * The repositories to work on, each once, in the order of the configuration.
 *
 * Without names those that sync automatically: `auto-sync` is on and there is a sync-type, which is not one that
 * other programs are for. With names those that answer to them, by section, real name or alias. A repository
 * with faults stays in: to sync it reports them, and does not stop the others.
 *
 * @throws {Fault} `configuration` when a name is nobody's, or that of a section that is no repository.
 */
export function selectRepositories(configuration: Configured, names: readonly string[]): readonly Repository[] {
  const { repositories } = configuration;
  if (names.length === 0) {
    return repositories.filter((repository) => syncsAutomatically(repository) && !isLeftToPortage(repository));
  }
  const selected = new Set(names.flatMap((name) => needNamed(configuration, name)));
  return repositories.filter((repository) => selected.has(repository));
}

/** What {@linkcode selectRepositories} passed over that somebody may miss, one line each. */
export function selectionWarnings(configuration: Configured, names: readonly string[]): readonly string[] {
  if (names.length > 0) return [];
  const skipped = configuration.repositories.filter((repository) =>
    syncsAutomatically(repository) && isLeftToPortage(repository)
  );
  return [
    ...skipped.map(({ section, syncType }) =>
      `Repository ${quoted(section)} is skipped: its sync-type is ${syncType}, and rcusync syncs by rsync only`
    ),
    ...configuration.rejected.map(({ fault }) => `${fault.message}; it is skipped`),
  ];
}

function syncsAutomatically({ autoSync, syncType }: Repository): boolean {
  return autoSync && syncType !== undefined;
}

function needNamed({ repositories, rejected }: Configured, name: string): readonly Repository[] {
  const found = repositoriesNamed(repositories, name);
  if (found.length > 0) return found;
  const fault = rejected.find(({ section }) => section === name)?.fault;
  if (fault !== undefined) throw fault;
  const known = repositories.flatMap((repository) => [repository.section, repository.name, ...repository.aliases]);
  throw new Fault("configuration", `There is no repository ${quoted(name)}`, { hint: unknownNameHint(name, known) });
}

function unknownNameHint(name: string, known: readonly string[]): string {
  if (known.length === 0) return "Write a section for it into /etc/portage/repos.conf";
  const nearest = nearestWord(name, known);
  return nearest === undefined ? "See which there are: rcusync list" : `The nearest known one is ${quoted(nearest)}`;
}
