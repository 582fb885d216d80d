/** Contents by path of more files than one thread verifies by itself. */
export function manyFiles(): Record<string, string> {
  const names = Array.from({ length: 4600 }, (_, index) => `eclass/many/${index}.eclass`);
  return { "profiles/repo_name": "many\n", ...Object.fromEntries(names.map((name) => [name, `${name}\n`])) };
}
