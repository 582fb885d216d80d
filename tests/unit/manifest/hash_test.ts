import type { ProblemCode } from "../../../lib/manifest/problem.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { header, headerEntry, inManifest, treeCase } from "./tree_case.ts";

for (const name of ["SHA256", "BLAKE2B", "BLAKE2S", "SHA3_256", "SHA3_512", "RMD160"]) {
  treeCase(`T81 ${name} alone is enough`, { edits: headerEntry(header([name])), verdict: "ok" });
  treeCase(`T81 ${name} alone notices other contents`, {
    edits: headerEntry(header([name])),
    tamper: (dir) => Deno.writeTextFileSync(`${dir}/header.txt`, "# Hdr\n"),
    verdict: "digest",
  });
}
for (const names of [["MD5"], ["SHA1"], ["MD5", "SHA1"], []]) {
  treeCase(`T82 the digests ${names.join(" and ") || "none"} are not enough`, {
    edits: headerEntry(header(names)),
    verdict: "insecure-hash",
  });
}

const SHA512 = header(["SHA512"]);
const ZEROS = "0".repeat(128);
const upper = SHA512.replace(/[0-9a-f]{128}/, (hex) => hex.toUpperCase());

const ENTRIES: readonly (readonly [string, string, ProblemCode | "ok"])[] = [
  ["T83 a weak digest beside a strong one is fine", header(["MD5", "SHA512"]), "ok"],
  ["T84 every digest must be right", `${SHA512} MD5 ${"0".repeat(32)}`, "digest"],
  ["T85 an unknown digest alone is nothing", "DATA header.txt 6 FOOHASH 00", "no-supported-hash"],
  ["T85 STREEBOG512 alone is nothing", `DATA header.txt 6 STREEBOG512 ${ZEROS}`, "no-supported-hash"],
  ["T85 names of digests are upper-case", SHA512.replace("SHA512", "sha512"), "no-supported-hash"],
  ["T86 an unknown digest is skipped", `${SHA512} FOOHASH 00`, "ok"],
  ["T87 WHIRLPOOL is skipped", `${SHA512} WHIRLPOOL ${ZEROS}`, "ok"],
  ["T88 hex is lower-case", upper, "bad-entry"],
  ["T89 a digest needs a value", "DATA header.txt 6 SHA512", "bad-entry"],
  ["T89 a digest has all its digits", "DATA header.txt 6 SHA512 00", "bad-entry"],
  [
    "T90 the last of two values of a digest does not win",
    SHA512.replace("SHA512", `SHA512 ${ZEROS} SHA512`),
    "duplicate-hash",
  ],
  ["T90 nor does it with others between", `${header(["SHA512", "BLAKE2B", "MD5"])} SHA512 ${ZEROS}`, "duplicate-hash"],
  ["T90 nor do two unknown ones", `${SHA512} FOOHASH 00 FOOHASH 01`, "duplicate-hash"],
  ["T91 a negative size is refused", SHA512.replace(" 6 ", " -6 "), "bad-entry"],
  ["T91 a fractional size is refused", SHA512.replace(" 6 ", " 6.0 "), "bad-entry"],
  ["T91 a missing size is refused", SHA512.replace(" 6 ", " "), "bad-entry"],
  ["T92 a size with a sign is refused", SHA512.replace(" 6 ", " +6 "), "bad-entry"],
  ["T92 a size with a leading zero is refused", SHA512.replace(" 6 ", " 06 "), "bad-entry"],
  ["T92 a size with an underscore is refused", SHA512.replace(" 6 ", " 0_6 "), "bad-entry"],
  ["T93 a size past all numbers is refused", SHA512.replace(" 6 ", " 99999999999999999999 "), "bad-entry"],
];
for (const [name, line, verdict] of ENTRIES) treeCase(name, { edits: headerEntry(line), verdict });

const weak = (path: string) => (text: string) =>
  text.replace(new RegExp(`^MANIFEST ${path} (\\d+) .*$`, "m"), `MANIFEST ${path} $1 MD5 ${"0".repeat(32)}`);
treeCase("T94 a Manifest needs a strong digest", {
  edits: inManifest("Manifest.files.gz", weak("eclass/Manifest.gz")),
  verdict: "insecure-hash",
  names: "eclass/Manifest.gz",
});
treeCase("T94 the one that the top-level Manifest names does too", {
  edits: inManifest("Manifest", weak("Manifest.files.gz")),
  verdict: "insecure-hash",
});
treeCase("A file of several buffers is read whole", {
  files: { "eclass/big": "0123456789abcdef".repeat(20_000) },
  verdict: "ok",
});
treeCase("A change at the end of a file of several buffers is noticed", {
  files: { "eclass/big": "0123456789abcdef".repeat(20_000) },
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/eclass/big`, "0123456789abcdef".repeat(19_999) + "0123456789abcdeF"),
  verdict: "digest",
});
treeCase("A file that is larger than listed is not read to its end", {
  edits: headerEntry(manifestEntry("DATA", "header.txt", { content: "" })),
  tamper: (dir) => Deno.truncateSync(`${dir}/header.txt`, 2 ** 33),
  verdict: "size",
});
