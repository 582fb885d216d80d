const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Milliseconds since 1970 of a TIMESTAMP value; `undefined` when it is not exactly `YYYY-MM-DDTHH:MM:SSZ`. */
export function timestampValue(field: string): number | undefined {
  if (!FORM.test(field)) return undefined;
  const ms = Date.parse(field);
  if (Number.isNaN(ms)) return undefined;
  // Dates that do not exist, and hour 24, come back as other ones.
  return new Date(ms).toISOString() === field.replace("Z", ".000Z") ? ms : undefined;
}
