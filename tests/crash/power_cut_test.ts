import { assert } from "@std/assert";
import type { Files } from "../../lib/host/files.ts";
import { withoutCutDisk } from "../support/cut_disk.ts";
import { cutPower } from "../support/power_cut.ts";
import { testPowerCuts, UPDATE } from "../support/power_cut_scenes.ts";
import { testUnless } from "../support/skip.ts";

testPowerCuts("ext4");

/** The SHA-256 of nothing: a file that was published without its contents. */
const EMPTY_FILE = /e3b0c44298fc1c14/;

const CONTROLS: readonly { readonly barriers: string; readonly flush: Files["flush"]; readonly loses: RegExp }[] = [
  { barriers: "that do nothing", flush: () => Promise.resolve(), loses: /reported/ },
  { barriers: "that flush the directory alone", flush: flushDirectory, loses: EMPTY_FILE },
];

for (const { barriers, flush, loses } of CONTROLS) {
  testUnless(
    withoutCutDisk("ext4"),
    `control: barriers ${barriers} do lose data in a power cut, so that these tests can fail`,
    async () => {
      const run = { fileSystem: "ext4", commits: false, flush, sample: () => [] } as const;
      const { losses } = await cutPower(UPDATE, run);
      const texts = [...losses.values()].map(({ message }) => message);
      assert(texts.some((text) => loses.test(text)), texts.join("\n"));
      console.log(`control: barriers ${barriers} lose data at ${losses.size} moments`);
    },
  );
}

/** fsync(2) of a directory commits the journal: names without contents. */
function flushDirectory(path: string): Promise<void> {
  using directory = Deno.openSync(path);
  directory.syncSync();
  return Promise.resolve();
}
