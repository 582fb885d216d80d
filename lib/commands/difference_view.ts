import type { Block, Cell, Tone } from "../cli/view.ts";
import type { NamedChange, RepositoryDifference } from "../history/diff.ts";
import type { PackageChange } from "../history/package_difference.ts";
import type { FileChange } from "../history/snapshot_difference.ts";

/** A difference as tables, one for each kind of thing that changed. */
export function differenceBlocks(
  difference: RepositoryDifference,
  { withFiles }: { readonly withFiles: boolean },
): Block[] {
  return [
    ...packageBlocks(difference.packages),
    ...maskBlocks(difference),
    ...namedBlocks("Eclasses", difference.eclasses),
    ...namedBlocks("Profiles", difference.profiles),
    ...namedBlocks("News", difference.news),
    ...namedBlocks("GLSAs", difference.glsas),
    ...namedBlocks("Files", withFiles ? difference.files.map(({ path, kind }) => ({ name: path, kind })) : []),
  ];
}

function packageBlocks(packages: readonly PackageChange[]): Block[] {
  if (packages.length === 0) return [];
  return [{
    kind: "table",
    columns: [{ title: "" }, { title: "PACKAGE" }, { title: "VERSIONS", shrinks: true }],
    rows: packages.map((change) => {
      const kind = change.kind === "added" ? "created" : change.kind === "removed" ? "deleted" : "changed";
      return [mark(kind), change.name, versionsText(change)];
    }),
  }];
}

/** `+1.2 -1.1 *1.0 (1.0: -~amd64 +amd64)` */
function versionsText({ versions, keywords }: PackageChange): string {
  const signed = [
    ...versions.added.map((version) => `+${version}`),
    ...versions.removed.map((version) => `-${version}`),
    ...versions.changed.map((version) => `*${version}`),
  ];
  const keyworded = keywords.map(({ version, gained, lost }) =>
    `(${version}: ${[...lost.map((word) => `-${word}`), ...gained.map((word) => `+${word}`)].join(" ")})`
  );
  return signed.length + keyworded.length === 0 ? "other files" : [...signed, ...keyworded].join(" ");
}

function maskBlocks({ masked, unmasked }: RepositoryDifference): Block[] {
  const rows = [
    ...masked.map((atom): Cell[] => [{ text: "masked", tone: "bad" }, atom]),
    ...unmasked.map((atom): Cell[] => [{ text: "unmasked", tone: "good" }, atom]),
  ];
  if (rows.length === 0) return [];
  return [{ kind: "heading", text: "Masks" }, table(rows)];
}

function namedBlocks(title: string, changes: readonly NamedChange[]): Block[] {
  if (changes.length === 0) return [];
  return [{ kind: "heading", text: title }, table(changes.map(({ name, kind }) => [mark(kind), name]))];
}

function table(rows: readonly (readonly Cell[])[]): Block {
  return { kind: "table", columns: [{ title: "" }, { title: "NAME", shrinks: true }], rows };
}

const MARKS: Readonly<Record<FileChange["kind"], { readonly text: string; readonly tone: Tone }>> = {
  created: { text: "+", tone: "good" },
  changed: { text: "*", tone: "warning" },
  deleted: { text: "-", tone: "bad" },
};

function mark(kind: FileChange["kind"]): Cell {
  return MARKS[kind];
}
