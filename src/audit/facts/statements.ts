import type { NamedPolicy } from '../../model/access-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';

/** A statement of a policy, as it stands there. */
export interface Stated {
  readonly ref: StatementRef;
  readonly statement: JsonObject;
  readonly effect: 'Allow' | 'Deny' | undefined;
}

/** The texts of an element that is one or a list of them; what is none is left out. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** The statements of a policy that are objects, one or a list. */
export function statementsOf({ name, document }: NamedPolicy): readonly Stated[] {
  const { Statement } = isJsonObject(document) ? document : {};
  const all: readonly JsonValue[] = Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  return all.flatMap((statement, index): readonly Stated[] => {
    if (!isJsonObject(statement)) return [];
    const { Effect, Sid } = statement;
    const effect = Effect === 'Allow' || Effect === 'Deny' ? Effect : undefined;
    const ref = { policy: name, index, ...(typeof Sid === 'string' ? { sid: Sid } : {}) };
    return [{ ref, statement, effect }];
  });
}

/** The policy with one of its Allow statements, and every Deny. */
export function onlyAllow({ name, document }: NamedPolicy, { ref }: Stated): NamedPolicy {
  const all = statementsOf({ name, document });
  const kept = all.filter((one) => one.effect !== 'Allow' || one.ref.index === ref.index);
  return { name, document: { ...(document as object), Statement: kept.map(({ statement }) => statement) } };
}

/** What a statement allows or denies, in words that follow "may". */
export function actionsOf({ statement }: Stated): readonly string[] {
  const { Action, NotAction } = statement;
  return NotAction === undefined ? textsOf(Action) : [`do all but ${textsOf(NotAction).join(', ')}`];
}

/** One principal that a statement names. `*` for everybody, also under `AWS`; NotPrincipal has the type `Not`. */
export interface NamedPrincipal {
  readonly type: '*' | 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | 'Not';
  readonly value: string;
}

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;

/** Whom a statement is about. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function principalsOf({ Principal, NotPrincipal }: JsonObject): readonly NamedPrincipal[] {
  if (NotPrincipal !== undefined) return [{ type: 'Not', value: JSON.stringify(NotPrincipal) }];
  if (!isJsonObject(Principal))
    return textsOf(Principal).map((value) => ({ type: value === '*' ? '*' : 'AWS', value }));
  return TYPES.flatMap((type) =>
    textsOf(Principal[type]).map((value) => ({ type: value === '*' && type === 'AWS' ? '*' : type, value })),
  );
}

/** The account of a principal: of its ARN, or the id itself; `undefined` for what names none. */
export function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
}

/** Operator, key and values of each condition of a statement. */
export function conditionsOf({ Condition }: JsonObject): readonly {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  /** As it stands there. */
  readonly named: string;
  readonly values: readonly string[];
}[] {
  if (!isJsonObject(Condition)) return [];
  return Object.entries(Condition).flatMap(([operator, tests]) =>
    isJsonObject(tests)
      ? Object.entries(tests).map(([key, values]) => ({
          operator,
          key: key.toLowerCase(),
          named: key,
          values: (Array.isArray(values) ? values : [values]).map(String),
        }))
      : [],
  );
}

/** The conditions of a statement in words, as they stand there: `StringNotEquals aws:SourceVpce vpce-1`. */
export function conditionText(statement: JsonObject): string {
  return conditionsOf(statement)
    .map(({ operator, named, values }) => `${operator} ${named} ${values.slice(0, 3).join(' or ')}`)
    .join(' and ');
}
