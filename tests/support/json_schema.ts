import { Ajv2020 as Ajv, type ValidateFunction } from "ajv";

const folder = new URL("../../docs/schemas/", import.meta.url).pathname;

/** The schemas that there are, by name. */
export function schemaNames(): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.json$/, "")).sort();
}

/**
 * The complaints about `value` of docs/schemas/NAME.json, made strict: a member that the schema does not name is one,
 * since it would be undocumented.
 */
export function schemaComplaints(name: string, value: unknown): readonly string[] {
  const validate = validators.get(name) ?? compiled(name);
  validators.set(name, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`
  );
}

const validators = new Map<string, ValidateFunction>();

function compiled(name: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, formats: { "date-time": isMoment } });
  return ajv.addSchema(schema("common")).compile(schema(name));
}

function schema(name: string): object {
  return strict(JSON.parse(Deno.readTextFileSync(`${folder}${name}.json`)));
}

/** Closes every object whose members are listed. */
function strict<T>(node: T): T {
  if (Array.isArray(node)) return node.map(strict) as T;
  if (typeof node !== "object" || node === null) return node;
  const members = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
  const isClosed = members.type === "object" && typeof members.properties === "object";
  return { ...members, ...(isClosed && { additionalProperties: false }) } as T;
}

function isMoment(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
