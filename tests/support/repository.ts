import type { Configuration } from "../../lib/repos_conf/configuration.ts";
import type { HardlinkRcuSettings, Repository } from "../../lib/repos_conf/repository.ts";

/** A repository like `[gentoo]` with nothing but a location and a mirror, changed as told. */
export function repositoryWith(changes: Partial<Repository> = {}): Repository {
  const name = changes.name ?? "gentoo";
  return {
    section: name,
    name,
    aliases: [],
    location: `/nowhere/${name}`,
    locationInside: `/nowhere/${name}`,
    root: "/",
    storage: { kind: "hardlink_quarantine" },
    syncType: "rsync",
    syncUri: `rsync://localhost/${name}`,
    autoSync: true,
    priority: 0,
    masters: [],
    volatile: undefined,
    strategy: "auto",
    hooksOnlyOnChange: false,
    user: undefined,
    usersync: false,
    umask: undefined,
    rsync: { extraOpts: [], vcsIgnore: false },
    verification: {
      enabled: false,
      jobs: undefined,
      maxAgeDays: 0,
      maxAgeAction: "warn",
      keyPath: undefined,
      keyserver: undefined,
      keyRefresh: "true",
      keyRefreshRetry: {
        count: undefined,
        overallTimeoutSeconds: undefined,
        delayExpBase: undefined,
        delayMaxSeconds: undefined,
        delayMult: undefined,
      },
    },
    options: new Map(),
    faults: [],
    ...changes,
  };
}

/** RCU with its defaults and the store at `storeDir`. */
export function rcuStorage(storeDir: string): HardlinkRcuSettings {
  return {
    kind: "hardlink_rcu",
    storeDir,
    storeDirInside: storeDir,
    spareSnapshots: 1,
    ttlDays: 7,
    linkStyle: "absolute",
    recycle: true,
    gcInUse: "keep",
  };
}

/** A configuration of these repositories and nothing else, changed as told. */
export function configurationOf(
  repositories: readonly Repository[],
  changes: Partial<Configuration> = {},
): Configuration {
  return {
    repositories,
    rejected: [],
    warnings: [],
    roots: { root: "/", configRoot: "/", targetRoot: "/", eprefix: "" },
    variables: { get: () => undefined, features: new Set(), childEnvironment: {} },
    files: [],
    ...changes,
  };
}
