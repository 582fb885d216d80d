import type { ProblemCode } from "../../../lib/manifest/problem.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { GLEP74_FIXTURE } from "../../support/signed_tree.ts";
import { added, header, headerEntry, inManifest, put, treeCase } from "./tree_case.ts";

const BOTH = ["BLAKE2B", "SHA512"];
const ZEROS = "0".repeat(128);

/** Entries besides the one for header.txt that is there. */
const BESIDES: readonly (readonly [string, string, ProblemCode | "ok"])[] = [
  ["T42 the same entry twice is harmless", header(BOTH), "ok"],
  ["T44 another size is a conflict", `DATA header.txt 7 SHA512 ${ZEROS}`, "conflict"],
  ["T44 another value of one digest is a conflict", `DATA header.txt 6 SHA512 ${ZEROS}`, "conflict"],
  ["T45 EBUILD means the same as DATA", header(BOTH, "EBUILD"), "ok"],
  ["T46 MISC beside DATA is a conflict", header(BOTH, "MISC"), "conflict"],
  ["T48 the same IGNORE twice is harmless", "IGNORE distfiles", "ok"],
  ["T49 a listed file must not be ignored", "IGNORE header.txt", "conflict"],
  ["T50 a file listed further down must not be ignored", "IGNORE licenses/GPL-2", "conflict"],
  ["T51 a directory with a listed Manifest must not be ignored", "IGNORE licenses", "conflict"],
  ["T54 a parent may list a file again", manifestEntry("DATA", "eclass/foo.eclass", { content: "# eclass\n" }), "ok"],
  ["T54 but not otherwise", manifestEntry("DATA", "eclass/foo.eclass", { content: "# Eclass\n" }), "conflict"],
  ["T57 a path with a dot component is refused", `DATA ./header.txt 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T59 an ignored path with a slash at its end is refused", "IGNORE distfiles/", "bad-path"],
  ["T61 an absolute path is refused", `DATA /etc/hostname 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T62 an absolute path is refused in disguise too", `DATA \\x2Fetc\\x2Fhostname 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T64 the whole tree cannot be ignored", "IGNORE .", "bad-path"],
  ["T64 nothing above can be ignored", "IGNORE ../x", "bad-path"],
  ["T67 an escape of two digits is for ASCII", `DATA \\xE9 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T68 other escapes are refused", `DATA a\\tb 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T68 a doubled backslash is refused", `DATA a\\\\b 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T68 a backslash at the end is refused", `DATA a\\ 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T69 an escaped NUL is refused", `DATA a\\x00b 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T69 an escaped surrogate is refused", `DATA a\\uD800b 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T69 an escape past Unicode is refused", `DATA a\\U00110000 6 SHA512 ${ZEROS}`, "bad-path"],
  ["T71 a no-break space is refused", `DATA a\u00a0b 6 SHA512 ${ZEROS}`, "bad-character"],
  ["T72 a distfile has no directory", `DIST x/y.tar 6 SHA512 ${ZEROS}`, "bad-entry"],
  ["T72 a distfile has no directory in disguise", `DIST x\\x2Fy.tar 6 SHA512 ${ZEROS}`, "bad-entry"],
  ["T74 distfiles may contradict and be weak", `DIST a 1 MD5 ${"0".repeat(32)}\nDIST a 2 MD5 ${"1".repeat(32)}`, "ok"],
  ["T76 there is no OPTIONAL", "OPTIONAL x", "bad-entry"],
  ["T76 unknown tags are refused", `FOO header.txt 6 SHA512 ${ZEROS}`, "bad-entry"],
  ["T76 tags are upper-case", `data header.txt 6 SHA512 ${ZEROS}`, "bad-entry"],
  ["T76 there are no comments", "# c", "bad-entry"],
  ["T77 DATA alone is no entry", "DATA", "bad-entry"],
  ["T77 IGNORE alone is no entry", "IGNORE", "bad-entry"],
  ["T77 IGNORE takes one path", "IGNORE a b", "bad-entry"],
  ["T77 DATA needs a size", "DATA x", "bad-entry"],
  ["T79 a lone CR separates nothing", "IGNORE a\rIGNORE b", "bad-character"],
  ["T79 VT separates nothing", "IGNORE\u000ba", "bad-character"],
  ["T79 NEL separates nothing", "IGNORE\u0085a", "bad-character"],
  ["A path component longer than 255 bytes is refused", `IGNORE ${"a".repeat(256)}`, "bad-path"],
  ["A line longer than 8192 bytes is refused", `IGNORE a${" ".repeat(8200)}`, "bad-framing"],
];
for (const [name, line, verdict] of BESIDES) treeCase(name, { edits: added(line), verdict });

