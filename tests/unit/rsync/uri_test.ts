import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Fault } from "../../../lib/base/fault.ts";
import { operandOf } from "../../../lib/rsync/operand.ts";
import { parseSyncUri } from "../../../lib/rsync/uri.ts";

function refusal(text: string): Fault {
  const fault = assertThrows(() => parseSyncUri(text), Fault);
  assertEquals(fault.kind, "configuration");
  assert(fault.hint !== undefined);
  return fault;
}

for (
  const [text, operand] of [
    ["rsync://rsync.gentoo.org/gentoo-portage", "rsync://rsync.gentoo.org/gentoo-portage"],
    ["rsync://u@h:8730/m/sub//", "rsync://u@h:8730/m/sub"],
    ["rsync://[2001:db8::1]:873/m", "rsync://[2001:db8::1]:873/m"],
    ["rsync://h:873/m@x", "rsync://h:873/m@x"],
    ["ssh://h/p", "h:/p"],
    ["ssh://u@[::1]:22/p/", "u@[::1]:/p"],
    ["file:///srv/tree/", "/srv/tree"],
    ["file:///a b", "/a b"],
  ] as const
) {
  Deno.test(`${text} is the source ${operand}`, () => assertEquals(operandOf(parseSyncUri(text)), operand));
}

for (const text of ["http://h/m", "/srv/x", "host::m", "RSYNC://h/m", "file:/x"]) {
  Deno.test(`T46 ${text} is refused with a hint`, () => {
    const fault = refusal(text);
    assertStringIncludes(fault.message, text);
  });
}

Deno.test("T46 the hint writes host::module and a bare path as URIs", () => {
  assertStringIncludes(refusal("host::m").hint ?? "", "rsync://host/module");
  assertStringIncludes(refusal("/srv/x").hint ?? "", "file:///srv/x");
});

for (const text of ["xx rsync://h/m", " rsync://h/m", "rsync://h/m\n", "rsync://h/m\u0000x"]) {
  Deno.test(`D51 ${JSON.stringify(text)} is refused: the whole text must be a URI`, () => {
    refusal(text);
  });
}

for (
  const text of [
    "rsync://",
    "rsync://h",
    "rsync://h/",
    "rsync:///m",
    "rsync://h:0/m",
    "rsync://h:65536/m",
    "rsync://h:/m",
    "rsync://h:1x/m",
    "rsync://@h/m",
    "rsync://a@b@h/m",
    "rsync://[::1/m",
    "rsync://[h]/m",
    "rsync://::1/m",
    "rsync://h h/m",
    "ssh://h",
    "file://dir/x",
    "file://",
    "",
  ]
) {
  Deno.test(`${JSON.stringify(text)} is refused`, () => {
    refusal(text);
  });
}

for (const text of ["ssh://-oProxyCommand=x/p", "ssh://-x@h/p", "rsync://-h/m", "ssh://[-oX:]/p"]) {
  Deno.test(`${text} cannot become an option`, () => {
    refusal(text);
  });
}

for (
  const text of [
    "rsync://me:secret@h/m",
    "rsync://me:sec/ret@h/m",
    "rsync://me:x@secret@h/m",
    "rsync://:secret@h/m",
    "ssh://me:secret@h:22/p",
    "RSYNC://me:secret@h/m",
    "xx rsync://me:secret@h/m",
    "me:secret@h::m",
    "rsync://me:a b secret@h/m",
    "rsync://me:secret@h/m\n",
  ]
) {
  Deno.test(`no message shows the password of ${JSON.stringify(text)}`, () => {
    const fault = refusal(text);
    assert(!`${fault.message} ${fault.hint}`.includes("secret"));
    assert(!`${fault.message} ${fault.hint}`.includes("ret@"));
  });
}

Deno.test("a password in the URI is refused in favour of RSYNC_PASSWORD", () => {
  assertStringIncludes(refusal("rsync://me:secret@h/m").hint ?? "", "RSYNC_PASSWORD");
  assertStringIncludes(refusal("rsync://me:sec/ret@h/m").hint ?? "", "RSYNC_PASSWORD");
});
