import type { Random } from "./random.ts";
import { writeManifest } from "./manifest_tree.ts";
import { writeDated } from "./write_dated.ts";

/** Where a package is. */
export interface PackageName {
  readonly category: string;
  readonly name: string;
}

/** Creates a package under the repository `root`: ebuilds, their cache entries, metadata.xml, often patches. */
export function writePackage(root: string, id: PackageName, { random, time }: { random: Random; time: Date }): void {
  const dir = `${root}/${id.category}/${id.name}`;
  Deno.mkdirSync(dir, { recursive: true });
  for (let version = versionsOf(random); version > 0; version--) {
    writeVersion(root, id, { version: `${version}.${random.below(30)}`, random, time });
  }
  writeDated(`${dir}/metadata.xml`, metadataXml(id, random), time);
  if (random.next() < 0.3) {
    Deno.mkdirSync(`${dir}/files`);
    writeDated(`${dir}/files/${id.name}-fix.patch`, filler(random, 20), time);
  }
  writeManifest(dir, time);
}

/** Creates one ebuild and its metadata/md5-cache entry; the Manifests are left to the caller. */
export function writeVersion(
  root: string,
  { category, name }: PackageName,
  { version, random, time }: { version: string; random: Random; time: Date },
): void {
  const ebuild = ebuildText(name, random);
  writeDated(`${root}/${category}/${name}/${name}-${version}.ebuild`, ebuild, time);
  writeDated(`${root}/metadata/md5-cache/${category}/${name}-${version}`, cacheEntry(name, random), time);
}

/** Mostly one, sometimes up to four. */
function versionsOf(random: Random): number {
  let versions = 1;
  while (versions < 4 && random.next() < 0.08) versions++;
  return versions;
}

function ebuildText(name: string, random: Random): string {
  return `# Copyright 1999-2026 Gentoo Authors
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit toolchain-funcs

DESCRIPTION="${name}, made up by a generator"
HOMEPAGE="https://example.org/${name}"
SRC_URI="https://example.org/\${P}.tar.xz"

LICENSE="GPL-2"
SLOT="0"
KEYWORDS="~amd64 ~arm64"

src_configure() {
${filler(random, 12)}}
`;
}

function cacheEntry(name: string, random: Random): string {
  return `DEFINED_PHASES=configure
DESCRIPTION=${name}, made up by a generator
EAPI=8
HOMEPAGE=https://example.org/${name}
INHERIT=toolchain-funcs
KEYWORDS=~amd64 ~arm64
LICENSE=GPL-2
SLOT=0
_md5_=${hexDigits(random, 32)}
`;
}

function metadataXml({ category, name }: PackageName, random: Random): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE pkgmetadata SYSTEM "https://www.gentoo.org/dtd/metadata.dtd">
<pkgmetadata>
  <longdescription>${category}/${name} ${hexDigits(random, 24)}</longdescription>
</pkgmetadata>
`;
}

/** Lines that compress and differ like text does. */
export function filler(random: Random, lines: number): string {
  const words = ["econf", "use", "default", "append-flags", "local", "emake", "doins", "sed"] as const;
  let text = "";
  for (let line = 1 + random.below(2 * lines); line > 0; line--) {
    text += `\t${random.pick(words)} ${hexDigits(random, 8)} || die\n`;
  }
  return text;
}

function hexDigits(random: Random, digits: number): string {
  let text = "";
  while (text.length < digits) text += random.below(2 ** 32).toString(16).padStart(8, "0");
  return text.slice(0, digits);
}
