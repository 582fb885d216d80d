import { assertEquals } from "@std/assert";
import { tableLines } from "../../../../lib/cli/render/table.ts";
import { textWidth } from "../../../../lib/cli/render/width.ts";
import { colorStyle, PLAIN_STYLE } from "../../../../lib/cli/style.ts";
import type { TableBlock } from "../../../../lib/cli/view.ts";

const table: TableBlock = {
  kind: "table",
  columns: [{ title: "NAME" }, { title: "N", align: "right" }, { title: "PATH", shrinks: true }],
  rows: [["gentoo", "12", "/var/db/repos/gentoo"], ["日本語", "3", "/srv/x"]],
};

Deno.test("a table aligns its columns by what they take on a terminal", () => {
  assertEquals(tableLines(table, { style: PLAIN_STYLE, width: undefined }), [
    "NAME     N  PATH",
    "gentoo  12  /var/db/repos/gentoo",
    "日本語   3  /srv/x",
  ]);
});

Deno.test("the widest column that may shrink gives way to the width", () => {
  const lines = tableLines(table, { style: PLAIN_STYLE, width: 24 });
  assertEquals(lines[1], "gentoo  12  /var/db/rep…");
  assertEquals(Math.max(...lines.map(textWidth)), 24);
});

Deno.test("a table does not shrink below what is readable", () => {
  const lines = tableLines(table, { style: PLAIN_STYLE, width: 5 });
  assertEquals(lines[1], "gentoo  12  /var/db…");
});

const states: TableBlock = {
  kind: "table",
  columns: [{ title: "N", align: "right" }, { title: "PUBLISHED" }, { title: "STATE", wraps: true }],
  rows: [["1", { text: "2026-01-02 03:04:05Z", short: "2026-01-02" }, "spare, expires in 6 days, pinned by ci"], [
    "2",
    { text: "2026-01-03 03:04:05Z", short: "2026-01-03" },
    { text: "latest", tone: "good" },
  ]],
};

Deno.test("a table that is too wide shows short texts first; then what wraps goes on below", () => {
  assertEquals(tableLines(states, { style: PLAIN_STYLE, width: 54 })[1], `1  2026-01-02  ${states.rows[0]?.[2]}`);
  assertEquals(tableLines(states, { style: PLAIN_STYLE, width: 38 }), [
    "N  PUBLISHED   STATE",
    "1  2026-01-02  spare, expires in 6",
    "               days, pinned by ci",
    "2  2026-01-03  latest",
  ]);
  assertEquals(tableLines(states, { style: PLAIN_STYLE, width: undefined })[2], "2  2026-01-03 03:04:05Z  latest");
});

Deno.test("a wide character is not cut in two", () => {
  const wide: TableBlock = { kind: "table", columns: [{ title: "A", shrinks: true }], rows: [["日本語日本語日本語"]] };
  assertEquals(tableLines(wide, { style: PLAIN_STYLE, width: 10 })[1], "日本語日…");
});

Deno.test("control characters in a cell are escaped", () => {
  const evil: TableBlock = { kind: "table", columns: [{ title: "A" }], rows: [["a\u001b[2Jb\n"]] };
  assertEquals(tableLines(evil, { style: PLAIN_STYLE, width: undefined })[1], "a\\u{1b}[2Jb\\u{a}");
});

Deno.test("colours do not change the alignment", () => {
  const toned: TableBlock = { ...table, rows: [[{ text: "ok", tone: "good" }, "1", "/"]] };
  const [, line = ""] = tableLines(toned, { style: colorStyle(), width: undefined });
  // deno-lint-ignore no-control-regex -- colours are escape sequences
  assertEquals(line.replace(/\u001b\[\d+m/g, ""), "ok    1  /");
  assertEquals(line.includes("\u001b["), true);
});
