import { assertEquals, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { refuseUnverifiable } from "../../../lib/storage/verifiable.ts";
import { fakeSystem } from "../../support/fake_system.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { repositoryWith } from "../../support/repository.ts";

Deno.test("the path of a key file that is not there cannot drive the terminal", () => {
  const { verification } = repositoryWith({});
  const repository = repositoryWith({
    verification: { ...verification, enabled: true, keyPath: "/nowhere/\u001b[2Jkey" },
  });
  const system = fakeSystem({ terminal: fakeTerminal() });
  const { message } = assertThrows(() => refuseUnverifiable(system, repository), Fault);
  assertEquals(message, 'Cannot verify "gentoo": "/nowhere/\\u{1b}[2Jkey" is not there');
});
