import { assertEquals } from "@std/assert";
import type { Network } from "../../../lib/host/network.ts";
import { candidates } from "../../../lib/rsync/addresses.ts";
import { isNear } from "../../../lib/rsync/near.ts";
import { parseSyncUri } from "../../../lib/rsync/uri.ts";

Deno.test("near are this host, its links and private networks, and nothing else", () => {
  const near = [
    ...["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.7.7"],
    ...["::1", "fe80::1", "FE80::1", "febf::1", "fc00::1", "fd12:3456::7", "::ffff:10.0.0.1"],
  ];
  const far = [
    ...["", "8.8.8.8", "1.127.0.1", "100.10.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "169.253.0.1"],
    ...["::", "::12", "2001:db8::1", "fec0::1", "fe00::1", "fb00::1", "::ffff:8.8.8.8", "fc.example"],
  ];
  assertEquals(near.filter((address) => !isNear(address)), []);
  assertEquals(far.filter(isNear), []);
});

for (
  const [uri, found, variables, expected] of [
    ["rsync://127.0.0.1/m", [], {}, [true]],
    ["rsync://[::1]:8730/m", [], {}, [true]],
    ["rsync://8.8.8.8/m", [], {}, [false]],
    ["rsync://h/m", ["192.168.0.7"], {}, [true]],
    ["rsync://h/m", ["8.8.8.8"], {}, [false]],
    ["rsync://h/m", ["10.0.0.7", "8.8.8.8"], {}, [true, false]],
    ["rsync://h/m", [], {}, [false]],
    // What is behind a proxy or another host's own name is not known here.
    ["rsync://127.0.0.1/m", [], { RSYNC_PROXY: "p:1" }, [false]],
    ["ssh://127.0.0.1/m", [], {}, [false]],
  ] as const
) {
  Deno.test(`${uri} at [${found}]${"RSYNC_PROXY" in variables ? " behind a proxy" : ""} is near: ${expected}`, async () => {
    const network: Network = {
      addressesOf: () => Promise.resolve(found.map((text) => ({ family: 4, text }))),
    };
    const options = { words: [], env: variables, random: () => 0.999 };
    const list = await candidates(parseSyncUri(uri), network, options);
    assertEquals(list.map((candidate) => candidate.isNear).sort(), [...expected].sort());
  });
}
