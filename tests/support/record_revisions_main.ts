/** `record_revisions_main.ts FILE LOCATION PREFIX COUNT`: records the revision of LOCATION for repositories PREFIX1, PREFIX2 and so on. */

import { thisMachine } from "../../lib/host/this_machine.ts";
import { recordRevision } from "../../lib/sync/revision_history.ts";

const [file = "", location = "", prefix = "", count = ""] = Deno.args;
const { signal } = new AbortController();
for (let n = 1; n <= Number(count); n++) {
  const repository = { name: `${prefix}${n}`, location, locationInside: location, root: "/", volatile: false };
  const problem = await recordRevision(thisMachine(), repository, { file, signal });
  if (problem !== undefined) throw new Error(problem);
}
