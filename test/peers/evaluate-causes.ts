// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import { evaluateCase } from '../../src/evaluate/index.ts';
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonObject, JsonValue } from '../../src/model/policy.ts';
import { type Cause, causesOf } from '../differential/causes.ts';

/** What can be seen over HTTP of a decision. */
export type Answer = 'allow' | 'deny';

/** What we say of a case. */
function ours(given: EvaluationCase): Answer {
  return evaluateCase(given).decision === 'allow' ? 'allow' : 'deny';
}

/** What a comparison came to. */
export interface Tally {
  readonly counts: Record<Answer, number>;
  /** Cause -> how many disagreements it explains. */
  readonly explained: Map<string, number>;
  readonly unexplained: string[];
}

/** Counts what we say of a case, and how it agrees with what LocalEmu says. */
export function compareCase(
  tally: Tally,
  given: EvaluationCase,
  theirs: Answer,
  causes: readonly Cause[],
  of: string,
): void {
  const answer = ours(given);
  tally.counts[answer]++;
  if (answer === theirs) return;
  const found = causesOf(given, causes, (rewritten) => ours(rewritten) === theirs);
  for (const { name } of found ?? []) tally.explained.set(name, (tally.explained.get(name) ?? 0) + 1);
  if (found !== undefined || tally.unexplained.length === MOST_TOLD) return;
  const told = JSON.stringify(evaluateCase(given));
  tally.unexplained.push(`${of}: we say ${told}, LocalEmu ${theirs}: ${JSON.stringify(given)}`);
}

const MOST_TOLD = 3;

/** A tally of nothing yet. */
export function newTally(): Tally {
  return { counts: { allow: 0, deny: 0 }, explained: new Map(), unexplained: [] };
}

const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';
const NEVER: JsonObject = { Null: { 'aws:PrincipalArn': 'true' } };
const NOBODY = 'arn:aws:iam::111122223333:user/nobody';
/** The condition keys of the cases that LocalEmu puts into the context of a request to S3. */
const KNOWN_KEYS: readonly string[] = [
  'aws:PrincipalArn',
  'aws:SecureTransport',
  'aws:SourceIp',
  'aws:PrincipalAccount',
];

function statementsOf(document: JsonValue): readonly JsonObject[] {
  return (document as JsonObject).Statement as readonly JsonObject[];
}

type Rewrite = (statement: JsonObject) => readonly JsonObject[];

export function mapDocument(document: JsonValue, rewrite: Rewrite): JsonObject {
  return { ...(document as JsonObject), Statement: statementsOf(document).flatMap(rewrite) };
}

function mapAll(given: EvaluationCase, rewrite: Rewrite): EvaluationCase {
  const { identityPolicies, resourcePolicy, boundary, sessionPolicies } = given;
  const one = (document: JsonValue): JsonValue => mapDocument(document, rewrite);
  return {
    ...given,
    identityPolicies: identityPolicies.map(one),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: one(resourcePolicy) }),
    ...(boundary === undefined ? {} : { boundary: one(boundary) }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies: sessionPolicies.map(one) }),
  };
}

function mapPrincipals(given: EvaluationCase, rewrite: (principal: string) => string): EvaluationCase {
  if (given.resourcePolicy === undefined) return given;
  const resourcePolicy = mapDocument(given.resourcePolicy, (statement) => {
    if (statement.Principal === undefined) return [statement];
    const principal = (statement.Principal as JsonObject).AWS as string;
    return [{ ...statement, Principal: { AWS: rewrite(principal) } }];
  });
  return { ...given, resourcePolicy };
}

/**
 * Without the Denies with NotPrincipal that spare the caller by LocalEmu's lights, which is by its account or by its own name, where AWS
 * would have the caller named in full, or not.
 */
function withoutSparing(given: EvaluationCase, inFull: boolean): EvaluationCase {
  if (given.resourcePolicy === undefined) return given;
  const { principal } = given.request;
  const account = principal.split(':')[4] ?? '';
  // A session is to be named with its role.
  const [, role] = /:assumed-role\/([^/]+)\//.exec(principal) ?? [];
  const own = [principal, ...(role === undefined ? [] : [`arn:aws:iam::${account}:role/${role}`])];
  const resourcePolicy = mapDocument(given.resourcePolicy, (statement) => {
    if (statement.NotPrincipal === undefined) return [statement];
    const names = (statement.NotPrincipal as JsonObject).AWS as readonly string[];
    const byAccount = names.includes(account) || names.includes(`arn:aws:iam::${account}:root`);
    const byAll = byAccount && own.every((name) => names.includes(name));
    const spared = byAccount || names.includes(principal);
    return spared && byAll === inFull ? [] : [statement];
  });
  return { ...given, resourcePolicy };
}

/** Operator, key and values of a statement's condition, of which the cases have at most one. */
function conditionOf(statement: JsonObject): readonly [string, string, readonly JsonValue[]] | undefined {
  const [[operator, keys] = []] = Object.entries((statement.Condition ?? {}) as JsonObject);
  const [[key, values] = []] = Object.entries((keys ?? {}) as JsonObject);
  if (operator === undefined || key === undefined || values === undefined) return undefined;
  return [operator, key, Array.isArray(values) ? (values as readonly JsonValue[]) : [values]];
}

