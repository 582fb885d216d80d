import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { System } from "../host/system.ts";
import type { StoreLayout } from "../store/layout.ts";
import { lostLatest } from "../store/lost_latest.ts";
import { locationState } from "./rcu_location.ts";
import type { RcuRepository } from "./rcu_repository.ts";

/** The fault, of kind `store`, of a repository that has no latest snapshot: it says what makes it have one. */
export function noLatest({ files }: Pick<System, "files">, repository: RcuRepository, layout: StoreLayout): Fault {
  const { name, location } = repository;
  const lost = lostLatest(files, layout);
  if (lost !== undefined) {
    return new Fault("store", `Repository ${quoted(name)} has no latest snapshot: ${lost.what}`, {
      hint: `Run: rcusync rollback ${name} ${lost.newest}`,
    });
  }
  const message = `Repository ${quoted(name)} has no snapshot in ${quoted(layout.dir)}`;
  // A sync would make it one, too, but only when the mirror has something new.
  return locationState({ files }, repository).kind === "tree"
    ? new Fault("store", `${message}: ${location} is a plain directory`, {
      hint: `Run: rcusync migrate ${name} --to rcu`,
    })
    : new Fault("store", message, { hint: `Run: rcusync sync ${name}` });
}
