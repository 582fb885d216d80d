/**
 * Loads the `node:` modules of a bundle when they are first used. The bundler moves the imports of modules that the
 * program loads late to the top, where they cost every start a third of its time, and end it where there is no /proc.
 *
 * @param bundled what is imported may be called, and its members read; nothing may be constructed.
 */
export function withLazyBuiltins(bundled: string): string {
  const lazy = bundled.replaceAll(IMPORT, (found, all?: string, some?: string, module?: string) => {
    if (module === undefined) return found;
    const name = JSON.stringify(module);
    if (all !== undefined) return `const ${all} = lazyBuiltin(${name});\n`;
    const members = (some ?? "").split(",").map((text) => text.trim().split(/\s+as\s+/));
    return members.map(([member, local = member]) => `const ${local} = lazyBuiltin(${name}, "${member}");\n`).join("");
  });
  return HELPER + lazy;
}

/** An import at the start of a line; or a module that is text, which may have such lines and stays as it is. */
const IMPORT = /_default = `(?:\\[^]|[^`\\])*`|^import (?:\* as ([\w$]+)|\{([^}]*)\}) from "(node:[\w/]+)";\n/gm;

const HELPER = `function lazyBuiltin(module, member) {
  const found = () => {
    const builtin = globalThis.process.getBuiltinModule(module);
    return member === undefined ? builtin : builtin[member];
  };
  return new Proxy(member === undefined ? {} : () => {}, {
    apply: (_, self, args) => Reflect.apply(found(), self, args),
    get: (_, key) => found()[key],
    has: (_, key) => key in found(),
  });
}
`;
