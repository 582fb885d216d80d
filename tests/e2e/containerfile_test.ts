import { assertEquals, assertStringIncludes } from "@std/assert";
import { withBinary } from "../support/bare_chroot.ts";
import { container } from "../support/container.ts";
import { longMode } from "../support/long_test.ts";
import { withoutMounts } from "../support/mount.ts";
import { startDaemon } from "../support/rsync_daemon.ts";
import { testUnless, withoutCommand, withoutRoot } from "../support/skip.ts";
import { tempDir } from "../support/temp_dir.ts";
import { oldTree } from "../support/two_trees.ts";

const checkout = new URL("../../", import.meta.url).pathname;

/** The instructions of a Containerfile, continued lines joined. */
function instructions(name: string): readonly (readonly [word: string, rest: string])[] {
  const text = Deno.readTextFileSync(`${checkout}scripts/packaging/container/${name}`).replaceAll("\\\n", " ");
  return text.split("\n").flatMap((line) => {
    const [, word, rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return word === undefined ? [] : [[word, rest]];
  });
}

if (longMode) {
  const reason = withoutRoot() ?? withoutCommand("unshare") ?? withoutMounts();

  testUnless(reason, "the Containerfiles' own lines sync into a volume and bake a snapshot", async () => {
    using up = tempDir();
    oldTree(up.path);
    Deno.writeTextFileSync(`${up.path}/profiles/repo_name`, "gentoo\n");
    await using daemon = await startDaemon({ modules: { "gentoo-portage": up.path } });
    await withBinary(async (binary) => {
      using here = container();
      Deno.mkdirSync(`${here.root}/src/dist`);
      Deno.copyFileSync(binary, `${here.root}/src/dist/rcusync`);
      const conf = `${here.root}/src/scripts/packaging/container/repos.conf`;
      const text = Deno.readTextFileSync(conf);
      Deno.writeTextFileSync(
        conf,
        text.replace("rsync://rsync.gentoo.org/gentoo-portage", daemon.uri("gentoo-portage")),
      );
      const succeed = async (line: string) => {
        const { code, out, err } = await here.run(line);
        assertEquals(code, 0, `${line}: ${out}${err}`);
        return out;
      };

      for (const [word, rest] of instructions("Containerfile")) {
        const [from = "", to = ""] = rest.split(" ");
        if (word === "COPY") await succeed(`mkdir -p ${to.replace(/\/[^/]*$/, "")} && cp ${from} ${to}`);
        // There is no registry of packages here; what they bring is in the container.
        if (word === "RUN" && !rest.startsWith("apt-get")) await succeed(rest);
      }
      assertStringIncludes(await succeed("rcusync sync"), "gentoo  updated to snapshot 1: ");
      assertEquals(Deno.readLinkSync(`${here.root}/var/db/repos/gentoo`), ".gentoo.rcu/latest");
      for (const [word, rest] of instructions("Containerfile.snapshot")) if (word === "RUN") await succeed(rest);
      const baked = `${here.root}/image/var/db/repos/gentoo`;
      assertEquals([Deno.lstatSync(baked).isDirectory, Deno.readTextFileSync(`${baked}/profiles/repo_name`)], [
        true,
        "gentoo\n",
      ]);
    });
  });
}
