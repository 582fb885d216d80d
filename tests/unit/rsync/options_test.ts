import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { shellWords } from "../../../lib/base/shell_words.ts";
import { commonWords, type OptionSources } from "../../../lib/rsync/options.ts";
import { parseSyncUri } from "../../../lib/rsync/uri.ts";

const BUILT_IN = shellWords(
  `--recursive --links --safe-links --perms --times --omit-dir-times --compress --force --whole-file --delete --stats
  --human-readable --timeout=180 --exclude=/distfiles --exclude=/local --exclude=/packages`,
);

function common(sources: Partial<Omit<OptionSources, "uri">> & { readonly uri?: string }) {
  return commonWords({
    opts: "",
    extraOpts: [],
    sshOpts: undefined,
    verbosity: "normal",
    debug: false,
    ...sources,
    uri: parseSyncUri(sources.uri ?? "rsync://h/m"),
  });
}

Deno.test("T41 -a still gets --recursive, --times and the excludes, with a warning each", () => {
  const { words, warnings } = common({ opts: "-a" });
  assertEquals(
    words.join(" "),
    "-a --recursive --times --exclude=/distfiles --exclude=/local --exclude=/packages --verbose",
  );
  assertEquals(warnings.length, 5);
});

Deno.test("T42 empty or unset PORTAGE_RSYNC_OPTS is the built-in list without /.git", () => {
  for (const opts of ["", undefined]) {
    assertEquals(common({ opts }), { words: [...BUILT_IN, "--verbose"], warnings: [] });
  }
});

Deno.test("T43 extra words come last, in order, quotes honoured", () => {
  const extraOpts = shellWords("--a\n--b='x y'\n--c");
  assertEquals(common({ extraOpts }).words.slice(-4), ["--verbose", "--a", "--b=x y", "--c"]);
});

Deno.test("T44 quiet is --quiet; verbose with debug is --verbose --progress --checksum", () => {
  assertEquals(common({ verbosity: "quiet" }).words.slice(BUILT_IN.length), ["--quiet"]);
  assertEquals(common({ verbosity: "verbose", debug: true }).words.slice(BUILT_IN.length), [
    "--verbose",
    "--progress",
    "--checksum",
  ]);
});

Deno.test("a mirror of gentoo.org gets --compress and --whole-file", () => {
  const opts = "--recursive --times --exclude=/distfiles --exclude=/local --exclude=/packages";
  const { words } = common({ opts, uri: "rsync://rsync.gentoo.org/gentoo-portage/" });
  assertEquals(words, [...shellWords(opts), "--compress", "--whole-file", "--verbose"]);
});

Deno.test("an unclosed quote in PORTAGE_RSYNC_OPTS is a fault of the configuration", () => {
  assertEquals(assertThrows(() => common({ opts: "--a 'b" }), Fault).kind, "configuration");
});

for (
  const [name, sources, rsh] of [
    ["T47 PORTAGE_SSH_OPTS are one word after ssh", { uri: "ssh://u@h/p", sshOpts: "-p 2222" }, "--rsh=ssh -p 2222"],
    ["T48 the port of an ssh URI goes to ssh", { uri: "ssh://u@h:2222/p" }, "--rsh=ssh -p 2222"],
    [
      "T48 the port comes before PORTAGE_SSH_OPTS",
      { uri: "ssh://h:22/p", sshOpts: "-i k" },
      "--rsh=ssh -p 22 -i k",
    ],
    [
      "T48 the port is added to the user's own --rsh",
      { uri: "ssh://h:22/p", extraOpts: ["-e", "ssh -i k"] },
      "--rsh=ssh -i k -p 22",
    ],
  ] as const
) {
  Deno.test(name, () => assertEquals(common(sources).words.at(-1), rsh));
}

Deno.test("T47 without port and PORTAGE_SSH_OPTS, and for rsync://, there is no --rsh", () => {
  assertEquals(common({ uri: "ssh://u@h/p" }).words.at(-1), "--verbose");
  assertEquals(common({ uri: "rsync://h:2222/m", sshOpts: "-p 1" }).words.at(-1), "--verbose");
});
