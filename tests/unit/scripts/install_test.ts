import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { installStage } from "../../support/installed.ts";
import { testUnless, withoutCommand } from "../../support/skip.ts";

const SYSTEM = "/usr/lib/systemd/system";

const FILES = [
  "/etc/conf.d/rcusync",
  "/etc/cron.daily/rcusync",
  "/usr/bin/rcusync",
  `${SYSTEM}/rcusync.service`,
  `${SYSTEM}/rcusync.timer`,
  "/usr/share/bash-completion/completions/rcusync",
  "/usr/share/fish/vendor_completions.d/rcusync.fish",
  "/usr/share/man/man1/rcusync.1",
  "/usr/share/man/man5/rcusync-repos.conf.5",
  "/usr/share/zsh/site-functions/_rcusync",
];

Deno.test("install puts each file where the system looks for it, and uninstall leaves nothing", () => {
  using stage = installStage();
  assertEquals(stage.run("install", "--prefix", "/usr").code, 0);
  assertEquals(stage.files(), FILES);
  assertEquals(Deno.statSync(`${stage.destdir}/usr/bin/rcusync`).mode, 0o100755);
  assertEquals(Deno.statSync(`${stage.destdir}/usr/share/man/man1/rcusync.1`).mode, 0o100644);
  assertEquals(stage.run("uninstall", "--prefix=/usr").code, 0);
  assertEquals([...Deno.readDirSync(stage.destdir)], []);
});

Deno.test("unit and cron script run the binary under the prefix, whatever characters that has", () => {
  using stage = installStage();
  assertEquals(stage.run("install", "--prefix", "/opt/a&b|c").code, 0);
  const unit = Deno.readTextFileSync(`${stage.destdir}/opt/a&b|c/lib/systemd/system/rcusync.service`);
  assertStringIncludes(unit, "\nExecStart=/opt/a&b|c/bin/rcusync sync --quiet ");
  assertStringIncludes(Deno.readTextFileSync(`${stage.destdir}/etc/cron.daily/rcusync`), `"/opt/a&b|c/bin/rcusync"`);
});

Deno.test("a configuration that somebody changed survives install and uninstall", () => {
  using stage = installStage();
  stage.run("install");
  const conf = `${stage.destdir}/etc/conf.d/rcusync`;
  Deno.writeTextFileSync(conf, "daily=yes\n");
  stage.run("install");
  assertStringIncludes(stage.run("uninstall").out, "was changed: remove it yourself");
  assertEquals(Deno.readTextFileSync(conf), "daily=yes\n");
  assertEquals(stage.files(), ["/etc/conf.d/rcusync"]);
});

for (const args of [["--prefix"], ["--prefix", "usr"], ["--strange"], ["file"]]) {
  Deno.test(`install refuses ${args.join(" ")} and installs nothing`, () => {
    using stage = installStage();
    assertEquals(stage.run("install", ...args).code, 2);
    assertEquals(stage.files(), []);
  });
}

Deno.test("the cron script syncs only where it is switched on, quietly and with the flags of the configuration", () => {
  using stage = installStage();
  stage.run("install", "--prefix", "/usr");
  const { destdir } = stage;
  const script = Deno.readTextFileSync(`${destdir}/etc/cron.daily/rcusync`)
    .replaceAll("/etc/conf.d/rcusync", `"${destdir}/etc/conf.d/rcusync"`).replace("/usr/bin", `${destdir}/usr/bin`);
  assertEquals(sh(script), { code: 0, out: "", err: "" });
  const conf = `${destdir}/etc/conf.d/rcusync`;
  Deno.writeTextFileSync(conf, Deno.readTextFileSync(conf).replace("daily=no", "daily=yes"));
  assertEquals(sh(script), { code: 0, out: "binary sync --quiet --min-interval=12h\n", err: "" });
});

testUnless(withoutCommand("systemd-analyze"), "systemd finds no fault with service and timer", () => {
  using stage = installStage();
  stage.run("install", "--prefix", "/usr");
  const folder = `${stage.destdir.replace(" ", "-")}`;
  Deno.renameSync(stage.destdir, folder);
  const unit = `${folder}${SYSTEM}/rcusync.service`;
  Deno.writeTextFileSync(unit, Deno.readTextFileSync(unit).replace("/usr/bin", `${folder}/usr/bin`));
  const files = `${unit} ${folder}${SYSTEM}/rcusync.timer`;
  assertEquals(sh(`systemd-analyze verify --man=no ${files}`), { code: 0, out: "", err: "" });
});

Deno.test("the ebuild installs with the same script, below the image directory", () => {
  using stage = installStage();
  const ebuild = new URL("../../../scripts/packaging/gentoo/rcusync-0.1.0.ebuild", import.meta.url).pathname;
  const install = `cd "$0/../check out" && D="$0" EPREFIX= P=x && dodoc() { ls "$@" >/dev/null; } && ` +
    `touch README.md CHANGELOG.md && source "${ebuild}" && src_install`;
  const { code, stderr } = new Deno.Command("bash", { args: ["-eu", "-c", install, stage.destdir] }).outputSync();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assert(stage.files().includes("/usr/bin/rcusync"));
});

function sh(script: string): { code: number; out: string; err: string } {
  const { code, stdout, stderr } = new Deno.Command("sh", { args: ["-c", script] }).outputSync();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
