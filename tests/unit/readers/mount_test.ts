import { assertEquals } from "@std/assert";
import { overlayLayers, parseMountinfo } from "../../../lib/readers/mount.ts";

Deno.test("a line of mountinfo is read, with any number of optional fields", () => {
  const lines = [
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:3 - ext3 /dev/root rw,errors=continue",
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
  ];
  assertEquals(parseMountinfo(lines.join("\n") + "\n"), [
    {
      id: 36,
      device: "98:0",
      root: "/mnt1",
      point: "/mnt2",
      ownOptions: ["rw", "noatime"],
      fileSystem: "ext3",
      options: ["rw", "errors=continue"],
    },
    {
      id: 27,
      device: "254:0",
      root: "/",
      point: "/",
      ownOptions: ["rw", "relatime"],
      fileSystem: "ext4",
      options: ["rw"],
    },
  ]);
});

Deno.test("blanks, line ends and backslashes in mountinfo are unescaped", () => {
  const [mount] = parseMountinfo("1 2 0:3 /a\\040b /c\\012d\\134e rw - tmpfs none rw\n");
  assertEquals([mount?.root, mount?.point], ["/a b", "/c\nd\\e"]);
});

Deno.test("the layers of an overlay are read from every spelling of its options", () => {
  const options = [
    "rw",
    "lowerdir=/a:/b\\134:c::/d",
    "lowerdir+=/e:f",
    "datadir+=/g",
    "upperdir=h",
    "workdir=/i\\040j",
  ];
  assertEquals(overlayLayers({ fileSystem: "overlay", options }), [
    "/a",
    "/b:c",
    "/d",
    "/e:f",
    "/g",
    "h",
    "/i j",
  ]);
});

Deno.test("another file system has no layers, whatever its options say", () => {
  assertEquals(overlayLayers({ fileSystem: "fuse", options: ["lowerdir=/a"] }), []);
});
