// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import { evaluateCase } from '../../src/evaluate/index.ts';
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonObject, JsonValue } from '../../src/model/policy.ts';

/**
 * A known difference: what another evaluator does, the AWS page that says otherwise, and the case rewritten so that it means to us what
 * the original means to that one. A disagreement is explained only if we agree on a rewritten case.
 */
export interface Cause {
  readonly name: string;
  readonly page: string;
  readonly rewrite: (given: EvaluationCase) => EvaluationCase;
}

/** The causes that make both agree, as few as will do: one alone, if there is one; `undefined` where none do. */
export function causesOf(
  given: EvaluationCase,
  causes: readonly Cause[],
  agrees: (rewritten: EvaluationCase) => boolean,
): readonly Cause[] | undefined {
  const agreesWith = (some: readonly Cause[]): boolean =>
    agrees(some.reduce((changed, cause) => cause.rewrite(changed), given));
  const alone = causes.find((cause) => agreesWith([cause]));
  if (alone !== undefined) return [alone];
  if (!agreesWith(causes)) return undefined;
  let needed = causes;
  for (const cause of causes) {
    const fewer = needed.filter((one) => one !== cause);
    if (agreesWith(fewer)) needed = fewer;
  }
  return needed;
}

const NEVER: JsonObject = { Null: { 'aws:PrincipalArn': 'true', 'aws:CurrentTime': 'true' } };
const FULL: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';

type Rewrite = (document: JsonObject) => JsonObject;

function mapDocuments(given: EvaluationCase, rewrite: Rewrite): EvaluationCase {
  const one = (document: JsonValue): JsonValue => rewrite(document as JsonObject);
  const { resourcePolicy, boundary, sessionPolicies, scps, rcps } = given;
  return {
    ...given,
    identityPolicies: given.identityPolicies.map(one),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: one(resourcePolicy) }),
    ...(boundary === undefined ? {} : { boundary: one(boundary) }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies: sessionPolicies.map(one) }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => (level as readonly JsonValue[]).map(one)) }),
    ...(rcps === undefined ? {} : { rcps: rcps.map(one) }),
  };
}

function mapStatements(rewrite: (statement: JsonObject) => JsonObject): Rewrite {
  return (document) => ({ ...document, Statement: (document.Statement as readonly JsonObject[]).map(rewrite) });
}

/** Rewrites each operator with its keys; `undefined` leaves it as it is, `never` makes the whole element untrue. */
function mapConditions(rewrite: (operator: string, keys: JsonObject) => JsonObject | 'never' | undefined): Rewrite {
  return mapStatements((statement) => {
    const condition = statement.Condition as JsonObject | undefined;
    if (condition === undefined) return statement;
    const rewritten: Record<string, JsonValue> = {};
    for (const [operator, keys] of Object.entries(condition)) {
      const change = rewrite(operator, keys as JsonObject);
      if (change === 'never') return { ...statement, Condition: NEVER };
      for (const [name, value] of Object.entries(change ?? { [operator]: keys })) {
        rewritten[name] = { ...(rewritten[name] as JsonObject | undefined), ...(value as JsonObject) };
      }
    }
    return { ...statement, Condition: rewritten };
  });
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value ?? null];
}

function contextValue(given: EvaluationCase, key: string): string | readonly string[] | undefined {
  const found = Object.entries(given.request.context ?? {}).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found?.[1];
}

function isUnresolved(given: EvaluationCase, value: JsonValue): boolean {
  const name = /\$\{([^*?$},]+)\}/.exec(String(value))?.[1];
  return name !== undefined && contextValue(given, name) === undefined;
}

function accountOf({ request }: EvaluationCase): string {
  return request.principal.split(':')[4] ?? '';
}

function callerNames(given: EvaluationCase): ReadonlySet<string> {
  const { principal } = given.request;
  const account = accountOf(given);
  const role = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(principal);
  return new Set([
    principal,
    account,
    `arn:aws:iam::${account}:root`,
    ...(role === null ? [] : [`arn:aws:iam::${role[1]}:role/${role[2]}`]),
  ]);
}

