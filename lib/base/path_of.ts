/** The relative path of a name in a directory, which is `.` for the root. */
export function pathOf(dir: string, name: string): string {
  return dir === "." ? name : `${dir}/${name}`;
}
