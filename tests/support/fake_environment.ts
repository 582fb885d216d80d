import type { Environment } from "../../lib/host/environment.ts";

/** An environment that holds exactly `variables`: root on a machine with two processors, in the directory `/`. */
export function fakeEnvironment(variables: Readonly<Record<string, string>> = {}): Environment {
  return {
    get: (name) => variables[name],
    all: () => ({ ...variables }),
    currentDir: "/",
    uid: 0,
    gid: 0,
    pid: 4711,
    hostname: "host",
    bootId: "boot-1",
    processors: 2,
    tempDir: "/tmp",
  };
}