export const CAUSES: readonly Cause[] = [
  {
    name: 'expands policy variables in documents of Version 2008-10-17',
    page: `${USER_GUIDE}reference_policies_elements_version.html`,
    rewrite: (given) => mapDocuments(given, (document) => ({ ...document, Version: '2012-10-17' })),
  },
  {
    name: 'takes a negated operator with an unresolved variable for not met',
    page: `${USER_GUIDE}reference_policies_variables.html#policy-vars-no-value`,
    rewrite: (given) =>
      mapDocuments(
        given,
        mapConditions((operator, keys) => {
          const [[key = '', values] = []] = Object.entries(keys);
          const negated = /^(For\w+:)?StringNot/.test(operator);
          const present = contextValue(given, key) !== undefined;
          return negated && present && list(values).some((value) => isUnresolved(given, value)) ? 'never' : undefined;
        }),
      ),
  },
  {
    name: 'lets a federated user without a session policy have all of its identity policies',
    page: `${USER_GUIDE}id_credentials_temp_control-access_getfederationtoken.html`,
    rewrite: (given) =>
      given.request.principal.includes(':federated-user/') && given.sessionPolicies === undefined
        ? { ...given, sessionPolicies: [FULL] }
        : given,
  },
  {
    name: 'spares from a Deny with NotPrincipal whoever is named by account, role or session alone',
    page: `${USER_GUIDE}reference_policies_elements_notprincipal.html`,
    rewrite: (given) => {
      const names = callerNames(given);
      return mapDocuments(
        given,
        mapStatements((statement) => {
          if (statement.NotPrincipal === undefined || given.boundary !== undefined) return statement;
          const { NotPrincipal, ...rest } = statement;
          const spared = list((NotPrincipal as JsonObject).AWS).some((name) => names.has(String(name)));
          return { ...rest, Principal: '*', ...(spared ? { Condition: NEVER } : {}) };
        }),
      );
    },
  },
  {
    name: 'lets the silence of a session policy limit what a resource policy grants to the session itself, or to everyone',
    page: `${USER_GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    rewrite: (given) => {
      const { request, sessionPolicies } = given;
      if (sessionPolicies === undefined) return given;
      const alone = { request, identityPolicies: sessionPolicies, sessionPolicies };
      if (evaluateCase({ ...alone, resourceAccount: accountOf(given) }).decision === 'allow') return given;
      return mapDocuments(
        given,
        mapStatements((statement) => {
          const named = statement.Principal;
          if (named === undefined || statement.Effect !== 'Allow') return statement;
          const names = typeof named === 'object' ? list((named as JsonObject).AWS) : [named];
          return names.includes('*') || names.includes(request.principal)
            ? { ...statement, Condition: NEVER }
            : statement;
        }),
      );
    },
  },
  {
    name: 'takes seconds since 1970 for milliseconds when the other date is text',
    page: `${USER_GUIDE}reference_policies_elements_condition_operators.html#Conditions_Date`,
    rewrite: (given) =>
      mapDocuments(
        given,
        mapConditions((operator, keys) => {
          const value = keys['aws:CurrentTime'];
          return typeof value === 'string' && /^\d{10}$/.test(value)
            ? { [operator]: { 'aws:CurrentTime': String(Number(value) / 1000) } }
            : undefined;
        }),
      ),
  },
  {
    name: 'does not apply a Deny whose NotResource has an unresolved variable (the page is silent; we fail closed)',
    page: `${USER_GUIDE}reference_policies_variables.html#policy-vars-no-value`,
    rewrite: (given) =>
      mapDocuments(given, (document) =>
        mapStatements((statement) => {
          const excepted = statement.NotResource === undefined ? [] : list(statement.NotResource);
          const unresolved = document.Version === '2012-10-17' && excepted.some((value) => isUnresolved(given, value));
          return unresolved && statement.Effect === 'Deny' ? { ...statement, Condition: NEVER } : statement;
        })(document),
      ),
  },
  {
    name: 'takes ${*} for itself where wildcards are no wildcards, as under StringEquals',
    page: `${USER_GUIDE}reference_policies_variables.html#policy-vars-specialchars`,
    rewrite: (given) =>
      mapDocuments(
        given,
        mapConditions((operator, keys) => {
          if (!/String(Not)?Equals/.test(operator)) return undefined;
          const [[key = '', values] = []] = Object.entries(keys);
          return { [operator]: { [key]: list(values).map((value) => (value === '${*}' ? 'no such text' : value)) } };
        }),
      ),
  },
  {
    name: 'takes ForAnyValue with IfExists for not met when the key is missing',
    page: `${USER_GUIDE}reference_policies_elements_condition_operators.html#Conditions_IfExists`,
    rewrite: (given) =>
      mapDocuments(
        given,
        mapConditions((operator, keys) =>
          operator.startsWith('ForAnyValue:') ? { [operator.replace('IfExists', '')]: keys } : undefined,
        ),
      ),
  },
  {
    name: 'compares single IP addresses as text, and knows no difference to an address of the other family',
    page: `${USER_GUIDE}reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    rewrite: (given) =>
      mapDocuments(
        given,
        mapConditions((operator, keys) => {
          const value = keys['aws:SourceIp'];
          const address = contextValue(given, 'aws:SourceIp');
          if (typeof value !== 'string' || value.includes('/') || typeof address !== 'string') return undefined;
          if (value.includes(':') !== address.includes(':') && operator.startsWith('Not')) return 'never';
          return { [operator.startsWith('Not') ? 'StringNotEquals' : 'StringEquals']: { 'aws:SourceIp': value } };
        }),
      ),
  },
];
