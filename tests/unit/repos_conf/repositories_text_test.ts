import { assertEquals } from "@std/assert";
import { repositoriesText } from "../../../lib/repos_conf/repositories_text.ts";
import { REPOS_CONF, scratchConfig } from "../../support/scratch_config.ts";

Deno.test("T141 repositories written as text are read as the same repositories, by their locations", () => {
  using config = scratchConfig({
    [REPOS_CONF]: `[DEFAULT]
main-repo = gentoo
base = $T/repos
[gentoo]
location = %(base)s/gentoo
sync-type = rsync
sync-uri = rsync://h/a%%20b
sync-rcu = yes
sync-rcu-store-dir = $T/store
sync-rsync-extra-opts = --one
  --two=%%n
[guru]
location = %(base)s/guru
masters = gentoo
`,
  });
  Deno.mkdirSync(`${config.path}/store/snapshots/1`, { recursive: true });
  Deno.mkdirSync(`${config.path}/repos`);
  Deno.symlinkSync(`${config.path}/store/snapshots/1`, `${config.path}/repos/gentoo`);
  const { repositories } = config.load();
  const PORTAGE_REPOSITORIES = repositoriesText(repositories);
  const again = config.load({ PORTAGE_REPOSITORIES }).repositories;
  assertEquals(again.map(essence), repositories.map(essence));
  assertEquals(again.map(({ location }) => location), ["gentoo", "guru"].map((name) => `${config.path}/repos/${name}`));
});

type Loaded = ReturnType<ReturnType<typeof scratchConfig>["load"]>["repositories"][number];

function essence({ section, location, storage, syncUri, priority, masters, rsync }: Loaded) {
  return { section, location, storage, syncUri, priority, masters, rsync };
}
