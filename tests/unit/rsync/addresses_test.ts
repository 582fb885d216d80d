import { assertEquals } from "@std/assert";
import type { Address, Network } from "../../../lib/host/network.ts";
import { type AddressOptions, candidates } from "../../../lib/rsync/addresses.ts";
import { operandOf } from "../../../lib/rsync/operand.ts";
import { parseSyncUri } from "../../../lib/rsync/uri.ts";

const four = (text: string): Address => ({ family: 4, text });
const six = (text: string): Address => ({ family: 6, text });
/** Takes the last of what is left each time: reverses. */
const last = () => 0.999;

async function sources(
  found: readonly Address[],
  options: Partial<AddressOptions> & { readonly uri?: string } = {},
): Promise<{ sources: string[]; lookups: string[] }> {
  const lookups: string[] = [];
  const network: Network = {
    addressesOf: (host) => {
      lookups.push(host);
      return Promise.resolve(found);
    },
  };
  const uri = parseSyncUri(options.uri ?? "rsync://u@h:8730/m");
  const list = await candidates(uri, network, { words: [], env: {}, random: last, ...options });
  return { sources: list.map((candidate) => operandOf(candidate.uri)), lookups };
}

Deno.test("T49 each address is a candidate, shuffled by family, the resolver's first family first", async () => {
  const found = [six("::1"), four("10.0.0.1"), six("::2"), four("10.0.0.2")];
  assertEquals((await sources(found)).sources, [
    "rsync://u@[::2]:8730/m",
    "rsync://u@[::1]:8730/m",
    "rsync://u@10.0.0.2:8730/m",
    "rsync://u@10.0.0.1:8730/m",
  ]);
});

Deno.test("T49 the order comes from the random source", async () => {
  const found = [four("10.0.0.1"), four("10.0.0.2"), four("10.0.0.3")];
  const kept = await sources(found, { random: () => 0 });
  assertEquals(kept.sources.map((s) => s.slice(10, 18)), ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
});

for (const [word, expected] of [["-4", "10.0.0."], ["--ipv4", "10.0.0."], ["-6", "[::"], ["-v6", "[::"]] as const) {
  Deno.test(`${word} among the words leaves one family`, async () => {
    const found = [six("::1"), four("10.0.0.1"), six("::2"), four("10.0.0.2")];
    const { sources: list } = await sources(found, { words: ["-a", word] });
    assertEquals(list.length, 2);
    assertEquals(list.every((source) => source.startsWith(`rsync://u@${expected}`)), true);
  });
}

Deno.test("T50 a host with one address keeps its name", async () => {
  assertEquals((await sources([four("10.0.0.1")])).sources, ["rsync://u@h:8730/m"]);
});

Deno.test("T50 a host without an address keeps its name, and says so", async () => {
  const network: Network = { addressesOf: () => Promise.resolve([]) };
  const uri = parseSyncUri("rsync://h/m");
  assertEquals(await candidates(uri, network, { words: [], env: {}, random: last }), [{
    uri,
    resolved: false,
    isNear: false,
  }]);
});

Deno.test("T63 nothing is looked up behind RSYNC_PROXY", async () => {
  const result = await sources([four("10.0.0.1"), four("10.0.0.2")], { env: { RSYNC_PROXY: "proxy:3128" } });
  assertEquals(result, { sources: ["rsync://u@h:8730/m"], lookups: [] });
});

for (const uri of ["rsync://10.0.0.9/m", "rsync://[::9]/m", "ssh://h/p", "file:///p"]) {
  Deno.test(`nothing is looked up for ${uri}`, async () => {
    const result = await sources([four("10.0.0.1"), four("10.0.0.2")], { uri });
    assertEquals(result, { sources: [operandOf(parseSyncUri(uri))], lookups: [] });
  });
}
