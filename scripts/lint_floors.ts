/**
 * The lint rules of this project: the floors of lib/ and what goes with them. Tests and scripts are exempt.
 *
 * A folder of lib/ imports only lower floors and itself; folders on one floor do not know each other.
 */

import { dirname, join, normalize, relative, resolve } from "@std/path";

const floors: readonly (readonly string[])[] = [
  ["base"],
  ["host"],
  ["repos_conf", "manifest", "store", "rsync", "readers"],
  ["storage"],
  ["sync", "gc", "history", "doctor"],
  ["cli"],
  ["commands"],
  ["main.ts"],
];

/** What main.ts may ask of the runtime; everything else is behind lib/host. */
const mainMayUse: ReadonlySet<string> = new Set(["addSignalListener", "args", "exit"]);

const plugin: Deno.lint.Plugin = {
  name: "rcusync",
  rules: {
    "floors": { create: (context) => importVisitor((node, to) => reportFloor(context, node, to)) },
    "deno-api-in-host": { create: denoApiInHost },
    "no-console": { create: noConsole },
    "no-module-state": { create: noModuleState },
    "no-barrel": { create: noBarrel },
  },
};

export default plugin;

type Context = Deno.lint.RuleContext;
type Node = Deno.lint.Node;

const root = dirname(import.meta.dirname ?? ".");

/** The file's path from the checkout. */
function pathOf(context: Context): string {
  return relative(root, resolve(root, context.filename));
}

/** The folder of lib/ that a file is in, `main.ts` for that file, undefined for all that no rule is about. */
function folderOf(path: string): string | undefined {
  if (path === "main.ts") return path;
  const [top, folder, ...rest] = path.split("/");
  if (top !== "lib" || folder === undefined || rest.length === 0) return undefined;
  return folder;
}

function floorOf(folder: string): number {
  return floors.findIndex((folders) => folders.includes(folder));
}

function importVisitor(check: (node: Node, specifier: string) => void): Deno.lint.LintVisitor {
  const visit = (node: { source: Deno.lint.Expression | null } & Node) => {
    if (node.source?.type === "Literal" && typeof node.source.value === "string") check(node, node.source.value);
  };
  return {
    ImportDeclaration: visit,
    ImportExpression: visit,
    ExportAllDeclaration: visit,
    ExportNamedDeclaration: visit,
    TSImportType(node) {
      if (node.argument.type === "TSLiteralType" && node.argument.literal.type === "Literal") {
        check(node, String(node.argument.literal.value));
      }
    },
  };
}

function reportFloor(context: Context, node: Node, specifier: string): void {
  const from = folderOf(pathOf(context));
  if (from === undefined || !specifier.startsWith(".")) return;
  const target = normalize(join(dirname(pathOf(context)), specifier));
  const message = floorComplaint(from, target);
  if (message !== undefined) context.report({ node, message });
}

/** Why `from` must not import the file `target`; undefined when it may. */
function floorComplaint(from: string, target: string): string | undefined {
  if (floorOf(from) < 0) return `lib/${from} has no floor: add it to scripts/lint_floors.ts`;
  if (target === "deno.json") return undefined;
  const to = folderOf(target);
  if (to === undefined) return `${from} imports ${target}, which is not part of lib`;
  if (to === from) return undefined;
  if (floorOf(to) < 0) return `lib/${to} has no floor: add it to scripts/lint_floors.ts`;
  if (floorOf(to) > floorOf(from)) return `${from} imports ${to}, which is on a higher floor`;
  if (floorOf(to) === floorOf(from)) return `${from} imports ${to}, its sibling on the same floor`;
  return undefined;
}

function denoApiInHost(context: Context): Deno.lint.LintVisitor {
  const folder = folderOf(pathOf(context));
  if (folder === undefined || folder === "host") return {};
  return {
    Identifier(node) {
      if (node.name !== "Deno") return;
      const member = memberNameOf(node.parent);
      if (folder === "main.ts" && member !== undefined && mainMayUse.has(member)) return;
      context.report({ node, message: `Deno.${member ?? "*"} outside lib/host`, hint: "Go through lib/host" });
    },
  };
}

function memberNameOf(parent: Node): string | undefined {
  if (parent.type === "MemberExpression" && parent.property.type === "Identifier") return parent.property.name;
  if (parent.type === "TSQualifiedName") return parent.right.name;
  return undefined;
}

function noConsole(context: Context): Deno.lint.LintVisitor {
  if (folderOf(pathOf(context)) === undefined) return {};
  return {
    MemberExpression(node) {
      if (node.object.type !== "Identifier" || node.object.name !== "console") return;
      context.report({
        node,
        message: "console in lib",
        hint: "Return data, or write through the terminal of lib/host",
      });
    },
  };
}

function noModuleState(context: Context): Deno.lint.LintVisitor {
  if (folderOf(pathOf(context)) === undefined) return {};
  return {
    Program(program) {
      for (const statement of program.body) {
        const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
        if (node?.type !== "VariableDeclaration" || node.kind === "const") continue;
        context.report({ node, message: `Top-level ${node.kind} is module state`, hint: "Pass it as a value" });
      }
    },
  };
}

function noBarrel(context: Context): Deno.lint.LintVisitor {
  if (folderOf(pathOf(context)) === undefined) return {};
  return {
    ExportAllDeclaration(node) {
      context.report({ node, message: "A barrel hides where things live", hint: "Import from the file itself" });
    },
  };
}
