import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { intersects, isWild } from '../../model/wildcard-compare.ts';

/** Accounts that a document does not name and that have no digit in common, so that no pattern but a wide one fits all of them. */
export function strangerAccounts(document: JsonValue): readonly string[] {
  const text = JSON.stringify(document);
  return [...'123456789'].map((digit) => digit.repeat(12)).filter((account) => !text.includes(account));
}

/** An account that fits a pattern, or the account part of an ARN that is one; `undefined` where it names one, or nobody's. */
export function sampleAccount(pattern: string): string | undefined {
  const part = pattern.includes(':') ? (pattern.split(':')[4] ?? '') : pattern;
  if (!isWild(part)) return undefined;
  const missing = Math.max(0, 12 - part.replaceAll('*', '').length);
  const sample = part.replaceAll('?', '7').replace('*', '7'.repeat(missing)).replaceAll('*', '');
  return /^\d{12}$/.test(sample) ? sample : undefined;
}

/**
 * A document as it is for principals of one account: values of aws:PrincipalArn that none of them can have are left out. A condition that
 * asks for them alone is never met, one that excludes them always.
 */
export function forAccount(document: JsonValue, account: string, partition: string): JsonValue {
  if (!isJsonObject(document)) return document;
  const arns = ['iam', 'sts'].map((service) => `arn:${partition}:${service}::${account}:*`);
  const canBe = (value: JsonValue): boolean =>
    typeof value !== 'string' || value.includes('${') || arns.some((arn) => intersects(value, arn));
  const statements = [document.Statement ?? []].flat();
  return { ...document, Statement: statements.flatMap((statement) => withValues(statement, canBe)) };
}

function withValues(statement: JsonValue, canBe: (value: JsonValue) => boolean): readonly JsonValue[] {
  if (!isJsonObject(statement) || !isJsonObject(statement.Condition)) return [statement];
  let never = false;
  const read = ([operator, tests]: [string, JsonValue]): [string, JsonValue] => {
    if (!isJsonObject(tests) || !/^(?:For\w+:)?(?:String|Arn)/.test(operator)) return [operator, tests];
    const kept = Object.entries(tests).flatMap(([key, value]): [string, JsonValue][] => {
      if (key.toLowerCase() !== 'aws:principalarn') return [[key, value]];
      const values = [value].flat().filter(canBe);
      if (values.length > 0) return [[key, values]];
      if (!operator.includes('Not')) never = true;
      return [];
    });
    return [operator, Object.fromEntries(kept)];
  };
  const condition: JsonObject = Object.fromEntries(Object.entries(statement.Condition).map(read));
  return never ? [] : [{ ...statement, Condition: condition }];
}
