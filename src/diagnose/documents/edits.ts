import {
  type ConditionMap,
  isJsonObject,
  type JsonValue,
  type OneOrMany,
  type PolicyDocument,
  type PolicyStatement,
} from '../../model/policy.ts';

/** One statement of a document; `undefined` when there is none at that place. */
export function statementAt(document: JsonValue, index: number): PolicyStatement | undefined {
  const statements = isJsonObject(document) ? document.Statement : undefined;
  const statement = Array.isArray(statements) ? (statements as readonly JsonValue[])[index] : statements;
  return isJsonObject(statement) ? (statement as unknown as PolicyStatement) : undefined;
}

/** The document with another statement at that place. */
export function withStatement(document: JsonValue, index: number, statement: PolicyStatement): PolicyDocument {
  const { Statement } = document as unknown as PolicyDocument;
  const statements = [Statement].flat().map((one, place) => (place === index ? statement : one));
  return { ...(document as unknown as PolicyDocument), Statement: Array.isArray(Statement) ? statements : statement };
}

/** A statement without its conditions on these keys (in lower case). */
export function withoutKeys(statement: PolicyStatement, keys: readonly string[]): PolicyStatement {
  const { Condition, ...rest } = statement;
  const kept = Object.entries(Condition ?? {}).flatMap(([operator, tests]) => {
    const left = Object.entries(tests).filter(([key]) => !keys.includes(key.toLowerCase()));
    return left.length === 0 ? [] : [[operator, Object.fromEntries(left)] as const];
  });
  return kept.length === 0 ? rest : { ...rest, Condition: Object.fromEntries(kept) };
}

/** Operators under which a list of ARNs is one of exceptions. */
const EXCEPTIONS: readonly string[] = ['ArnNotEquals', 'ArnNotLike', 'StringNotEquals', 'StringNotLike'];

/**
 * A statement that denies, with an exception for one principal: its ARN goes into the list of exceptions that is there, or makes one. All
 * conditions of a statement must hold, so that it stays as it is for everybody else.
 */
export function withException(statement: PolicyStatement, principalArn: string): PolicyStatement {
  const condition = statement.Condition ?? {};
  const operator = EXCEPTIONS.find((one) => keyIn(condition[one], 'aws:principalarn') !== undefined) ?? 'ArnNotEquals';
  const tests = condition[operator] ?? {};
  const key = keyIn(tests, 'aws:principalarn') ?? 'aws:PrincipalArn';
  const before: OneOrMany<string | number | boolean> | undefined = tests[key];
  const values = before === undefined ? principalArn : [...new Set([...[before].flat(), principalArn])];
  return { ...statement, Condition: { ...condition, [operator]: { ...tests, [key]: values } } };
}

function keyIn(tests: ConditionMap[string] | undefined, lowerCaseKey: string): string | undefined {
  return Object.keys(tests ?? {}).find((key) => key.toLowerCase() === lowerCaseKey);
}

/** Whether a statement speaks of nobody but one account. */
export function isOnlyFor({ Principal, NotPrincipal }: PolicyStatement, account: string): boolean {
  if (NotPrincipal !== undefined || typeof Principal !== 'object') return false;
  const { AWS, ...others } = Principal;
  const named = [AWS ?? []].flat();
  const isOwn = (one: string) => one === account || one.split(':')[4] === account;
  return Object.keys(others).length === 0 && named.length > 0 && named.every(isOwn);
}
