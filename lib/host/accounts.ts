/** Users and groups. */
export interface Accounts {
  userByName(name: string): User | undefined;
  userById(uid: number): User | undefined;
  groupByName(name: string): Group | undefined;
  groupById(gid: number): Group | undefined;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/**
 * Reads `etc/passwd` and `etc/group` below `root`. For the running system (`root` is `/`), names that
 * the files do not hold are asked of getent(1), so that directory services work where it is there.
 */
export function accountsOf(root: string): Accounts {
  const rows = (database: "passwd" | "group", key: string) => [
    ...fileRows(root, database),
    ...(root === "/" ? getentRows(database, key) : []),
  ];
  const user = (key: string, column: 0 | 2) => {
    const row = rows("passwd", key).find((r) => r[column] === key);
    return row && parseUser(row);
  };
  const group = (key: string, column: 0 | 2) => {
    const row = rows("group", key).find((r) => r[column] === key);
    return row && parseGroup(row);
  };
  return {
    userByName: (name) => user(name, 0),
    userById: (uid) => user(String(uid), 2),
    groupByName: (name) => group(name, 0),
    groupById: (gid) => group(String(gid), 2),
  };
}

function fileRows(root: string, database: string): string[][] {
  try {
    return toRows(
      Deno.readTextFileSync(`${root === "/" ? "" : root}/etc/${database}`),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function getentRows(database: string, key: string): string[][] {
  try {
    const { stdout } = new Deno.Command("getent", {
      args: [database, "--", key],
      stderr: "null",
    }).outputSync();
    return toRows(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function toRows(text: string): string[][] {
  return text.split("\n").map((line) => line.split(":")).filter((row) => row.length >= 3);
}

function parseUser(row: readonly string[]): User | undefined {
  const [name, , uid, gid, , home] = row;
  if (
    name === undefined || !/^\d+$/.test(uid ?? "") || !/^\d+$/.test(gid ?? "")
  ) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || "/" };
}

function parseGroup(row: readonly string[]): Group | undefined {
  const [name, , gid] = row;
  return name !== undefined && /^\d+$/.test(gid ?? "") ? { name, gid: Number(gid) } : undefined;
}
