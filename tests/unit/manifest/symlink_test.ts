import { manifestEntry } from "../../support/manifest_entry.ts";
import { added, put, treeCase } from "./tree_case.ts";

treeCase("T31 a link into the unverified part escapes", {
  tamper: (dir) => {
    Deno.renameSync(`${dir}/header.txt`, `${dir}/.hdr`);
    Deno.symlinkSync(".hdr", `${dir}/header.txt`);
  },
  verdict: "symlink-escape",
});
treeCase("T32 a link out of the tree escapes, whatever it leads to", {
  tamper: (dir) => {
    Deno.renameSync(`${dir}/header.txt`, `${dir}-outside`);
    Deno.symlinkSync(`${dir}-outside`, `${dir}/header.txt`);
  },
  verdict: "symlink-escape",
});
treeCase("T32 a relative link out of the tree escapes", {
  tamper: (dir) => {
    Deno.renameSync(`${dir}/header.txt`, `${dir}-outside`);
    Deno.symlinkSync("../tree-outside", `${dir}/header.txt`);
  },
  verdict: "symlink-escape",
});

const STRAY_LINKS = {
  "T33 an unlisted link to a listed file is a stray": "header.txt",
  "T34 an unlisted dangling link is a stray": "nothing",
  "T36 an unlisted link to a directory is a stray": "app-foo",
};
for (const [name, target] of Object.entries(STRAY_LINKS)) {
  treeCase(name, { tamper: (dir) => Deno.symlinkSync(target, `${dir}/link`), verdict: "stray", names: "link" });
}
treeCase("T35 a listed file that is a dangling link is missing", {
  tamper: (dir) => {
    Deno.removeSync(`${dir}/header.txt`);
    Deno.symlinkSync("nothing", `${dir}/header.txt`);
  },
  verdict: "missing",
});
for (const [path, target] of [["link", "."], ["eclass/tests/link", "../../eclass"], ["link", "link"]] as const) {
  treeCase(`T37 T38 the link ${path} to ${target} escapes round in a circle`, {
    tamper: (dir) => Deno.symlinkSync(target, `${dir}/${path}`),
    verdict: "symlink-escape",
  });
}
treeCase("T39 a directory that is a link to an identical one outside escapes", {
  tamper: (dir) => {
    Deno.renameSync(`${dir}/eclass`, `${dir}-eclass`);
    Deno.symlinkSync(`${dir}-eclass`, `${dir}/eclass`);
  },
  verdict: "symlink-escape",
});
treeCase("T40 a link to a directory passes when both views are listed", {
  edits: added(manifestEntry("DATA", "sd/x", { content: "x\n" }), manifestEntry("DATA", "sl/x", { content: "x\n" })),
  tamper: (dir) => {
    put(`${dir}/sd/x`);
    Deno.symlinkSync("sd", `${dir}/sl`);
  },
  verdict: "ok",
});
treeCase("T40 behind a link every name must be listed too", {
  edits: added(
    ...["sd/x", "sd/y", "sl/x"].map((path) => manifestEntry("DATA", path, { content: "x\n" })),
  ),
  tamper: (dir) => {
    put(`${dir}/sd/x`);
    put(`${dir}/sd/y`);
    Deno.symlinkSync("sd", `${dir}/sl`);
  },
  verdict: "stray",
  names: "sl/y",
});
treeCase("T41 an ignored path may be a link to anywhere", {
  tamper: (dir) => Deno.symlinkSync("/", `${dir}/distfiles`),
  verdict: "ok",
});
treeCase("Links to links do not make an endless tree", {
  tamper: (dir) => {
    for (let level = 0; level < 30; level++) {
      Deno.mkdirSync(`${dir}/d${level}`);
      Deno.symlinkSync(`../d${level + 1}`, `${dir}/d${level}/a`);
      Deno.symlinkSync(`../d${level + 1}`, `${dir}/d${level}/b`);
    }
    put(`${dir}/d30/x`);
  },
  verdict: "stray",
});
