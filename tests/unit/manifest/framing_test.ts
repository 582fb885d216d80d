import type { ProblemCode } from "../../../lib/manifest/problem.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { inTop, treeCase } from "./tree_case.ts";

const END = "-----END PGP SIGNATURE-----";

/** Changes of the signed file, and what must become of it. */
const CHANGES: readonly (readonly [string, (text: string) => string, ProblemCode | "ok"])[] = [
  ["T109 an empty file is unsigned", () => "", "unsigned"],
  ["T109 a file without a signature is unsigned", (text) => /^MANIFEST[^]*?Z$/m.exec(text)?.[0] ?? "", "unsigned"],
  [
    "T112 a changed byte is noticed",
    (text) => text.replace(/^MANIFEST Manifest.files.gz 1/m, "MANIFEST Manifest.files.gz 2"),
    "bad-signature",
  ],
  [
    "T112 an inserted line is noticed",
    (text) => text.replace("TIMESTAMP", "IGNORE app-foo\nTIMESTAMP"),
    "bad-signature",
  ],
  ["T112 an empty line after the header is noticed", (text) => text.replace("\n\n", "\n\n\n"), "bad-signature"],
  ["T113 an entry after the end is refused", (text) => `${text}IGNORE app-foo\n`, "unsigned-data"],
  ["T113 text after the end is refused", (text) => `${text}text\n`, "unsigned-data"],
  ["T113 an entry before the begin is refused", (text) => `IGNORE app-foo\n${text}`, "unsigned"],
  ["T113 text before the begin is refused", (text) => `text\n${text}`, "unsigned"],
  ["T114 blank lines around the message mean nothing", (text) => `\n \n${text}\n\t\n`, "ok"],
  ["T115 the message twice is refused", (text) => text + text, "unsigned-data"],
  [
    "T116 a line among the headers of the signature is refused",
    (text) => text.replace("SIGNATURE-----\n", "SIGNATURE-----\nIGNORE a\n"),
    "bad-framing",
  ],
  ["T116 a line inside the signature is refused", (text) => text.replace(END, `IGNORE a\n${END}`), "bad-framing"],
  [
    "T117 Comment: in the header of the text is refused",
    (text) => text.replace("Hash:", "Comment: a\nHash:"),
    "bad-framing",
  ],
  ["T117 NotDashEscaped: is refused", (text) => text.replace("\n\n", "\nNotDashEscaped: yes\n\n"), "bad-framing"],
  [
    "T118 Comment: in the signature is fine",
    (text) => text.replace("SIGNATURE-----\n", "SIGNATURE-----\nComment: a\n"),
    "ok",
  ],
  ["T119 any line may be dash-escaped", (text) => text.replace("TIMESTAMP", "- TIMESTAMP"), "ok"],
  ["T120 but only once", (text) => text.replace("TIMESTAMP", "- - TIMESTAMP"), "bad-signature"],
  ["T120 a dash must be escaped", (text) => text.replace("TIMESTAMP", "-TIMESTAMP"), "bad-framing"],
  ["T121 blanks at the end of a line mean nothing", (text) => text.replace(/Z$/m, "Z \t "), "ok"],
  [
    "T122 a blank at the start of a line is noticed",
    (text) => text.replace("TIMESTAMP", " TIMESTAMP"),
    "bad-signature",
  ],
  ["T122 a doubled blank is noticed", (text) => text.replace("TIMESTAMP ", "TIMESTAMP  "), "bad-signature"],
  ["T123 CRLF everywhere is fine", (text) => text.replaceAll("\n", "\r\n"), "ok"],
  ["T124 the Hash: header must be there", (text) => text.replace(/Hash:.*\n/, ""), "bad-framing"],
  [
    "T124 it must name the digest of the signature",
    (text) => text.replace("SHA512\n\n", "SHA256\n\n"),
    "bad-signature",
  ],
  ["T124 a bogus digest is refused", (text) => text.replace("SHA512\n\n", "BOGUS\n\n"), "bad-signature"],
  ["T124b the header may name several digests", (text) => text.replace("SHA512\n\n", "SHA256, SHA512\n\n"), "ok"],
  ["T125 the line after the headers must be empty", (text) => text.replace("\n\n", "\n \n"), "bad-framing"],
  ["T126 a form feed is refused", (text) => text.replace(/Z$/m, "Z\f"), "bad-character"],
  ["T126 NUL is refused", (text) => text.replace(/Z$/m, "Z\0"), "bad-character"],
  ["T126 a CR within a line is refused", (text) => text.replace(/Z$/m, "Z\rIGNORE a"), "bad-character"],
  ["T128 the end must be there", (text) => text.replace(END, ""), "bad-framing"],
  ["T128 the signature must be there", (text) => text.replace(/-----BEGIN PGP SIGNATURE[^]*/, ""), "bad-framing"],
  ["T128 a wrong checksum of the armor is refused", (text) => text.replace(/^=....$/m, "=AAAA"), "bad-framing"],
  ["T129 the checksum of the armor may be left out", (text) => text.replace(/^=....\n/m, ""), "ok"],
  ["An empty signature block is refused", (text) => text.replace(/(SIGNATURE-----\n\n)[^-]*/, "$1"), "bad-framing"],
];
for (const [name, edit, verdict] of CHANGES) treeCase(name, { tamper: inTop(edit), verdict });

treeCase("T127 fields past the length that GnuPG hashes are never believed", {
  tamper: (dir) => {
    const evil = new Uint8Array(Deno.statSync(`${dir}/Manifest.files.gz`).size);
    const entry = manifestEntry("MANIFEST", "Manifest.files.gz", { content: evil });
    const forged = entry.split(" ").slice(3).join(" ");
    Deno.writeFileSync(`${dir}/Manifest.files.gz`, evil);
    inTop((text) => text.replace(/^MANIFEST .*$/m, (line) => line + " ".repeat(20_000) + forged))(dir);
  },
  verdict: "bad-framing",
});
