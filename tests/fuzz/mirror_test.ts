import { assert } from "@std/assert";
import { printable, withoutPasswords } from "../../lib/base/printable.ts";
import { decodeArmor } from "../../lib/manifest/armor.ts";
import { readCleartext } from "../../lib/manifest/cleartext.ts";
import { parseManifest } from "../../lib/manifest/parse.ts";
import { parseItem } from "../../lib/rsync/itemize.ts";
import { lineSplitter } from "../../lib/rsync/line_splitter.ts";
import { parseTimestamp } from "../../lib/rsync/timestamp.ts";
import { planUpdate } from "../../lib/sync/plan.ts";
import { fuzz } from "../support/fuzz.ts";
import { mutatedBytes, mutatedText } from "../support/mutated_text.ts";

/* What a mirror sends. */

const MANIFESTS = [
  "DATA foo/bar 12 SHA512 00 BLAKE2B ff\nMANIFEST a/Manifest.gz 1 SHA512 00\nIGNORE distfiles\nDIST x 1 MD5 0\n",
  "TIMESTAMP 2024-01-01T00:00:00Z\nAUX a.patch 3 SHA256 aa\nEBUILD a-1.ebuild 5 SHA1 b\nMISC metadata.xml 7 SHA1 c\n",
] as const;

const SIGNED = [
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- -dash\n${MANIFESTS[0]}-----BEGIN PGP SIGNATURE-----\n\n` +
  "iQKTBAEBCgB9FiEE4dartjv8+0ugL98c7FkO6skYklAFAmW\n=2Tbp\n-----END PGP SIGNATURE-----\n",
] as const;

fuzz({
  name: "Manifest",
  percent: 15,
  input: (random) => mutatedText(random, MANIFESTS),
  read: (text) => {
    for (const entry of parseManifest(text, "sub/Manifest").entries) {
      if (entry.kind === "timestamp") assert(Number.isSafeInteger(entry.timestampMs));
      else assert(entry.path.startsWith("sub/") && !entry.path.split("/").includes(".."), entry.path);
      if (entry.kind === "file") assert(Number.isSafeInteger(entry.size) && entry.size >= 0, String(entry.size));
    }
  },
});

fuzz({
  name: "cleartext framing",
  percent: 12,
  input: (random) => mutatedBytes(random, SIGNED),
  read: (bytes) => {
    const framing = readCleartext(bytes, "Manifest");
    assert("message" in framing !== "problem" in framing);
  },
});

fuzz({
  name: "ASCII armor",
  percent: 3,
  input: (random) => mutatedText(random, ["\niQKTBAEBCgB9FiEE4dartjv8\n=2Tbp", "Version: 1\n\nAAAA\n="]),
  read: (text) => decodeArmor(text.split("\n")),
});

const PLANS = [
  ">f+++++++++ 1,234 a/b\ncd+++++++++ 4096 a/\n*deleting   0 old/\n.d..t...... 0 ./\ncL+++++++++ 3 link\n>f.st...... 9 x\\#012y",
  "*deleting   0 a/b\n>f..tp..... 12 a\nhf+++++++++ 0 h => x\n.f...p..... 5 mode\ncD+++++++++ 0 dev\ncS+++++++++ 0 fifo",
] as const;

fuzz({
  name: "rsync's plan",
  percent: 20,
  input: (random) => mutatedBytes(random, PLANS),
  read: (bytes) => {
    const changes = linesOf(bytes).flatMap((line) => {
      const item = parseItem(line);
      return item?.kind === "change" ? [item.change] : [];
    });
    for (const { path, size } of changes) {
      assert(Number.isFinite(size) && !path.startsWith("/") && !path.split("/").includes(".."), path);
    }
    planUpdate(changes);
  },
});

fuzz({
  name: "timestamp",
  percent: 8,
  input: (random) => mutatedText(random, ["Tue, 14 Nov 2023 22:13:20 +0000\n", "# x\nwed, 1 jan 0099 0:0:60 +0000"]),
  read: (text) => assert(Number.isSafeInteger(parseTimestamp(text) ?? 0)),
});

fuzz({
  name: "what rsync says",
  percent: 7,
  input: (random) =>
    mutatedText(random, ["rsync: [sender] rsync://me:secret@host/m failed: No such file (2)", "a.b-c+d://u"]),
  read: (text) => {
    const shown = printable(withoutPasswords(text));
    // deno-lint-ignore no-control-regex -- these are what must not be there
    assert(!/[\u0000-\u001f\u007f-\u009f]/.test(shown));
  },
});

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  const splitter = lineSplitter((bytes, from, to) => lines.push(bytes.slice(from, to)));
  splitter.push(bytes);
  splitter.end();
  return lines;
}
