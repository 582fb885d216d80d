/** A program that searches the readers of the directories it is given, and prints as JSON what it found. */

import { thisMachine } from "../../lib/host/this_machine.ts";
import { findReaders } from "../../lib/readers/in_use.ts";

const { complete, reason, readers } = await findReaders(thisMachine(), Deno.args);
console.log(JSON.stringify({ complete, reason, readers: [...readers] }));
