import { printable } from "../base/printable.ts";
import type { Change, EntryType } from "./change.ts";
import { byteString, unescaped, utf8Text } from "./escapes.ts";

/** The `--out-format` that {@linkcode parseItem} reads: what is done, the size in bytes, the name. */
export const ITEM_FORMAT = "%i %l %n";

/** What one line of a plan says. */
export type Item =
  | { readonly kind: "change"; readonly change: Change }
  /** A name that no plan may hold: not UTF-8, or not a path inside the tree. Escaped for messages. */
  | { readonly kind: "rejected"; readonly name: string };

const LINE = /^(\*deleting|[<>ch.][fdLDS][^ ]{7,}) +(\d+) ([^]+)$/;

const TYPES: Readonly<Record<string, EntryType>> = {
  f: "file",
  d: "directory",
  L: "symlink",
  D: "device",
  S: "special",
};

/**
 * Reads a line that rsync wrote in {@linkcode ITEM_FORMAT} under `--8-bit-output`; `undefined` for one that is
 * no change.
 *
 * Deletions do not tell links and devices from files: their type is `file` or `directory`. That only the tree's
 * root has another time is no change, because publication dates it anyway.
 */
export function parseItem(line: Uint8Array): Item | undefined {
  const text = decode(line);
  const [, flags = "", size = "", name = ""] = LINE.exec(text ?? byteString(line)) ?? [];
  if (flags === "") return undefined;
  if (text === undefined) return { kind: "rejected", name: lossyName(line) };
  if (name === "./" && /^\.d\.\.t\.*$/.test(flags)) return undefined;
  const path = pathOf(name);
  if (path === undefined) return { kind: "rejected", name: printable(name) };
  return { kind: "change", change: changeOf(flags, path, { size: Number(size), isDirectory: name.endsWith("/") }) };
}

/** The line with rsync's escapes resolved; `undefined` when it is not UTF-8. */
function decode(line: Uint8Array): string | undefined {
  const text = utf8Text(line);
  // What it escapes may be half a character.
  return text?.includes("\\#") ? utf8Text(unescaped(line)) : text;
}

/** The name of a line that is not UTF-8, for messages; the numbers before it are ASCII. */
function lossyName(line: Uint8Array): string {
  return printable(LINE.exec(new TextDecoder().decode(unescaped(line)))?.[3] ?? "");
}

function pathOf(name: string): string | undefined {
  if (name === "./") return ".";
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  const inside = !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  return inside ? path : undefined;
}

function changeOf(
  flags: string,
  path: string,
  { size, isDirectory }: { readonly size: number; readonly isDirectory: boolean },
): Change {
  if (flags === "*deleting") return { path, type: isDirectory ? "directory" : "file", kind: "delete", size: 0 };
  const type = TYPES[flags.charAt(1)] ?? "file";
  return { path, type, kind: kindOf(flags, type), size: type === "directory" ? 0 : size };
}

function kindOf(flags: string, type: EntryType): Change["kind"] {
  if (flags.endsWith("+")) return "create";
  return flags.startsWith(".") || type === "directory" ? "attributes" : "content";
}
