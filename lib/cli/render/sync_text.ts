import { printable } from "../../base/printable.ts";
import type { SyncDone, SyncEvent } from "../../sync/event.ts";
import type { Verbosity } from "../everywhere.ts";
import type { Style } from "../style.ts";
import { PHASE_TEXT } from "./progress.ts";
import { bytesText, counted, durationText } from "./quantity.ts";
import { failureText } from "./text.ts";

/** Text that an event of a sync leaves behind, by stream. */
export interface EventText {
  readonly out: string;
  readonly err: string;
}

/** How events are put into words. */
export interface EventTextOptions {
  readonly verbosity: Verbosity;
  /** Whether to name the phases as they begin; where progress is drawn they are not needed. */
  readonly phases: boolean;
  readonly outStyle: Style;
  readonly errStyle: Style;
}

const PLANNED_CHANGES_SHOWN = 20;
const NOTHING: EventText = { out: "", err: "" };

/** What to print for `event`: results, one line a repository, for standard output; the rest for standard error. */
export function eventText(event: SyncEvent, options: EventTextOptions): EventText {
  const { verbosity, errStyle } = options;
  switch (event.event) {
    case "start":
    case "progress":
    case "summary":
      return NOTHING;
    case "phase":
      if (!options.phases) return NOTHING;
      return err(`${errStyle.name(printable(event.repository))}  ${PHASE_TEXT[event.phase]}\n`);
    case "notice":
      if (verbosity === "quiet") return NOTHING;
      return err(`${errStyle.name(printable(event.repository))}  ${printable(event.message)}\n${hintText(event)}`);
    case "warning":
      return err(failureText({ ...event, message: `Warning: ${event.message}` }, errStyle));
    case "plan":
      return { out: planText(event, options), err: "" };
    case "done":
      return doneText(event, options);
  }
}

function err(text: string): EventText {
  return { out: "", err: text };
}

function hintText({ hint }: { hint?: string }): string {
  return hint === undefined ? "" : `  ${printable(hint)}\n`;
}

/** Nothing for a plan to do nothing: that the repository is up to date is told when it is done. */
function planText(plan: Extract<SyncEvent, { event: "plan" }>, { verbosity, outStyle }: EventTextOptions): string {
  if (plan.steps.length === 0 && plan.changes.length === 0) return "";
  const shown = verbosity === "verbose" ? plan.changes : plan.changes.slice(0, PLANNED_CHANGES_SHOWN);
  const left = plan.changes.length - shown.length;
  return [
    `${outStyle.name(printable(plan.repository))}  would:`,
    ...plan.steps.map((step) => `  ${printable(step)}`),
    ...shown.map(({ action, path }) => `  ${action.padEnd(6)}  ${printable(path)}`),
    ...(left > 0 ? [`  … and ${counted(left, "more change")}; all with -v`] : []),
  ].map((line) => `${line}\n`).join("");
}

/** A plan that was made has been shown as an event of its own. */
function doneText(done: SyncDone, { verbosity, outStyle, errStyle }: EventTextOptions): EventText {
  if (done.outcome === "failed") {
    const { message, hint } = done.error ?? { message: "Sync failed" };
    return err(failureText({ repository: done.repository, message, hint }, errStyle));
  }
  if (verbosity === "quiet" || done.outcome === "planned") return NOTHING;
  const name = outStyle.name(printable(done.repository));
  const phases = verbosity === "verbose" || done.outcome === "updated" ? phasesText(done, outStyle) : "";
  return { out: `${name}  ${outcomeText(done)}\n${phases}`, err: "" };
}

/** `updated to snapshot 12: 3 created, 10 changed, 1 deleted in 4 packages, 1.2 MB in 3.4 s` */
function outcomeText({ outcome, snapshot, changes, packages = 0, bytes, durationMs }: SyncDone): string {
  const took = `in ${durationText(durationMs)}`;
  const where = packages === 0 ? "" : ` in ${counted(packages, "package")}`;
  const counts = changes === undefined
    ? []
    : [`${changes.created} created`, `${changes.changed} changed`, `${changes.deleted} deleted${where}`];
  const sizes = bytes === undefined ? [] : [bytesText(bytes)];
  const details = [...counts, ...sizes].join(", ");
  if (outcome !== "updated") return `up to date${snapshot === undefined ? "" : ` at snapshot ${snapshot}`} ${took}`;
  const updated = `updated${snapshot === undefined ? "" : ` to snapshot ${snapshot}`}`;
  return details === "" ? `${updated} ${took}` : `${updated}: ${details} ${took}`;
}

function phasesText({ phasesMs, hashedFiles, strategy }: SyncDone, style: Style): string {
  const parts = Object.entries(phasesMs).map(([phase, ms]) => `${phase} ${durationText(ms)}`);
  if (hashedFiles !== undefined) parts.push(`${counted(hashedFiles, "file")} read to verify`);
  const lines = parts.length === 0 ? [] : [parts.join(", ")];
  if (strategy !== undefined) lines.push(`strategy ${strategy.name}, because ${printable(strategy.why)}`);
  return lines.map((line) => `  ${style.dim(line)}\n`).join("");
}
