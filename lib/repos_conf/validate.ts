import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import { holds, meet, type Places, placesOf, targetOf } from "./places.ts";
import type { Repository } from "./repository.ts";
import type { ConfigFileSystem } from "./walk_config.ts";

interface Placed extends Places {
  readonly repository: Repository;
  readonly target: string;
}

/** Adds to each repository the faults that lie between its own paths, or between its paths and another's. */
export function withCrossChecks(files: ConfigFileSystem, repositories: readonly Repository[]): Repository[] {
  const placed = repositories.map((repository): Placed => ({
    repository,
    target: targetOf(files, repository),
    ...placesOf(files, repository),
  }));
  return placed.map((one) => {
    const others = placed.filter((other) => other !== one);
    const found = [...ownFaults(one), ...others.flatMap((other) => faultsBetween(one, other))];
    return { ...one.repository, faults: [...one.repository.faults, ...found] };
  });
}

function ownFaults(one: Placed): Fault[] {
  if (!overlap(one, one)) return [];
  const paths = `the store ${storeText(one)} and the location ${quoted(one.repository.location)}`;
  return [
    new Fault("configuration", `Repository ${quoted(one.repository.section)}: ${paths} lie within one another`, {
      hint: "Write sync-rcu-store-dir = DIR, a directory outside of the location that does not hold it",
    }),
  ];
}

function faultsBetween(one: Placed, other: Placed): Fault[] {
  const faults: Fault[] = [];
  if (sameLocation(one, other)) {
    const path = quoted(one.repository.location);
    faults.push(between(one, other, `have the same location ${path}`, "Give each a location of its own"));
  }
  if (holds(one.store, other.store) || holds(other.store, one.store)) {
    const stores = meet(one.store, other.store)
      ? `share the store ${storeText(one)}`
      : `have stores within one another, ${storeText(one)} and ${storeText(other)}`;
    faults.push(between(one, other, stores, "Write another sync-rcu-store-dir for one of them"));
  }
  for (const [store, location] of [[one, other], [other, one]] as const) {
    if (!overlap(store, location)) continue;
    const paths = `the store ${storeText(store)} and the location ${quoted(location.repository.location)}`;
    const hint = `Write another sync-rcu-store-dir for ${quoted(store.repository.section)}`;
    faults.push(between(one, other, `get into each other's way: ${paths} lie within one another`, hint));
  }
  return faults;
}

/** Two links that lead into one store are told apart by the stores. */
function sameLocation(one: Placed, other: Placed): boolean {
  return meet(one.location, other.location) || one.target === other.target;
}

/** Whether syncing into one would write into the other. A location that is a link into the store is as it should be. */
function overlap({ store }: Placed, { location, target }: Placed): boolean {
  return holds(store, location) || holds([...location, target], store);
}

function storeText({ store }: Placed): string {
  return quoted(store[0] ?? "");
}

function between(one: Placed, other: Placed, reason: string, hint: string): Fault {
  const names = `${quoted(one.repository.section)} and ${quoted(other.repository.section)}`;
  return new Fault("configuration", `Repositories ${names} ${reason}`, { hint });
}
