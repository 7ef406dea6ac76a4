/** The kinds of policy documents. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types */
export type PolicyKind = 'identity' | 'trust' | 'bucket' | 'boundary' | 'scp' | 'rcp' | 'session' | 'key';

/** A JSON value as read from a document. Objects come from data: read own keys only. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Whether a value is an object, no list and not `null`. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type OneOrMany<T> = T | readonly T[];

export type PrincipalMap = Readonly<
  Partial<Record<'AWS' | 'Service' | 'Federated' | 'CanonicalUser', OneOrMany<string>>>
>;

/** Condition operator -> context key -> value or values. */
export type ConditionMap = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;

/** A statement as it stands in a document. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | PrincipalMap;
  readonly NotPrincipal?: '*' | PrincipalMap;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: ConditionMap;
}

/** A policy document as it stands in JSON. */
export interface PolicyDocument {
  readonly Version?: '2012-10-17' | '2008-10-17';
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

/** The elements of a document, and those of a statement. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const DOCUMENT_ELEMENTS: readonly string[] = ['Version', 'Id', 'Statement'] satisfies (keyof PolicyDocument)[];
export const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] satisfies (keyof PolicyStatement)[];
