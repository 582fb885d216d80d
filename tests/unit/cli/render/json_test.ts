import { assert, assertEquals } from "@std/assert";
import { Fault } from "../../../../lib/base/fault.ts";
import { documentLine, errorLine } from "../../../../lib/cli/render/json.ts";

Deno.test("a document is one line, and no character of it drives a terminal", () => {
  const name = "a\n\u009b2Jb\u202e";
  const line = documentLine("list", { name });
  assertEquals(JSON.parse(line), { schema: 1, command: "list", name });
  assert(/^[\x20-\x7e]+\n$/.test(line), line);
});

Deno.test("an error has kind and message, and a hint where there is one", () => {
  const line = errorLine(undefined, new Fault("usage", "Wrong"));
  assertEquals(line, '{"schema":1,"error":{"kind":"usage","message":"Wrong"}}\n');
});
