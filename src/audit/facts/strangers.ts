import { decideBounded } from '../../evaluate/index.ts';
import { isLimitingKey, type Limit, limitOf } from '../../lint/facts/limits.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import type { RequestContext } from '../../model/decision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { intersects, isWild } from '../../model/wildcard-compare.ts';
import { conditionsOf, onlyAllow, principalsOf, type Stated, statementsOf } from './statements.ts';

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

/** To whom the conditions of a statement limit it. */
export function limitsOf({ statement }: Stated): readonly Limit[] {
  return conditionsOf(statement).flatMap((condition) => limitOf(condition) ?? []);
}

/** Statements that allow something to everybody, whoever it is. */
export function openStatements(policy: NamedPolicy): readonly Stated[] {
  return statementsOf(policy).filter((stated) => {
    const isForAll = principalsOf(stated.statement).some(({ type }) => type === '*' || type === 'Not');
    return stated.effect === 'Allow' && isForAll && limitsOf(stated).length === 0;
  });
}

/** Somebody whom a policy does not know: with an AWS account, or on the internet without signing in. */
export type Stranger = 'signed-in' | 'anonymous';

/** What is asked for, and which kind of policy answers. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly kind: 'bucket' | 'key';
  readonly partition: string;
  readonly rcps?: readonly NamedPolicy[];
}

/** What the organization of the resource's account denies to others; nothing where it could not be read. */
export function rcpsOf({ organization: { rcps } }: AuditDocuments): Pick<Asked, 'rcps'> {
  return rcps.state === 'read' ? { rcps: rcps.value.flatMap(({ policies }) => policies) } : {};
}

const EVERYTHING = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
/** What is known of everybody outside. The address is of relays that are no more: nobody has it. */
const OUTSIDE: RequestContext = {
  'aws:SecureTransport': 'true',
  'aws:SourceIp': '192.88.99.1',
  'aws:PrincipalIsAWSService': 'false',
};
/** Keys about who signed in. */
const OF_CALLER = /^(?:aws:principal|aws:userid$|aws:username$)/;

/**
 * Whether a statement of `openStatements` lets a stranger do something, and no Deny takes it
 * back. What a stranger may or may not meet is taken for met; by the keys that tell those inside from others it is none of them.
 */
export function letsStrangerDo(stranger: Stranger, asked: Asked, policy: NamedPolicy, stated: Stated): boolean {
  const { kind, partition, rcps, ...request } = asked;
  const isSignedIn = stranger === 'signed-in';
  const [account = '909090909090'] = strangerAccounts(policy.document);
  const principal = isSignedIn ? `arn:${partition}:iam::${account}:user/stranger` : '*';
  const context = isSignedIn ? { ...OUTSIDE, ...signedIn(account) } : OUTSIDE;
  const known = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const { name, document } = onlyAllow(policy, stated);
  const { decision } = decideBounded(
    { ...request, principal, context },
    {
      identity: [{ name: 'everything', document: EVERYTHING }],
      resource: { name, kind, document: withoutMet(document, isSignedIn) },
      ...(rcps === undefined ? {} : { rcps }),
    },
    { isKnown: (key) => known.has(key) || isLimitingKey(key) || (!isSignedIn && OF_CALLER.test(key)) },
  );
  return decision !== 'deny';
}

function signedIn(account: string): RequestContext {
  return {
    'kms:CallerAccount': account,
    'aws:PrincipalOrgID': 'o-0000000000',
    'aws:PrincipalOrgPaths': ['o-0000000000/r-0000/'],
    'aws:userid': 'AIDASTRANGERSTRANGER',
  };
}

/** Without those conditions of its Allow that do not limit whom it is for, though their keys could: somebody meets them. */
function withoutMet(document: JsonValue, isSignedIn: boolean): JsonValue {
  if (!isJsonObject(document)) return document;
  const isMet = (key: string): boolean => isLimitingKey(key) && (isSignedIn || !OF_CALLER.test(key));
  const statements = [document.Statement ?? []].flat().map((statement) => {
    if (!isJsonObject(statement) || statement.Effect !== 'Allow' || !isJsonObject(statement.Condition))
      return statement;
    const Condition = Object.entries(statement.Condition).map(([operator, tests]) => [
      operator,
      isJsonObject(tests)
        ? Object.fromEntries(Object.entries(tests).filter(([key]) => !isMet(key.toLowerCase())))
        : tests,
    ]);
    return { ...statement, Condition: Object.fromEntries(Condition) as JsonObject };
  });
  return { ...document, Statement: statements };
}
