import { isJsonObject, type JsonValue } from '../model/policy.ts';

/** What the placeholders of a template stand for. A list of records serves `$each`; anything else is put in as it is. */
export type FillValues = { readonly [name: string]: JsonValue };

/**
 * Fills a policy document that holds placeholders. Works on parsed JSON, so a value can never become syntax:
 *
 * - `{"$fill": "name"}` stands for the value; a list of one becomes the bare value, as AWS's own examples are written
 * - a member `"$each": "name"` in an object of a list repeats the object for each record; the record's members come first in lookup
 * - a member `"$when": "name"` in an object of a list drops the object when the named list is empty
 *
 * @throws Error when a placeholder has no value: a mistake in a template, not in the input.
 */
export function fillTemplate(template: JsonValue, values: FillValues): JsonValue {
  if (Array.isArray(template)) return template.flatMap((item: JsonValue) => fillItem(item, values));
  if (!isJsonObject(template)) return template;
  if (Object.hasOwn(template, '$fill')) return filled(template.$fill, values);
  return mapMembers(template, values);
}

function fillItem(item: JsonValue, values: FillValues): readonly JsonValue[] {
  if (!isJsonObject(item)) return [item];
  const { $each, $when, ...rest } = item;
  if ($when !== undefined && listOf($when, values).length === 0) return [];
  if ($each === undefined) return [fillTemplate(rest, values)];
  return listOf($each, values).map((record) => {
    if (!isJsonObject(record)) throw new Error(`template: "${String($each)}" is not a list of records`);
    return fillTemplate(rest, { ...values, ...record });
  });
}

function mapMembers(object: { readonly [key: string]: JsonValue }, values: FillValues): JsonValue {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fillTemplate(value, values)]));
}

function filled(name: JsonValue | undefined, values: FillValues): JsonValue {
  const value = lookUp(name, values);
  return Array.isArray(value) && value.length === 1 ? (value[0] as JsonValue) : value;
}

function listOf(name: JsonValue, values: FillValues): readonly JsonValue[] {
  const value = lookUp(name, values);
  if (!Array.isArray(value)) throw new Error(`template: "${String(name)}" is not a list`);
  return value;
}

function lookUp(name: JsonValue | undefined, values: FillValues): JsonValue {
  const value = typeof name === 'string' && Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new Error(`template: no value for "${String(name)}"`);
  return value;
}