treeCase("T43 digests of two entries for a file are all checked", {
  edits: headerEntry(`${header(["BLAKE2B"])}\n${header(["SHA512"])}`),
  verdict: "ok",
});
treeCase("T43 a wrong digest of the second entry is noticed", {
  edits: headerEntry(`${header(["BLAKE2B"])}\nDATA header.txt 6 SHA512 ${ZEROS}`),
  verdict: "digest",
});
treeCase("T47 MISC twice is harmless", {
  edits: headerEntry(`${header(BOTH, "MISC")}\n${header(BOTH, "MISC")}`),
  verdict: "ok",
});
treeCase("T52 a directory without a listed Manifest may be ignored", {
  edits: inManifest("Manifest.files.gz", (text) => text.replace(/^MANIFEST licenses.*\n/m, "IGNORE licenses\n")),
  tamper: (dir) => put(`${dir}/licenses/stray`),
  verdict: "ok",
});
treeCase("T53 a Manifest listed as DATA is not read", {
  edits: inManifest("Manifest.files.gz", (text) => text.replace("MANIFEST eclass", "DATA eclass")),
  verdict: "stray",
});
treeCase("T55 AUX means DATA below files/", {
  edits: inManifest(
    "app-foo/bar/Manifest",
    (text) => text + manifestEntry("DATA", "files/fix.patch", { content: "--- a\n+++ b\n" }) + "\n",
  ),
  verdict: "ok",
});
treeCase("T56 a path in place of the plain one is refused", {
  edits: headerEntry(manifestEntry("DATA", "./header.txt", { content: "# hdr\n" })),
  verdict: "bad-path",
});
treeCase("T58 an empty component is refused", {
  edits: inManifest("Manifest.files.gz", (text) => text.replace("eclass/Manifest.gz", "eclass//Manifest.gz")),
  verdict: "bad-path",
});
treeCase("T60 a deep path may be ignored", {
  edits: added("IGNORE x/y"),
  tamper: (dir) => put(`${dir}/x/y/z`),
  verdict: "ok",
});
treeCase("T60 what is beside an ignored path is not ignored", {
  edits: added("IGNORE x/y"),
  tamper: (dir) => put(`${dir}/x/c`),
  verdict: "stray",
});
treeCase("T63 a Manifest cannot speak about what is above it", {
  edits: inManifest("eclass/Manifest.gz", (text) => `${text}DATA ../header.txt 6 SHA512 ${ZEROS}\n`),
  verdict: "bad-path",
});
treeCase("T64 a refused IGNORE names its Manifest and line", {
  edits: inManifest("eclass/Manifest.gz", (text) => `${text}IGNORE ..\n`),
  verdict: "bad-path",
  names: "eclass/Manifest.gz",
});
for (const escaped of ["a\\x20b", "a\\u0020b", "a\\U00000020b"]) {
  treeCase(`T65 ${escaped} names a file with a blank`, {
    edits: inManifest("Manifest.files.gz", (text) => text.replace("a\\x20b", escaped)),
    files: { ...GLEP74_FIXTURE, "a b": "blank\n" },
    verdict: "ok",
  });
}
for (const name of ["é", "\\u00e9", "\\U000000e9"]) {
  treeCase(`T66 ${name} names a file with a letter past ASCII`, {
    edits: inManifest("Manifest.files.gz", (text) => text.replace("é", name)),
    files: { ...GLEP74_FIXTURE, "é": "accent\n" },
    verdict: "ok",
  });
}
treeCase("T70 invalid UTF-8 in a Manifest is refused", {
  edits: inManifest("eclass/Manifest.gz", (text) => new Uint8Array([...new TextEncoder().encode(text), 0xff])),
  verdict: "bad-character",
});
treeCase("T73 DIST does not cover a file of the tree", {
  edits: added(manifestEntry("DIST", "stray", { content: "x\n" })),
  tamper: (dir) => put(`${dir}/stray`),
  verdict: "stray",
});

const hidden = added(manifestEntry("DATA", ".dir/file", { content: "x\n" }));
treeCase("T75 a listed dotfile is verified", {
  edits: hidden,
  tamper: (dir) => put(`${dir}/.dir/file`),
  verdict: "ok",
});
treeCase("T75 a wrong listed dotfile is noticed", {
  edits: hidden,
  tamper: (dir) => put(`${dir}/.dir/file`, "y\n"),
  verdict: "digest",
});
treeCase("T75 a listed dotfile that is gone is missing", { edits: hidden, verdict: "missing" });

treeCase("T78 blanks, empty lines and CRLF between and around fields mean nothing", {
  edits: inManifest(
    "eclass/Manifest.gz",
    (text) => "\n" + text.replaceAll(" ", " \t ").replaceAll("\n", " \r\n\n").replace("DATA", "\t DATA").trimEnd(),
  ),
  verdict: "ok",
});
treeCase("T80 a byte-order mark is refused", {
  edits: inManifest("eclass/Manifest.gz", (text) => `\ufeff${text}`),
  verdict: "bad-character",
});
