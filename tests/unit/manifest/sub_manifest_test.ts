import { gzipSync } from "node:zlib";
import { manifestEntry } from "../../support/manifest_entry.ts";
import type { ManifestEdit } from "../../support/official_manifests.ts";
import { signingKey } from "../../support/signing_key.ts";
import { timestampOf } from "../../support/signed_tree.ts";
import { added, inManifest, put, treeCase } from "./tree_case.ts";

const eclass = (edit: ManifestEdit) => ({ "eclass/Manifest.gz": edit });
const gzip = (text: string) => new Uint8Array(gzipSync(text));
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

for (const storedAs of ["Manifest", "foo.list", ".mf", "Manifest.GZ"]) {
  treeCase(`T95 a Manifest may be called ${storedAs}`, { edits: eclass({ storedAs }), verdict: "ok" });
}
for (const storedAs of ["bz2", "xz", "lzma", "zst", "lz4"]) {
  treeCase(`T96 T97 a .${storedAs} Manifest is refused, not parsed as text`, {
    edits: eclass({ storedAs: `Manifest.${storedAs}` }),
    verdict: "unsupported-compression",
  });
}
treeCase("T98 a gzip file may have several members", {
  edits: eclass({ bytes: (stored) => joined(stored, gzip("IGNORE a\n")) }),
  tamper: (dir) => put(`${dir}/eclass/a`),
  verdict: "ok",
});
treeCase("T98 zeros may follow the last member", {
  edits: eclass({ bytes: (stored) => joined(stored, new Uint8Array(512)) }),
  verdict: "ok",
});
treeCase("T99 garbage after the last member is refused", {
  edits: eclass({ bytes: (stored) => joined(stored, new TextEncoder().encode("garbage")) }),
  verdict: "bad-compression",
});
treeCase("T99 a truncated gzip file is refused", {
  edits: eclass({ bytes: (stored) => stored.slice(0, -9) }),
  verdict: "bad-compression",
});
treeCase("T99 a wrong checksum is refused", {
  edits: eclass({ bytes: (stored) => stored.with(-6, (stored.at(-6) ?? 0) ^ 1) }),
  verdict: "bad-compression",
});
treeCase("T99 text called .gz is refused", {
  edits: eclass({ bytes: () => new TextEncoder().encode("IGNORE a\n") }),
  verdict: "bad-compression",
});
treeCase("An empty .gz file has no entries", {
  edits: eclass({ bytes: () => new Uint8Array() }),
  verdict: "stray",
});
treeCase("A Manifest that is too large when decompressed is refused", {
  edits: eclass({ bytes: () => new Uint8Array(gzipSync(new Uint8Array(257 * 2 ** 20))) }),
  verdict: "too-large",
});

const foo = manifestEntry("DATA", "foo.eclass", { content: "# eclass\n" });
const second = (text: string) => `${text}${manifestEntry("MANIFEST", "Manifest.b", { content: `${foo}\n` })}\n`;
treeCase("T100 two Manifests may share a directory", {
  edits: inManifest("eclass/Manifest.gz", (text) => second(text.replace(/^DATA foo.*\n/m, ""))),
  tamper: (dir) => put(`${dir}/eclass/Manifest.b`, `${foo}\n`),
  verdict: "ok",
});
treeCase("T101 two Manifests may say the same", {
  edits: inManifest("eclass/Manifest.gz", second),
  tamper: (dir) => put(`${dir}/eclass/Manifest.b`, `${foo}\n`),
  verdict: "ok",
});
treeCase("T102 a Manifest that names itself is not read again, and cannot be right", {
  edits: inManifest("eclass/Manifest.gz", (text) => `${text}MANIFEST Manifest.gz 1 SHA512 ${"0".repeat(128)}\n`),
  verdict: "conflict",
});
const tests = manifestEntry("DATA", "t.sh", { content: "#!/bin/sh\n" });
treeCase("T103 a Manifest may lie deeper", {
  edits: inManifest(
    "eclass/Manifest.gz",
    (text) =>
      text.replace(/^DATA tests.*\n/m, `${manifestEntry("MANIFEST", "tests/Manifest", { content: `${tests}\n` })}\n`),
  ),
  tamper: (dir) => put(`${dir}/eclass/tests/Manifest`, `${tests}\n`),
  verdict: "ok",
});
treeCase("T104 a Manifest may list files of directories with their own", {
  edits: {
    ...inManifest("eclass/Manifest.gz", (text) => text.replace(/^DATA foo.*\n/m, "")),
    ...added(manifestEntry("DATA", "eclass/foo.eclass", { content: "# eclass\n" })),
  },
  verdict: "ok",
});
treeCase("T105 a listed Manifest must not be ignored", {
  edits: added("IGNORE eclass/Manifest.gz"),
  verdict: "conflict",
});

const NEWS = "metadata/news/Manifest";
const newsText = (stored: Uint8Array) => new TextDecoder().decode(stored);

const stranger = await signingKey();
const foreign = await stranger.clearsign(`TIMESTAMP ${timestampOf(new Date())}`);
treeCase("T106 a sub-Manifest signed by an unknown key is refused", {
  edits: { [NEWS]: { bytes: () => new TextEncoder().encode(foreign) } },
  verdict: "no-public-key",
  names: NEWS,
});
treeCase("T107 a sub-Manifest changed after it was signed is refused", {
  edits: {
    [NEWS]: {
      bytes: (stored) => new TextEncoder().encode(newsText(stored).replace(/^TIMESTAMP/m, "IGNORE a\nTIMESTAMP")),
    },
  },
  verdict: "bad-signature",
  names: NEWS,
});
treeCase("T108 a sub-Manifest needs no signature", {
  edits: {
    [NEWS]: {
      bytes: (stored) => new TextEncoder().encode(/^MANIFEST [^]*?Z$/m.exec(newsText(stored))?.[0] ?? ""),
    },
  },
  verdict: "ok",
});
