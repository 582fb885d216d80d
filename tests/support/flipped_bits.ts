import { assertEquals } from "@std/assert";
import { type Random, randomOf } from "./random.ts";

/** How the bits of a tree are flipped, and who is to notice. */
export interface FlippedBits {
  /** How many, one after the other, each undone before the next. */
  readonly times: number;
  /** Puts the damaged content into a file; writes to it when absent. */
  readonly damage?: (path: string, content: Uint8Array, random: Random) => void;
  /** Puts the right content back; writes to the file when absent. */
  readonly repair?: (path: string, content: Uint8Array) => void;
  /** Whether the tree is found to be right. */
  readonly verifies: () => Promise<boolean>;
  /** Called with the path of each file that was repaired. */
  readonly afterwards?: (path: string) => Promise<void>;
}

/** Flips one bit of one file of a signed tree, again and again; each must be noticed. */
export async function assertFlipsNoticed(dir: string, flips: FlippedBits): Promise<void> {
  const { times, damage = Deno.writeFileSync, repair = Deno.writeFileSync, verifies, afterwards } = flips;
  const paths = verifiedPaths(dir);
  const random = randomOf(times);
  const signed = signedText(dir);
  for (let round = 0; round < times; round++) {
    const path = paths[random.below(paths.length)] ?? "";
    const before = Deno.readFileSync(`${dir}/${path}`);
    damage(`${dir}/${path}`, flipped(before, random), random);
    if (await verifies()) {
      // Of the signature block itself not every bit matters, such as what is left over in its last digit.
      assertEquals(path, "Manifest");
      assertEquals(signedText(dir), signed);
    }
    repair(`${dir}/${path}`, before);
    await afterwards?.(path);
  }
}

/** One bit flipped; one byte where there is none. */
function flipped(content: Uint8Array, random: Random): Uint8Array {
  if (content.length === 0) return new Uint8Array([1]);
  const at = random.below(content.length);
  return content.with(at, (content[at] ?? 0) ^ (1 << random.below(8)));
}

function verifiedPaths(dir: string, below = ""): string[] {
  return [...Deno.readDirSync(`${dir}/${below}`)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return verifiedPaths(dir, `${below}${name}/`);
    return name.startsWith("timestamp") ? [] : [below + name];
  });
}

/** The text that the top-level Manifest signs. */
function signedText(dir: string): string | undefined {
  return /\n\n([^]*?)\n-----BEGIN/.exec(Deno.readTextFileSync(`${dir}/Manifest`))?.[1];
}
