import { assertEquals } from "@std/assert";
import { unitIn } from "../../../lib/readers/reader.ts";

const CONTAINER = "0123456789ab".padEnd(64, "c");

Deno.test("a process is told by its systemd unit, the innermost one", () => {
  assertEquals(unitIn("0::/user.slice/user-0.slice/user@0.service/app.slice/emerge.scope\n"), "emerge.scope");
  assertEquals(unitIn("1:name=systemd:/system.slice/cron.service\n0::/\n"), "cron.service");
});

Deno.test("a process of a container is told by the short form of the container's id", () => {
  assertEquals(unitIn(`0::/system.slice/docker-${CONTAINER}.scope\n`), "0123456789ab");
  assertEquals(unitIn(`4:memory:/docker/${CONTAINER}\n`), "0123456789ab");
});

Deno.test("a process outside of units and containers is told by neither", () => {
  assertEquals(unitIn("0::/\n"), undefined);
  assertEquals(unitIn(""), undefined);
});
