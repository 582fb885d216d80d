import { exists } from "./entries.ts";
import type { Scenario } from "./scenario.ts";
import { waitUntil } from "./wait_until.ts";

/** Transfers that stay where they have just begun. */
export interface HeldTransfers {
  /** Resolves once there is one. */
  began(): Promise<void>;
  /** Lets it go on, and all that come later. */
  go(): void;
}

/** Holds the transfers of a scenario's syncs from now on. */
export function holdTransfers(s: Scenario): HeldTransfers {
  const [begun, go] = [`${s.path}/begun`, `${s.path}/go`];
  s.wrapRsync({ transfer: `: > '${begun}'; while [ ! -e '${go}' ]; do sleep 0.02; done; exec "$RSYNC" "$@"` });
  return {
    began: () => waitUntil("The transfer began", () => exists(begun)),
    go: () => Deno.writeTextFileSync(go, ""),
  };
}
