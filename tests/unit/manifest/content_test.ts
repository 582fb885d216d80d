import { createServer } from "node:net";
import { put, treeCase } from "./tree_case.ts";

const EBUILD = "app-foo/bar/bar-1.0.ebuild";

treeCase("T1 an untouched tree verifies", { verdict: "ok" });
treeCase("T2 changed bytes of the same size are noticed", {
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/${EBUILD}`, 'EAPI=8\nDESCRIPTION="One"\n'),
  verdict: "digest",
  names: EBUILD,
});
treeCase("T3 an appended byte is noticed", {
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/${EBUILD}`, "\n", { append: true }),
  verdict: "size",
});
treeCase("T4 a truncated file is noticed", { tamper: (dir) => Deno.truncateSync(`${dir}/${EBUILD}`), verdict: "size" });
treeCase("T5 a deleted file is missing", { tamper: (dir) => Deno.removeSync(`${dir}/${EBUILD}`), verdict: "missing" });

const STRAYS = {
  "T6 an unlisted ebuild is a stray": "app-foo/bar/bar-3.0.ebuild",
  "T7 an unlisted file at the top is a stray": "README",
  "T8 a file in an unlisted category is a stray": "app-new/x/x-1.ebuild",
  "T13 IGNORE distfiles does not cover distfiles2": "distfiles2/a",
  "T14 an IGNORE of metadata/ does not cover a category": "app-foo/timestamp.chk",
  "T18 a Manifest that no entry names is a stray": "eclass/Manifest",
  "T19 a compressed top-level Manifest is a stray": "Manifest.gz",
  "T25 byte code is a stray": "app-foo/bar/__pycache__/x.pyc",
  "T25 an editor's backup is a stray": "app-foo/bar/bar-1.0.ebuild~",
  "T27 a name with a blank and without an entry is a stray": "app-foo/a b",
};
for (const [name, path] of Object.entries(STRAYS)) {
  treeCase(name, { tamper: (dir) => put(`${dir}/${path}`), verdict: "stray", names: path });
}

treeCase("T9 empty directories need no entry", {
  tamper: (dir) => Deno.mkdirSync(`${dir}/app-new/x`, { recursive: true }),
  verdict: "ok",
});
treeCase("T10 dotfiles are outside of verification", {
  tamper: (dir) => {
    for (const path of ["app-foo/bar/.hidden", ".git/config", "app-foo/.svn/entries"]) put(`${dir}/${path}`);
  },
  verdict: "ok",
});
treeCase("T11 an ignored directory is ignored with all below it", {
  tamper: (dir) => put(`${dir}/distfiles/a/b/c`),
  verdict: "ok",
});
treeCase("T12 an ignored file may change", { tamper: (dir) => put(`${dir}/metadata/timestamp.chk`), verdict: "ok" });
treeCase("T12 an ignored file may be gone", {
  tamper: (dir) => Deno.removeSync(`${dir}/metadata/timestamp.chk`),
  verdict: "ok",
});
treeCase("T15 a changed sub-Manifest is noticed", {
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/app-foo/bar/Manifest`, "\n", { append: true }),
  verdict: "manifest-mismatch",
});
for (const path of ["app-foo/bar/Manifest", "eclass/Manifest.gz"]) {
  treeCase(`T16 ${path} is missed`, {
    tamper: (dir) => Deno.removeSync(`${dir}/${path}`),
    verdict: "manifest-mismatch",
    names: path,
  });
}
treeCase("T17 a byte after a compressed Manifest is noticed", {
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/Manifest.files.gz`, "\0", { append: true }),
  verdict: "manifest-mismatch",
});
treeCase("T20 a directory in place of a file is of the wrong type", {
  tamper: (dir) => {
    Deno.removeSync(`${dir}/header.txt`);
    Deno.mkdirSync(`${dir}/header.txt`);
  },
  verdict: "wrong-type",
});
treeCase("T20 a FIFO in place of a file is never opened", {
  tamper: (dir) => {
    Deno.removeSync(`${dir}/header.txt`);
    makeFifo(`${dir}/header.txt`);
  },
  verdict: "wrong-type",
});
treeCase("T21 an unlisted FIFO is a stray", { tamper: (dir) => makeFifo(`${dir}/app-foo/pipe`), verdict: "stray" });
treeCase("T21 an unlisted socket is a stray", {
  tamper: async (dir) => {
    // Node unlinks the socket when it closes, so another name keeps it.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${dir}/app-foo/s`, resolve));
    Deno.linkSync(`${dir}/app-foo/s`, `${dir}/app-foo/s2`);
    await new Promise((resolve) => server.close(resolve));
  },
  verdict: "stray",
});
for (const path of ["app-foo/bar", "app-foo", "licenses"]) {
  treeCase(`T22 the deleted directory ${path} is missed`, {
    tamper: (dir) => Deno.removeSync(`${dir}/${path}`, { recursive: true }),
    verdict: "manifest-mismatch",
  });
}
treeCase("T22 a deleted directory without a Manifest of its own is missed", {
  tamper: (dir) => Deno.removeSync(`${dir}/eclass/tests`, { recursive: true }),
  verdict: "missing",
  names: "eclass/tests/t.sh",
});
treeCase("T23 an empty file must stay empty", {
  tamper: (dir) => Deno.writeTextFileSync(`${dir}/profiles/empty`, "x"),
  verdict: "size",
});
treeCase("T24 times and modes are not verified", {
  tamper: (dir) => {
    Deno.utimeSync(`${dir}/header.txt`, 1, 1);
    Deno.chmodSync(`${dir}/header.txt`, 0o777);
  },
  verdict: "ok",
});
treeCase("T26 a name that is not UTF-8 is a stray", {
  tamper: (dir) => makeNonUtf8File(`${dir}/app-foo`),
  verdict: "stray",
});
treeCase("T28 without a top-level Manifest there is nothing to verify", {
  tamper: (dir) => Deno.removeSync(`${dir}/Manifest`),
  verdict: "no-manifest",
});
treeCase("T28 a compressed top-level Manifest is none", {
  tamper: (dir) => Deno.renameSync(`${dir}/Manifest`, `${dir}/Manifest.gz`),
  verdict: "no-manifest",
});
treeCase("T28 a directory is no top-level Manifest", {
  tamper: (dir) => {
    Deno.removeSync(`${dir}/Manifest`);
    Deno.mkdirSync(`${dir}/Manifest`);
  },
  verdict: "no-manifest",
});
treeCase("T29 a FIFO in place of the top-level Manifest is never opened", {
  tamper: (dir) => {
    Deno.removeSync(`${dir}/Manifest`);
    makeFifo(`${dir}/Manifest`);
  },
  verdict: "no-manifest",
});
treeCase("T30 lost+found is ignored", { tamper: (dir) => put(`${dir}/lost+found/x`), verdict: "ok" });

function makeFifo(path: string): void {
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
}

function makeNonUtf8File(dir: string): void {
  new Deno.Command("sh", { args: ["-c", `touch "$1/$(printf 'a\\377')"`, "sh", dir] }).outputSync();
}
