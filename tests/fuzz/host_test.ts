import { assert } from "@std/assert";
import { shellWords } from "../../lib/base/shell_words.ts";
import { systemFiles } from "../../lib/host/files.ts";
import { overlayLayers, parseMountinfo } from "../../lib/readers/mount.ts";
import { operandOf } from "../../lib/rsync/operand.ts";
import { parseSyncUri } from "../../lib/rsync/uri.ts";
import { rejectedTree } from "../../lib/storage/rejected.ts";
import { readMigration } from "../../lib/storage/migration.ts";
import { isDescribedBy, readJournal } from "../../lib/store/journal.ts";
import { storeLayout } from "../../lib/store/layout.ts";
import { lockHolder } from "../../lib/store/lock.ts";
import { pinsOf } from "../../lib/store/pins.ts";
import { readStagingNote } from "../../lib/store/staging_note.ts";
import { fuzz } from "../support/fuzz.ts";
import { mutatedText } from "../support/mutated_text.ts";
import { GLOBAL_REPOS_CONF, MAKE_CONF, REPOS_CONF, scratchConfig } from "../support/scratch_config.ts";

/* What the administrator, the kernel and earlier runs have written. */

const REPOSITORIES = [
  "[DEFAULT]\nmain-repo = gentoo\n\n[gentoo]\nlocation = $T/gentoo\nsync-type = rsync\nsync-uri = rsync://h/m\n" +
  "sync-rcu = yes\nsync-rcu-store-dir = $T/store\nsync-umask = 022\nsync-user = a:b\nmasters =\npriority = -5\n",
  "[x]\nlocation = %(ROOT)s/x\naliases = a b\n  c\nsync-rcu-ttl-days = 7\nsync-rsync-verify-jobs = 1\nvolatile = no\n",
] as const;

const MAKE_CONFS = [
  "FEATURES=\"usersync -x ${FOO}\"\nexport PORTAGE_RSYNC_OPTS='--a --b'\nsource make.local\nA=$B\\\n C # d\n",
  "PORTAGE_RSYNC_EXTRA_OPTS=\"--exclude='a b'\"\nPORTAGE_RSYNC_RETRIES=-1\nROOT=/x\n",
] as const;

for (
  const [name, path, seeds] of [["repos.conf", REPOS_CONF, REPOSITORIES], ["make.conf", MAKE_CONF, MAKE_CONFS]] as const
) {
  fuzz({
    name,
    percent: 4,
    input: (random) => mutatedText(random, seeds),
    read: (text) => {
      using config = scratchConfig({ [GLOBAL_REPOS_CONF]: REPOSITORIES[0], [path]: text });
      for (const { faults, location } of config.load().repositories) assert(faults.length > 0 || location !== "");
    },
  });
}

fuzz({
  name: "sync-uri",
  percent: 17,
  input: (random) => mutatedText(random, ["rsync://me@[2001:db8::1]:873/m/p", "ssh://u@h:22/p", "file:///a/b"]),
  read: (text) => {
    assert(!operandOf(parseSyncUri(text)).startsWith("-"));
  },
});

fuzz({
  name: "rsync options",
  percent: 2,
  input: (random) => mutatedText(random, ['--exclude=\'a b\' -avz "x\\"y" \\ z']),
  read: shellWords,
});

const NOTES = [
  '{"schema":1,"id":7,"base":6,"publishedMs":1700000000000,"uri":"rsync://h/m","verified":true,' +
  '"counts":{"created":1,"changed":0,"deleted":0},"changes":[["+","a/b"],["-","c"]]}',
  '{"phase":"publish","snapshot":7,"base":6,"bootId":"x"}',
  '{"pid":1,"host":"h","command":"rcusync","since":"2024"}',
  '{"newId":2,"oldId":1,"copied":true}',
  "7\n",
] as const;

fuzz({
  name: "journals, notes and pins",
  percent: 5,
  input: (random) => mutatedText(random, NOTES),
  read: (text) => {
    const layout = storeLayout("/store");
    // One text for every file that there is.
    const files = {
      ...systemFiles(),
      readText: () => text,
      readTextIfAny: () => text,
      readDir: () => [{ name: "7", isFile: true, isDirectory: false, isSymlink: false }],
      lstat: () => ({ ...FILE, size: text.length }),
      stat: () => FILE,
    };
    const journal = readJournal(files, layout, 7);
    if (journal !== undefined) isDescribedBy({ id: 7, path: "/store/snapshots/7", publishedMs: 0 }, journal);
    for (const read of [readStagingNote, rejectedTreeOf, migrationOf]) read(files, layout);
    lockHolder(files, layout.lock);
    for (const id of pinsOf(files, layout).bySnapshot.keys()) assert(Number.isSafeInteger(id));
  },
});

const FILE = { type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, mtimeMs: 0, ino: 1, dev: 1, nlink: 1 } as const;

function rejectedTreeOf(files: ReturnType<typeof systemFiles>, layout: ReturnType<typeof storeLayout>) {
  return rejectedTree({ files }, layout);
}

function migrationOf(files: ReturnType<typeof systemFiles>, layout: ReturnType<typeof storeLayout>) {
  return readMigration({ files }, layout);
}

fuzz({
  name: "mountinfo",
  percent: 3,
  input: (random) =>
    mutatedText(random, [
      "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n",
      "90 1 0:42 / / rw - overlay overlay rw,lowerdir=/a:/b\\:c,upperdir=/u,workdir=/w,lowerdir+=/d\n",
    ]),
  read: (text) => {
    for (const mount of parseMountinfo(text)) overlayLayers(mount);
  },
});
