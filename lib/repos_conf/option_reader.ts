import { Fault } from "../base/fault.ts";
import { printable, quoted } from "../base/printable.ts";
import { faultAt } from "./config_fault.ts";
import { defaultOf } from "./keys.ts";
import type { SectionOptions } from "./merge.ts";
import { originText } from "./origin.ts";

/** Beyond this an integer cannot be told from its neighbours. */
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** Reads the options of one section as typed values; what it does not like it gathers instead of throwing. */
export class OptionReader {
  readonly section: string;
  readonly options: SectionOptions;
  readonly warnings: string[] = [];
  readonly faults: Fault[] = [];

  constructor(section: string, options: SectionOptions) {
    this.section = section;
    this.options = options;
  }

  /** The text; `undefined` when empty or unset. */
  text(key: string): string | undefined {
    return this.options.get(key)?.value || undefined;
  }

  /** Whether the key is there, be it empty. */
  has(key: string): boolean {
    return this.options.has(key);
  }

  /** True for `yes` and `true` in any case, the default when unset, else false: also for an empty value. */
  flag(key: string): boolean {
    const value = this.options.get(key)?.value.toLowerCase();
    if (value === undefined) return defaultOf(key) === "yes";
    if (!["yes", "true", "no", "false", ""].includes(value)) this.warn(key, `is neither yes nor no; taken as no`);
    return value === "yes" || value === "true";
  }

  /** As {@linkcode flag}, but another word is a fault. */
  strictFlag(key: string): boolean {
    const value = this.options.get(key)?.value.toLowerCase();
    if (value !== undefined && !["yes", "true", "no", "false"].includes(value)) {
      this.fault(key, "is neither yes nor no", `Write ${key} = yes or no`);
      return defaultOf(key) === "yes";
    }
    return this.flag(key);
  }

  /** One of `words`; another word is a fault and counts as the first. */
  strictWord<Word extends string>(key: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.options.get(key)?.value ?? defaultOf(key);
    const known = words.find((word) => word === value);
    if (known === undefined && value !== undefined) {
      this.fault(key, `is neither ${words.join(" nor ")}`, `Write ${key} = ${words.join(" or ")}`);
    }
    return known ?? words[0];
  }

  /** A decimal integer; `undefined` when unset, and with a warning for anything else. */
  integer(key: string): number | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (/^[+-]?\d+(_\d+)*$/.test(value)) {
      const number = Number(value.replaceAll("_", ""));
      return Math.max(-MAX_INTEGER, Math.min(MAX_INTEGER, number));
    }
    this.warn(key, "is no integer; ignored");
    return undefined;
  }

  /** An integer of at least 0; its default, or `undefined`, with a warning when negative. */
  count(key: string): number | undefined {
    const fallback = defaultOf(key);
    const value = this.integer(key);
    if (value !== undefined && value >= 0) return value;
    if (value !== undefined) this.warn(key, "is negative; ignored");
    return fallback === undefined ? undefined : Number(fallback);
  }

  /** A decimal number of at least 0; `undefined` when unset, and with a warning for anything else. */
  number(key: string): number | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value))) return Number(value);
    this.warn(key, "is no number of at least 0; ignored");
    return undefined;
  }

  /** `FILE:LINE: key = "value" of repository "name" reason`. */
  warn(key: string, reason: string): void {
    this.warnings.push(`${printable(this.#where(key))}: ${this.#assignment(key)} ${reason}`);
  }

  fault(key: string, reason: string, hint: string): void {
    const origin = this.options.get(key)?.origin ?? { kind: "preset" };
    this.faults.push(faultAt(origin, `${this.#assignment(key)} ${reason}`, hint));
  }

  /** A fault that is not about the value of one key. */
  faultOf(reason: string, hint: string): void {
    this.faults.push(new Fault("configuration", `Repository ${quoted(this.section)} ${reason}`, { hint }));
  }

  #where(key: string): string {
    return originText(this.options.get(key)?.origin ?? { kind: "preset" });
  }

  #assignment(key: string): string {
    return `${key} = ${quoted(this.options.get(key)?.value ?? "")} of repository ${quoted(this.section)}`;
  }
}
