import type { Program } from "../command.ts";
import { programPage } from "./program_page.ts";
import { reposConfPage } from "./repos_conf_page.ts";
import { type ManPage, roff } from "./roff.ts";

/** A manual page that comes with the program. */
export interface ShippedPage {
  readonly name: "rcusync" | "rcusync-repos.conf";
  readonly section: number;
  /** What it is called below `man1`, `man5` … */
  readonly fileName: string;
  /** The page in man(7) macros. */
  text(program: Program): Promise<string>;
}

/** All of them. */
export const MAN_PAGES: readonly ShippedPage[] = [
  shipped("rcusync", 1, programPage),
  shipped("rcusync-repos.conf", 5, () => reposConfPage()),
];

function shipped(
  name: ShippedPage["name"],
  section: number,
  page: (program: Program) => ManPage | Promise<ManPage>,
): ShippedPage {
  return { name, section, fileName: `${name}.${section}`, text: async (program) => roff(await page(program)) };
}
