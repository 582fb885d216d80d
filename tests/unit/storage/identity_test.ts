import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import type { Accounts } from "../../../lib/host/accounts.ts";
import type { FileStat } from "../../../lib/host/files.ts";
import { type Identity, identityOf, type IdentitySettings } from "../../../lib/storage/identity.ts";
import { fakeEnvironment } from "../../support/fake_environment.ts";

const WWW = { name: "www-data", uid: 33, gid: 33, home: "/var/www" };
const WWW_ENVIRONMENT = { HOME: "/var/www", LOGNAME: "www-data" };

const accounts: Accounts = {
  userByName: (name) => name === WWW.name ? WWW : undefined,
  userById: (uid) => uid === WWW.uid ? WWW : undefined,
  groupByName: (name) => name === "games" ? { name, gid: 60 } : undefined,
  groupById: (gid) => gid === 60 ? { name: "games", gid } : undefined,
};

function identity(settings: Partial<IdentitySettings>, uid = 0): Identity {
  const base = { name: "demo", root: "/", user: undefined, umask: undefined, usersync: true, directory: undefined };
  const environment = { ...fakeEnvironment(), uid };
  return identityOf({ accounts: () => accounts, environment }, { ...base, ...settings });
}

function directory(uid: number, gid: number, mode: number): FileStat {
  return { type: "directory", uid, gid, mode, size: 0, mtimeMs: 0, ino: 1, dev: 1, nlink: 2 };
}

const CALLER: Identity = { uid: undefined, gid: undefined, umask: 0o022, environment: {} };

Deno.test("T148 sync-user gives its user, that user's group, HOME and LOGNAME", () => {
  assertEquals(identity({ user: "www-data" }), { uid: 33, gid: 33, umask: 0o022, environment: WWW_ENVIRONMENT });
});

Deno.test("T149 sync-user takes names and numbers of users and groups", () => {
  const ids = ["www-data:games", ":games", "33:60", "33"].map((user) => {
    const { uid, gid, environment } = identity({ user });
    return { uid, gid, environment };
  });
  assertEquals(ids, [
    { uid: 33, gid: 60, environment: WWW_ENVIRONMENT },
    { uid: undefined, gid: 60, environment: {} },
    { uid: 33, gid: 60, environment: WWW_ENVIRONMENT },
    { uid: 33, gid: 33, environment: WWW_ENVIRONMENT },
  ]);
});

for (const user of ["nosuch", "12345", "nosuch:games"]) {
  Deno.test(`T150 sync-user = ${user} fails, since there is no such user`, () => {
    const fault = assertThrows(() => identity({ user }), Fault, "names the user");
    assertEquals(fault.kind, "configuration");
  });
}

for (const user of ["www-data:nosuch", "www-data:", ":4711"]) {
  Deno.test(`T151 sync-user = ${user} fails, since there is no such group`, () => {
    const fault = assertThrows(() => identity({ user }), Fault, "names the group");
    assertEquals(fault.kind, "configuration");
  });
}

Deno.test("T152 usersync takes owner and group of the location, and its umask from the group's permission", () => {
  const common = { uid: 33, environment: WWW_ENVIRONMENT };
  assertEquals(identity({ directory: directory(33, 33, 0o755) }), { ...common, gid: 33, umask: 0o022 });
  assertEquals(identity({ directory: directory(33, 60, 0o2775) }), { ...common, gid: 60, umask: 0o002 });
});

Deno.test("T152 usersync changes nothing without the feature, without a location, for one's own, and for non-root", () => {
  const theirs = directory(33, 33, 0o755);
  assertEquals(identity({ directory: theirs, usersync: false }), CALLER);
  assertEquals(identity({}), CALLER);
  assertEquals(identity({ directory: directory(0, 0, 0o755) }), CALLER);
  assertEquals(identity({ directory: theirs }, 1000), CALLER);
});

Deno.test("T152 sync-user comes before usersync", () => {
  assertEquals(identity({ user: ":games", directory: directory(33, 33, 0o755) }).uid, undefined);
});

Deno.test("T153 usersync runs as the caller when the owner has no account", () => {
  assertEquals(identity({ directory: directory(4711, 4711, 0o755) }), CALLER);
});

Deno.test("T155 sync-umask is honoured everywhere, 0 too", () => {
  assertEquals(identity({ umask: 0 }).umask, 0);
  assertEquals(identity({ umask: 0o027, user: "www-data" }).umask, 0o027);
  assertEquals(identity({ umask: 0, directory: directory(33, 33, 0o755) }).umask, 0);
});
