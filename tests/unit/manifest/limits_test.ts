import { LIMITS } from "../../../lib/manifest/limits.ts";
import { manifestEntry } from "../../support/manifest_entry.ts";
import { added, inTop, put, treeCase } from "./tree_case.ts";

/** A file of that size that takes no space. */
function putSparse(path: string, size: number): void {
  put(path, "");
  Deno.truncateSync(path, size);
}

treeCase("a top-level Manifest that is too large is refused unread", {
  tamper: (dir) => Deno.truncateSync(`${dir}/Manifest`, LIMITS.topManifestBytes + 1),
  verdict: "too-large",
});

treeCase("a Manifest of distfiles alone is told from one that is not signed", {
  tamper: inTop(() => `DIST foo-1.tar.xz 1 SHA512 ${"0".repeat(128)}\n`),
  verdict: "not-a-full-tree-manifest",
});

treeCase("a Manifest that is listed as too large is refused unread", {
  edits: added(`MANIFEST big/Manifest ${LIMITS.storedManifestBytes + 1} SHA512 ${"0".repeat(128)}`),
  tamper: (dir) => putSparse(`${dir}/big/Manifest`, LIMITS.storedManifestBytes + 1),
  verdict: "too-large",
  names: "big/Manifest",
});

for (const [depth, verdict] of [[LIMITS.nesting - 2, "ok"], [LIMITS.nesting + 2, "too-large"]] as const) {
  const texts = nested(depth);
  treeCase(`Manifests that are nested ${depth} deep are ${verdict}`, {
    edits: added(manifestEntry("MANIFEST", "d/Manifest", { content: texts[0] ?? "" })),
    tamper: (dir) => texts.forEach((text, at) => put(`${dir}/${"d/".repeat(at + 1)}Manifest`, text)),
    verdict,
  });
}

/** Texts of Manifests each of which lists the next, in a directory below. */
function nested(depth: number): string[] {
  const texts = [""];
  while (texts.length < depth) {
    texts.unshift(`${manifestEntry("MANIFEST", "d/Manifest", { content: texts[0] ?? "" })}\n`);
  }
  return texts;
}

const path = (bytes: number) => `${"a/".repeat(bytes)}`.slice(0, bytes - 1) + "b";
treeCase("a path that is too long is refused", {
  edits: added(`DATA ${path(LIMITS.pathBytes + 1)} 0 SHA512 ${"0".repeat(128)}`),
  verdict: "bad-path",
});

treeCase("a signature that is too long is refused", {
  tamper: inTop((text) => {
    const [before = "", block = ""] = text.split("-----BEGIN PGP SIGNATURE-----\n\n");
    const end = block.slice(block.indexOf("-----END"));
    const line = `${"A".repeat(64)}\n`;
    return `${before}-----BEGIN PGP SIGNATURE-----\n\n${line.repeat(LIMITS.armorBytes / 48 + 1)}${end}`;
  }),
  verdict: "bad-framing",
});

treeCase("a key file that is too large is refused unread", {
  tamper: (_dir, { keyPath }) => Deno.truncateSync(keyPath, LIMITS.keyFileBytes + 1),
  verdict: "keyring",
});