function mapText(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapText(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapText(item as JsonValue, change)]));
}

/** Every cause. In this order they can be applied one after another. */
export const LOCALEMU_CAUSES: readonly Cause[] = [
  {
    name: 'does not know s3:prefix and the other keys of S3, which then are missing',
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html',
    rewrite: (given) => {
      const context = Object.entries(given.request.context ?? {}).filter(([key]) => !key.startsWith('s3:'));
      return { ...given, request: { ...given.request, context: Object.fromEntries(context) } };
    },
  },
  {
    name: 'takes the ARN of a session for aws:PrincipalArn, instead of the ARN of its role',
    page: `${USER_GUIDE}reference_policies_condition-keys.html#condition-keys-principalarn`,
    rewrite: (given) => ({
      ...given,
      request: {
        ...given.request,
        context: { ...given.request.context, 'aws:PrincipalArn': given.request.principal },
      },
    }),
  },
  {
    name: 'takes a negated operator for not met when the key is missing',
    page: `${USER_GUIDE}reference_policies_elements_condition_operators.html`,
    rewrite: (given) =>
      mapAll(given, (statement) => {
        const [operator = '', key = ''] = conditionOf(statement) ?? [];
        const present = KNOWN_KEYS.includes(key) || Object.hasOwn(given.request.context ?? {}, key);
        return [
          /Not/.test(operator) && !operator.endsWith('IfExists') && !present
            ? { ...statement, Condition: NEVER }
            : statement,
        ];
      }),
  },
  {
    name: 'takes a negated operator with several values for met when one of them differs',
    page: `${USER_GUIDE}reference_policies_condition-logic-multiple-context-keys-or-values.html`,
    rewrite: (given) =>
      mapAll(given, (statement) => {
        const [operator = '', key = '', values = []] = conditionOf(statement) ?? [];
        if (!/Not/.test(operator)) return [statement];
        return values.map((value) => ({ ...statement, Condition: { [operator]: { [key]: value } } }));
      }),
  },
  {
    name: 'does not look for a Deny in session policies',
    page: `${USER_GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    rewrite: (given) => {
      if (given.sessionPolicies === undefined) return given;
      const drop: Rewrite = (statement) => (statement.Effect === 'Deny' ? [] : [statement]);
      return { ...given, sessionPolicies: given.sessionPolicies.map((document) => mapDocument(document, drop)) };
    },
  },
  {
    name: 'compares the ARN of a role in a bucket policy with that of the session, so that it names nobody',
    page: `${USER_GUIDE}reference_policies_elements_principal.html#principal-roles`,
    rewrite: (given) => mapPrincipals(given, (principal) => (principal.includes(':role/') ? NOBODY : principal)),
  },
  {
    name: 'takes what a bucket policy allows to the account for a grant to the caller itself',
    page: `${USER_GUIDE}reference_policies_elements_principal.html#principal-accounts`,
    rewrite: (given) => {
      const account = given.request.principal.split(':')[4] ?? '';
      const names = [account, `arn:aws:iam::${account}:root`];
      return mapPrincipals(given, (principal) => (names.includes(principal) ? '*' : principal));
    },
  },
  {
    name: 'spares from a Deny with NotPrincipal whoever is named by account or by itself alone',
    page: `${USER_GUIDE}reference_policies_elements_notprincipal.html`,
    rewrite: (given) => withoutSparing(given, false),
  },
  {
    name: 'spares those with a permissions boundary from a Deny with NotPrincipal, which always reaches them',
    page: `${USER_GUIDE}access_policies_boundaries.html`,
    rewrite: (given) => (given.boundary === undefined ? given : withoutSparing(given, true)),
  },
  {
    name: 'is content with what either account allows when the bucket is one of another account',
    page: `${USER_GUIDE}reference_policies_evaluation-logic-cross-account.html`,
    rewrite: (given) => ({ ...given, resourceAccount: given.request.principal.split(':')[4] ?? '' }),
  },
  {
    name: 'puts nothing in the place of a policy variable that has no value',
    page: `${USER_GUIDE}reference_policies_variables.html#policy-vars-no-value`,
    rewrite: (given) => {
      if (!given.request.principal.includes(':assumed-role/')) return given;
      return mapAll(given, (statement) => [
        mapText(statement, (text) => text.replaceAll('${aws:username}', '')) as JsonObject,
      ]);
    },
  },
  {
    name: 'expands policy variables in documents of Version 2008-10-17',
    page: `${USER_GUIDE}reference_policies_elements_version.html`,
    rewrite: (given) => {
      const lift = (document: JsonValue): JsonValue => ({ ...(document as JsonObject), Version: '2012-10-17' });
      const { resourcePolicy, boundary, sessionPolicies } = given;
      return {
        ...given,
        identityPolicies: given.identityPolicies.map(lift),
        ...(resourcePolicy === undefined ? {} : { resourcePolicy: lift(resourcePolicy) }),
        ...(boundary === undefined ? {} : { boundary: lift(boundary) }),
        ...(sessionPolicies === undefined ? {} : { sessionPolicies: sessionPolicies.map(lift) }),
      };
    },
  },
];
