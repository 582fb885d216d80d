import { BUILD } from "../../base/build.ts";
import { type Key, KEYS } from "../../repos_conf/keys.ts";
import type { ManBlock, ManPage } from "./roff.ts";

const EXAMPLE = `[DEFAULT]
main-repo = gentoo

[gentoo]
location = /var/db/repos/gentoo
sync-type = rsync
sync-uri = rsync://rsync.gentoo.org/gentoo-portage
sync-rcu = yes
sync-rcu-store-dir = /var/db/repos/.gentoo.rcu
sync-rsync-verify-metamanifest = yes
sync-openpgp-key-path = /usr/share/openpgp-keys/gentoo-release.asc`;

const DESCRIPTION = [
  "rcusync reads the repos.conf that Portage reads, in the same dialect: sections in brackets, one for each repository, " +
  "with lines of the form KEY = VALUE; what [DEFAULT] has counts for all sections; %(KEY)s stands for the value of " +
  "another key; a line that begins with white space goes on with the value before it; # and ; begin a comment at the " +
  "start of a line only.",
  "Where repos.conf is a directory, its files are read in the order of their names. Later values replace earlier ones.",
  "A key that neither Portage nor rcusync knows brings a warning, with the known one that it is close to.",
  "rcusync config prints every setting in effect, and the line it comes from.",
];

/** rcusync-repos.conf(5): every key that is known, from the one table of them. */
export function reposConfPage(): ManPage {
  const keys = [...KEYS.values()];
  const [used, others] = [keys.filter(({ used }) => used), keys.filter(({ used }) => !used)];
  return {
    name: "rcusync-repos.conf",
    section: 5,
    volume: "File Formats",
    source: `rcusync ${BUILD.version}`,
    body: [
      section("NAME"),
      paragraph("rcusync-repos.conf - the keys of repos.conf that rcusync knows"),
      section("SYNOPSIS"),
      paragraph("/etc/portage/repos.conf"),
      section("DESCRIPTION"),
      ...DESCRIPTION.map(paragraph),
      section("KEYS"),
      keyBlock(used),
      section("KEYS FOR PORTAGE ALONE"),
      paragraph("rcusync knows these, so that it warns of no key of Portage's, and does nothing with them."),
      keyBlock(others),
      section("EXAMPLE"),
      { kind: "literal", text: EXAMPLE },
      section("SEE ALSO"),
      paragraph("rcusync(1), portage(5)"),
    ],
  };
}

function keyBlock(keys: readonly Key[]): ManBlock {
  return { kind: "pairs", pairs: keys.map((key) => [`${key.name} = ${key.type}`, meaningOf(key)]) };
}

function meaningOf({ meaning, default: fallback }: Key): string {
  return fallback === undefined ? `${meaning}.` : `${meaning}. Default: ${fallback}.`;
}

function section(title: string): ManBlock {
  return { kind: "section", title };
}

function paragraph(text: string): ManBlock {
  return { kind: "paragraph", text };
}
