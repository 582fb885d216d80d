import { join } from "@std/path";
import type { Files } from "../host/files.ts";
import type { StoreLayout } from "./layout.ts";
import { moveToTrash } from "./trash.ts";

/** A retired snapshot that is kept to become the next staging tree. */
export interface Reserve {
  /** The number that it had. */
  readonly id: number;
  readonly path: string;
}

/** The reserve of a store, if it has one. */
export function findReserve(files: Pick<Files, "lstat" | "readDir">, layout: StoreLayout): Reserve | undefined {
  if (files.lstat(layout.reserve)?.type !== "directory") return undefined;
  const name = files.readDir(layout.reserve).map((entry) => entry.name).find((name) => /^[1-9][0-9]{0,14}$/.test(name));
  return name === undefined ? undefined : { id: Number(name), path: join(layout.reserve, name) };
}

/** Makes the directory at `path`, which was snapshot `id`, the reserve; what was the reserve goes to the trash. */
export function setReserve(files: Files, layout: StoreLayout, { id, path }: Reserve): void {
  dropReserve(files, layout);
  files.rename(path, join(layout.reserve, String(id)));
}

/** Moves the reserve to the trash, if there is one. */
export function dropReserve(files: Files, layout: StoreLayout): void {
  const reserve = findReserve(files, layout);
  if (reserve !== undefined) moveToTrash(files, layout, reserve.path);
}
