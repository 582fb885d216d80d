import { Fault } from "../base/fault.ts";
import { quoted } from "../base/printable.ts";

/** Where a repository comes from: a parsed `sync-uri`. */
export type SyncUri = RemoteUri | LocalUri;

/** A directory of another host. */
export interface RemoteUri {
  /** `rsync`: a daemon's module; `ssh`: rsync on the other side of ssh(1). */
  readonly kind: "rsync" | "ssh";
  readonly user: string | undefined;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Begins with a slash and does not end in one; `""` is the root of an ssh host. */
  readonly path: string;
}

/** A directory of this machine. */
export interface LocalUri {
  readonly kind: "file";
  /** Absolute, without a trailing slash; `""` is the root. */
  readonly path: string;
}

/**
 * Parses a `sync-uri`: `rsync://[user@]host[:port]/module…`, `ssh://[user@]host[:port]/path` or `file:///path`.
 *
 * The whole text must match, unlike in Portage, which finds a URI anywhere in it. Nothing that is accepted can
 * become an option of rsync or ssh: hosts and users never begin with a dash.
 *
 * @throws {Fault} `configuration`; no message of it shows a password.
 *
 * @example
 * ```ts
 * import { parseSyncUri } from "./uri.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseSyncUri("rsync://[2001:db8::1]:873/gentoo-portage/"), {
 *   kind: "rsync",
 *   user: undefined,
 *   host: "2001:db8::1",
 *   port: 873,
 *   path: "/gentoo-portage",
 * });
 * ```
 */
export function parseSyncUri(text: string): SyncUri {
  // deno-lint-ignore no-control-regex -- these are what must not be there
  if (/[\u0000-\u001f\u007f]/.test(text)) throw refusal(text, "Write it on one line, without control characters");
  if (text.startsWith("file://")) return parseLocal(text);
  const scheme = /^(rsync|ssh):\/\//.exec(text)?.[1];
  if (scheme === undefined) throw refusal(text, schemeHint(text));
  return parseRemote(text, scheme === "ssh" ? "ssh" : "rsync");
}

function parseLocal(text: string): LocalUri {
  const path = text.slice("file://".length);
  if (!path.startsWith("/")) throw refusal(text, "Give an absolute path: file:///path");
  return { kind: "file", path: withoutTrailingSlashes(path) };
}

function parseRemote(text: string, kind: "rsync" | "ssh"): RemoteUri {
  const [, authority = "", path] = /^[a-z]+:\/\/([^/]*)(\/.*)?$/.exec(text) ?? [];
  if (hasPassword(authority, path ?? "")) {
    throw refusal(text, "Take the password out of the URI and put it into RSYNC_PASSWORD or a --password-file");
  }
  const parts = /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:[\]@]*))(?::(.*))?$/.exec(authority);
  if (parts === null) throw refusal(text, `Write it as ${kind}://[user@]host[:port]/path`);
  const [, user, bracketed, name, port] = parts;
  if (path === undefined || (kind === "rsync" && withoutTrailingSlashes(path) === "")) {
    throw refusal(text, kind === "rsync" ? "Add the module: rsync://host/module" : "Add the path: ssh://host/path");
  }
  return {
    kind,
    user: user === undefined ? undefined : parseUser(text, user),
    host: bracketed === undefined ? parseName(text, name ?? "") : parseAddress(text, bracketed),
    port: port === undefined ? undefined : parsePort(text, port),
    path: withoutTrailingSlashes(path),
  };
}

/** A colon before the `@` of a user; where the password holds a slash, its rest is taken for the path. */
function hasPassword(authority: string, path: string): boolean {
  if (/^[^@[\]]*:.*@/.test(authority)) return true;
  return /^[^@:[\]]*:.*\D/.test(authority) && path.includes("@");
}

function parseUser(text: string, user: string): string {
  if (/^[^\s:@/-][^\s:@/]*$/.test(user)) return user;
  throw refusal(text, "Write the user's name before the @, without blanks and without a leading dash");
}

function parseName(text: string, name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return name;
  throw refusal(text, "Write the host as a name of letters, digits, dots and dashes, or as [IPv6 address]");
}

function parseAddress(text: string, address: string): string {
  if (/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?$/.test(address)) return address;
  throw refusal(text, "Write an IPv6 address between the brackets");
}

function parsePort(text: string, digits: string): number {
  const port = Number(digits);
  if (/^\d{1,5}$/.test(digits) && port >= 1 && port <= 65535) return port;
  throw refusal(text, "Write the port as a number from 1 to 65535");
}

function withoutTrailingSlashes(path: string): string {
  return path.replace(/\/+$/, "");
}

function schemeHint(text: string): string {
  if (/^(rsync|ssh|file):/i.test(text)) return "Write it as rsync://…, ssh://… or file:///…, in lower case";
  if (text.startsWith("/")) return `Write a local path as file://${withoutPassword(text)}`;
  if (/^[^/]*::/.test(text)) return "Write host::module as rsync://host/module";
  return "Use rsync://host/module, ssh://host/path or file:///path";
}

function refusal(text: string, hint: string): Fault {
  return new Fault("configuration", `Cannot sync from ${quoted(withoutPassword(text))}: not a usable sync-uri`, {
    hint,
  });
}

/** Masks up to the last `@`, whatever the scheme, since a malformed URI does not tell where its password ends. */
function withoutPassword(text: string): string {
  return text.replace(/(^|\/\/)([^:/@\s]*):(?!\/\/).*@/su, "$1$2:***@");
}
