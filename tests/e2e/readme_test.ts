import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { container } from "../support/container.ts";
import { longMode } from "../support/long_test.ts";
import { withoutMounts } from "../support/mount.ts";
import { readReadme } from "../support/readme.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";
import { newTree, oldTree } from "../support/two_trees.ts";

if (longMode) {
  const reason = withoutRoot() ?? withoutCommand("unshare") ?? withoutCommand("mandoc") ?? withoutMounts();

  testUnless(reason, "README can be followed from the first line to the last in an empty container", async () => {
    using up = tempDir();
    oldTree(up.path);
    Deno.writeTextFileSync(`${up.path}/profiles/repo_name`, "gentoo\n");
    await using daemon = await startDaemon({ modules: { gentoo: up.path } });
    using here = container();
    const readme = readReadme();
    const succeed = async (line: string) => {
      const { code, out, err } = await here.run(line);
      assertEquals(code, 0, `${line}: ${out}${err}`);
      return out;
    };

    const [demo = ""] = readme.commands("See it work");
    assertStringIncludes(await succeed(demo), "All of it held.");
    for (const line of readme.commands("Install it")) await succeed(line);

    const conf = `${here.root}/etc/portage/repos.conf`;
    Deno.mkdirSync(conf, { recursive: true });
    const lines = readme.block("Use it", "ini").replace(/^sync-uri = .*$/m, `sync-uri = ${daemon.uri("gentoo")}`);
    Deno.writeTextFileSync(`${conf}/gentoo.conf`, lines);
    const outputs = new Map<string, string>();
    for (const line of readme.commands("Use it")) {
      // Two snapshots, so that there is something to compare and to go back to.
      if (line.startsWith("rcusync diff")) {
        newTree(up.path);
        await succeed("rcusync sync");
      }
      outputs.set(line, await succeed(line.replace("CMD", "sh -c 'ls $RCUSYNC_PATH'")));
    }
    assertStringIncludes(outputs.get("rcusync sync") ?? "", "gentoo  updated to snapshot 1: ");
    assertEquals(outputs.get("rcusync path gentoo"), "/var/db/repos/.gentoo.rcu/snapshots/1\n");
    assertMatch(outputs.get("rcusync rollback gentoo") ?? "", /^Published snapshot 1 of gentoo again, in place of 2\n/);
    assertEquals(outputs.get("rcusync doctor"), "gentoo: all is well\n");

    for (const page of ["man1/rcusync.1", "man5/rcusync-repos.conf.5"]) {
      // Bold is a letter, a backspace and the letter again.
      const text = (await succeed(`mandoc -T utf8 /usr/local/share/man/${page}`)).replaceAll(/.[\b]/g, "");
      assertMatch(text, /^NAME$[^]*^SEE ALSO$/m);
    }
    assertEquals(await succeed(`bash -c ${quoted(COMPLETE)}`), "2\n1\n");
    await succeed("scripts/uninstall --prefix /usr/local");
    assertEquals([...Deno.readDirSync(`${here.root}/usr/local/bin`)], []);
  });
}

/** Completes a line by what was installed. */
const COMPLETE = `
. /usr/local/share/bash-completion/completions/rcusync
compopt() { :; }
COMP_WORDS=(rcusync rollback gentoo "") COMP_CWORD=3
_rcusync
printf "%s\\n" "\${COMPREPLY[@]}"
`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
