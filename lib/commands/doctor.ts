import { withoutPasswords } from "../base/printable.ts";
import { type CommandResult, type ConfiguredContext, defineCommand, type JsonObject } from "../cli/command.ts";
import { errorObject } from "../cli/render/json.ts";
import { counted } from "../cli/render/quantity.ts";
import type { Block } from "../cli/view.ts";
import { examine, type Examined } from "../doctor/examine.ts";
import { namedOrAll } from "./named_repositories.ts";

/** `rcusync doctor [REPO…]` */
export const doctor = defineCommand({
  needs: "configuration",
  description: [
    "Looks for trouble: whatever a sync would be refused for, doubts about the configuration, dangling links, what " +
    "interrupted runs left, who may write to the store, foreign files, missing space, file systems that do not fit, " +
    "clocks that were wrong, mounts that are stuck on an old snapshot, chroots and containers that lack the store. " +
    "For each finding it tells what comes of it and what mends it.",
    "Changes nothing, unless --fix is given: then it mends what can be mended without losing anything. Ends with " +
    "status 14 when something is left that needs attention; advice alone does not count.",
  ],
  positionals: { repositories: { placeholder: "REPO", kind: "repository", arity: "many" } },
  flags: { fix: { kind: "switch", description: "Mend what can be mended safely" } },
  exitStatuses: [14],
  examples: [
    { line: "rcusync doctor", purpose: "Examine all repositories" },
    { line: "rcusync doctor --fix gentoo", purpose: "Bring what an interrupted run left into order" },
  ],
  run: (context, { flags, positionals }) => lookAt(context, { names: positionals.repositories, fix: flags.fix }),
});

interface Diagnosis {
  readonly name: string;
  readonly findings: readonly Examined[];
}

async function lookAt(
  { configuration, everywhere, signal, system }: ConfiguredContext,
  { names, fix }: { readonly names: readonly string[]; readonly fix: boolean },
): Promise<CommandResult> {
  const diagnoses: Diagnosis[] = [];
  const { variables } = configuration;
  for (const repository of namedOrAll(configuration, names)) {
    const findings = await examine(system, repository, { fix: fix && !everywhere["dry-run"], variables, signal });
    diagnoses.push({ name: repository.name, findings });
  }
  const warnings = configuration.warnings.map(withoutPasswords);
  const rejected = names.length === 0 ? configuration.rejected : [];
  const left = diagnoses.flatMap(({ findings }) => findings).filter(({ isFixed, isAdvice }) => !isFixed && !isAdvice);
  return {
    exitCode: left.length + rejected.length === 0 ? 0 : 14,
    document: { warnings, repositories: diagnoses.map(toJson) },
    view: [...warningBlocks(warnings), ...diagnoses.flatMap(toBlocks)],
    failures: rejected.map(({ section, fault }) => ({ repository: section, fault })),
  };
}

function warningBlocks(warnings: readonly string[]): Block[] {
  if (warnings.length === 0) return [];
  return [
    { kind: "heading", text: `Configuration: ${counted(warnings.length, "finding")}` },
    ...warnings.map((text): Block => ({ kind: "paragraph", text: `${text} (advice)`, tone: "muted" })),
  ];
}

function toBlocks({ name, findings }: Diagnosis): Block[] {
  if (findings.length === 0) return [{ kind: "heading", text: `${name}: all is well` }];
  return [
    { kind: "heading", text: `${name}: ${counted(findings.length, "finding")}` },
    ...findings.flatMap(findingBlocks),
  ];
}

function findingBlocks({ what, why, mend, isAdvice, isFixed, fault }: Examined): Block[] {
  const remark = isFixed ? " (mended)" : isAdvice ? " (advice)" : "";
  return [
    { kind: "paragraph", text: what + remark, tone: isFixed ? "good" : isAdvice ? "muted" : "warning" },
    {
      kind: "pairs",
      pairs: [
        ["why", why],
        ...(isFixed ? [] : [["mend", mend] as const]),
        ...(fault === undefined ? [] : [["failed", fault.message] as const]),
      ],
    },
  ];
}

function toJson({ name, findings }: Diagnosis): JsonObject {
  return {
    name,
    findings: findings.map(({ check, what, why, mend, isAdvice, isFixed, fix, fault }) => ({
      check,
      advice: isAdvice ?? false,
      what,
      why,
      mend,
      fixable: fix !== undefined,
      fixed: isFixed,
      ...(fault !== undefined && { error: errorObject(fault) }),
    })),
  };
}
