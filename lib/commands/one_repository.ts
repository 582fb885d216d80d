import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Configuration } from "../repos_conf/configuration.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { selectRepositories } from "../repos_conf/select.ts";

/**
 * The repository of that name.
 *
 * @throws {Fault} `configuration` when none or several answer to it.
 */
export function oneRepository(configuration: Configuration, name: string): Repository {
  const [repository, another] = selectRepositories(configuration, [name]);
  if (repository !== undefined && another === undefined) return repository;
  throw new Fault("configuration", `Several repositories answer to ${quoted(name)}`, {
    hint: "Use the name of its section in repos.conf",
  });
}
