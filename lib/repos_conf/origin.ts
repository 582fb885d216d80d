/** Where a value comes from. */
export type Origin =
  | { readonly kind: "file"; readonly path: string; readonly line: number }
  /** `line` where the variable holds a whole configuration. */
  | { readonly kind: "environment"; readonly variable: string; readonly line?: number }
  | { readonly kind: "preset" };

/** `path:line`, the variable's name, or `built in`. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "file":
      return `${origin.path}:${origin.line}`;
    case "environment":
      return origin.line === undefined ? origin.variable : `${origin.variable}:${origin.line}`;
    case "preset":
      return "built in";
  }
}
