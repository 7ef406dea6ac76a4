import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';

/** Lists in which neither order nor being alone means anything. */
function canonical(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = [...new Set(value.map((one: JsonValue) => JSON.stringify(canonical(one))))].sort();
    return items.length === 1 ? JSON.parse(items[0] ?? '') : items.map((one) => JSON.parse(one));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}

/** A statement as text that is the same for all spellings of it that mean the same: AWS stores some otherwise than they were sent. */
export function statementText(statement: JsonObject): string {
  const { Sid: _, Principal, ...rest } = statement;
  const principal = Principal === undefined ? {} : { Principal: canonicalPrincipal(Principal) };
  return JSON.stringify(canonical({ ...rest, ...principal }));
}

/** `"*"` is `{"AWS": "*"}`, an account is its root. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function canonicalPrincipal(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return { AWS: value };
  const { AWS } = value;
  if (AWS === undefined) return value;
  return {
    ...value,
    AWS: [AWS]
      .flat()
      .map((one) => (typeof one === 'string' && /^\d{12}$/.test(one) ? `arn:aws:iam::${one}:root` : one)),
  };
}
