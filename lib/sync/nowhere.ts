import { join } from "@std/path";
import type { System } from "../host/system.ts";

/** A path at which there is nothing, for rsync to compare a mirror with. */
export function nowhere({ environment }: Pick<System, "environment">): string {
  return join(environment.tempDir, `rcusync-nothing-${crypto.randomUUID()}`);
}
