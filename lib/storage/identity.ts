import { isErrno } from "../base/errno.ts";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";
import type { Accounts, User } from "../host/accounts.ts";
import type { FileStat } from "../host/files.ts";
import { resolveWithin } from "../host/resolve.ts";
import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import { CALLER, type SyncOwner } from "./storage.ts";

/** Who rsync runs as; `undefined` where nothing is changed. */
export interface Identity {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly umask: number;
  /** HOME and LOGNAME of the user that is switched to. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What decides the identity. */
export interface IdentitySettings {
  readonly name: string;
  readonly root: string;
  /** `sync-user`: `[user][:group]`, names or numbers. */
  readonly user: string | undefined;
  /** `sync-umask`. */
  readonly umask: number | undefined;
  /** Whether FEATURES has `usersync`. */
  readonly usersync: boolean;
  /** The directory at LOCATION, links followed, if there is one. */
  readonly directory: FileStat | undefined;
}

const DEFAULT_UMASK = 0o022;

/** Who may own a repository's store besides root; none where the account does not exist, or LOCATION may not be seen. */
export function storeOwner(
  system: Pick<System, "accounts" | "environment" | "files">,
  repository: Repository,
): SyncOwner {
  try {
    return repositoryIdentity(system, repository);
  } catch (error) {
    if (error instanceof Fault || isErrno(error, "EACCES", "EPERM")) return CALLER;
    throw error;
  }
}

/**
 * Whom rsync runs as for a repository; such a user may own its store.
 *
 * @throws {Fault} as {@linkcode identityOf}.
 */
export function repositoryIdentity(
  system: Pick<System, "accounts" | "environment" | "files">,
  { name, root, location, user, umask, usersync }: Repository,
): Identity {
  const directory = system.files.stat(resolveWithin(system.files, root, location));
  return identityOf(system, { name, root, user, umask, usersync, directory });
}

/**
 * Finds out whom rsync runs as: `sync-user`, else under FEATURES=usersync the owner of LOCATION, else the caller.
 *
 * @throws {Fault} `configuration` for a user or group that does not exist; Portage would go on as root.
 */
export function identityOf(system: Pick<System, "accounts" | "environment">, settings: IdentitySettings): Identity {
  const accounts = system.accounts(settings.root);
  if (settings.user !== undefined && settings.user !== "") return explicitIdentity(accounts, settings, settings.user);
  const owner = usersyncOwner(system, accounts, settings);
  if (owner === undefined) return { ...CALLER, environment: {}, umask: settings.umask ?? DEFAULT_UMASK };
  const { user, directory } = owner;
  const groupWritable = (directory.mode & 0o020) !== 0;
  return {
    uid: user.uid,
    gid: directory.gid,
    umask: settings.umask ?? (groupWritable ? 0o002 : 0o022),
    environment: environmentOf(user),
  };
}

function explicitIdentity(accounts: Accounts, settings: IdentitySettings, text: string): Identity {
  const [userText = "", groupText] = splitOnce(text, ":");
  const user = userText === "" ? undefined : findUser(accounts, userText);
  if (userText !== "" && user === undefined) throw unknownAccount(settings, "user", userText);
  const group = groupText === undefined ? undefined : findGroup(accounts, groupText);
  if (groupText !== undefined && group === undefined) throw unknownAccount(settings, "group", groupText);
  return {
    uid: user?.uid,
    gid: group?.gid ?? user?.gid,
    umask: settings.umask ?? DEFAULT_UMASK,
    environment: user === undefined ? {} : environmentOf(user),
  };
}

function usersyncOwner(
  { environment }: Pick<System, "environment">,
  accounts: Accounts,
  { usersync, directory }: IdentitySettings,
): { user: User; directory: FileStat } | undefined {
  if (!usersync || environment.uid !== 0 || directory === undefined) return undefined;
  const otherOwner = directory.uid !== environment.uid && (directory.mode & 0o700) !== 0;
  const otherGroup = directory.gid !== environment.gid && (directory.mode & 0o070) !== 0;
  const user = otherOwner || otherGroup ? accounts.userById(directory.uid) : undefined;
  return user && { user, directory };
}

function findUser(accounts: Accounts, text: string): User | undefined {
  return accounts.userByName(text) ?? (/^[0-9]+$/.test(text) ? accounts.userById(Number(text)) : undefined);
}

function findGroup(accounts: Accounts, text: string): { readonly gid: number } | undefined {
  return accounts.groupByName(text) ?? (/^[0-9]+$/.test(text) ? accounts.groupById(Number(text)) : undefined);
}

function environmentOf({ name, home }: User): Record<string, string> {
  return { HOME: home, LOGNAME: name };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownAccount({ name }: IdentitySettings, what: "user" | "group", text: string): Fault {
  return new Fault(
    "configuration",
    `sync-user of ${quoted(name)} names the ${what} ${quoted(text)}, which does not exist`,
    { hint: `Create the ${what} or correct sync-user in repos.conf` },
  );
}
