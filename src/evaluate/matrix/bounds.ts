import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { MAX_PATTERN } from '../../model/wildcard.ts';
import { covers, intersects, isWild } from '../../model/wildcard-compare.ts';
import { lowerCase } from '../text.ts';
import { parseTemplate } from '../variables.ts';
import type { Known } from './known.ts';
import { readPattern } from './patterns.ts';

/**
 * Two readings of a document when not all of the context is known: `most` allows at least what any context could allow, `least`
 * at most what every context allows. Where both readings decide alike, so does every request. Statements keep their places.
 */
export type Reading = 'most' | 'least';

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function list(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** A statement that applies to nothing, under the name of another. */
function never(statement: JsonObject): JsonObject {
  const sid = own(statement, 'Sid');
  return { ...(sid === undefined ? {} : { Sid: sid }), Effect: 'Allow', Action: [], Resource: [] };
}

const VARIABLE = /\$\{([^}]*)\}/g;
const SPECIAL: ReadonlySet<string> = new Set(['*', '?', '$']);

function keyOf(variable: string): string {
  return lowerCase(variable.split(',', 1)[0] ?? '');
}

/** Names of the context keys that the variables of a value ask for, in lower case. */
function variablesIn(value: JsonValue): readonly string[] {
  if (typeof value !== 'string') return [];
  return [...value.matchAll(VARIABLE)]
    .map((match) => match[1] ?? '')
    .filter((name) => !SPECIAL.has(name))
    .map(keyOf);
}

/** How a statement is to be read: as applying wherever it may, or only where it must. */
interface StatementReading {
  readonly effect: 'Allow' | 'Deny';
  readonly wide: boolean;
  readonly variables: boolean;
  readonly known: Known;
}

/** A pattern that every reading leaves as it is: six parts without variables, or a star. */
function isPlain(pattern: string): boolean {
  if (pattern === '*') return true;
  return pattern.length <= MAX_PATTERN && !/\$\{/.test(pattern) && (pattern.match(/:/g)?.length ?? 0) >= 5;
}

/** One pattern read wide or narrow; `undefined` for a pattern that is to be left out. */
function readResource(
  pattern: JsonValue,
  { effect, wide, variables, known }: StatementReading,
  negated: boolean,
): JsonValue | undefined {
  if (typeof pattern !== 'string') return pattern;
  if (isPlain(pattern)) return pattern;
  // A NotResource matches less where the statement applies more.
  const widen = wide !== negated;
  // The evaluator lets what it cannot read neither help an Allow nor spare from a Deny.
  const unreadable = widen && (effect === 'Allow') === negated ? '*' : undefined;
  if (pattern.length > MAX_PATTERN || parseTemplate(pattern, { variables, wildcards: true }) === undefined) {
    return unreadable;
  }
  if (!variables) return readPattern(pattern, false) === undefined ? unreadable : pattern;
  let absent = false;
  let open = false;
  const filled = pattern.replace(VARIABLE, (whole, body: string) => {
    if (SPECIAL.has(body)) return whole;
    const key = keyOf(body);
    if (!known.isKnown(key) || key === 'aws:resourceaccount') {
      open = true;
      // Whether it has a value is open too; without one the NotResource of an Allow spares everything.
      if (widen && negated && effect === 'Allow' && !body.includes(',')) absent = true;
      return known.patternOf(key) ?? '*';
    }
    const value = known.valueOf(key) ?? /, '(.+)'$/.exec(body)?.[1];
    if (value === undefined) absent = true;
    return (value ?? '').replace(/[*?$]/g, (char) => `\${${char}}`);
  });
  if (open && !absent && !widen) return undefined;
  if (!absent) return readPattern(filled, true) === undefined ? unreadable : filled;
  // A variable without a value matches no resource; in the NotResource of an Allow it spares everything.
  return negated && effect === 'Allow' ? '*' : undefined;
}

/**
 * Whether a condition has the same answer for all values that a pattern stands for: each that it compares with fits all or none of them. An
 * example of such a value then gives that answer.
 */
function isSameWithin(pattern: string | undefined, operator: string, value: JsonValue): boolean {
  const [, name = '', ignoresCase] =
    /^(?:For(?:Any|All)Values?:)?((?:String|Arn)(?:Not)?(?:Equals|Like)|Null)(IgnoreCase)?(?:IfExists)?$/.exec(
      operator,
    ) ?? [];
  if (pattern === undefined || name === '') return false;
  if (name === 'Null') return true;
  const cased = (text: string) => (ignoresCase === undefined ? text : lowerCase(text));
  return list(value).every((one) => {
    if (typeof one !== 'string') return false;
    const isLiteral = /^String(Not)?Equals$/.test(name);
    // What stands for one text, with a star in it, is no value of these keys.
    if (isLiteral) return isWild(one) || !covers(cased(pattern), cased(one));
    return covers(one, pattern) || !intersects(one, pattern);
  });
}

/** The conditions of which the answer is known; `undefined` when there are others. */
function splitConditions(
  condition: JsonValue,
  { variables, known }: Pick<StatementReading, 'variables' | 'known'>,
): { readonly rest: JsonObject; readonly open: boolean } {
  if (!isJsonObject(condition)) return { rest: { Condition: condition } as JsonObject, open: false };
  let open = false;
  const rest: [string, JsonValue][] = [];
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isJsonObject(keys)) {
      rest.push([operator, keys]);
      continue;
    }
    const kept = Object.entries(keys).filter(([key, value]) => {
      const asked = variables ? list(value).flatMap(variablesIn) : [];
      const name = lowerCase(key);
      if (asked.length === 0 && isSameWithin(known.patternOf(name), operator, value)) return true;
      return [name, ...asked].every((one) => known.isKnown(one));
    });
    if (kept.length < Object.keys(keys).length) open = true;
    if (kept.length > 0) rest.push([operator, Object.fromEntries(kept)]);
  }
  return { rest: rest.length === 0 ? {} : { Condition: Object.fromEntries(rest) }, open };
}

function isEveryone(principal: JsonValue): boolean {
  return principal === '*' || (isJsonObject(principal) && list(own(principal, 'AWS') ?? []).includes('*'));
}

/** The elements that may name a session of the caller's role by its ARN, each with what stands under AWS. */
function sessionsNamedIn(statement: JsonObject, { anySession }: Known): readonly PrincipalElement[] {
  if (anySession === undefined) return [];
  const prefix = anySession.slice(0, anySession.lastIndexOf('/') + 1);
  return (['Principal', 'NotPrincipal'] as const).flatMap((element) => {
    const value = own(statement, element);
    if (value === undefined || !isJsonObject(value)) return [];
    const isSession = (entry: JsonValue): boolean => typeof entry === 'string' && entry.startsWith(prefix);
    const entries = list(own(value, 'AWS') ?? []);
    return entries.some(isSession) ? [{ element, value, entries, isSession }] : [];
  });
}

interface PrincipalElement {
  readonly element: 'Principal' | 'NotPrincipal';
  readonly value: JsonObject;
  readonly entries: readonly JsonValue[];
  readonly isSession: (entry: JsonValue) => boolean;
}

/** Such an element where any session that it names is the caller's, or none of them. */
function withSessions({ value, entries, isSession }: PrincipalElement, caller: string | undefined): JsonObject {
  const AWS = entries.flatMap((entry) => (isSession(entry) ? (caller ?? []) : entry));
  return { ...value, AWS: [...new Set(AWS)] };
}

/** Whether a statement means the same to every reading. */
function isCertain(statement: JsonObject, how: StatementReading): boolean {
  const condition = own(statement, 'Condition');
  if (condition !== undefined && splitConditions(condition, how).open) return false;
  if (!how.known.caller && ('Principal' in statement || 'NotPrincipal' in statement)) return false;
  if (sessionsNamedIn(statement, how.known).length > 0) return false;
  return [own(statement, 'Resource') ?? [], own(statement, 'NotResource') ?? []]
    .flatMap(list)
    .every((pattern) => typeof pattern === 'string' && isPlain(pattern));
}

function readStatement(statement: JsonValue, reading: Reading, variables: boolean, known: Known): JsonValue {
  if (!isJsonObject(statement)) return statement;
  const effect = own(statement, 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny') return statement;
  const wide = (reading === 'most') === (effect === 'Allow');
  const how: StatementReading = { effect, wide, variables, known };
  if (isCertain(statement, how)) return statement;
  const changes: Record<string, JsonValue> = {};
  const dropped = new Set<string>();

  const condition = own(statement, 'Condition');
  if (condition !== undefined) {
    const { rest, open } = splitConditions(condition, how);
    if (open && !wide) return never(statement);
    dropped.add('Condition');
    Object.assign(changes, rest);
  }
  const names = own(statement, 'Principal') ?? own(statement, 'NotPrincipal');
  const bothNames = own(statement, 'Principal') !== undefined && own(statement, 'NotPrincipal') !== undefined;
  if (names !== undefined && !bothNames && !known.caller && !('Principal' in statement && isEveryone(names))) {
    if (!wide) return never(statement);
    dropped.add('Principal').add('NotPrincipal');
    changes.Principal = '*';
  }
  for (const named of sessionsNamedIn(statement, known)) {
    const { element } = named;
    dropped.add(element);
    changes[element] = withSessions(named, wide === (element === 'Principal') ? known.anySession : undefined);
  }
  const both = own(statement, 'Resource') !== undefined && own(statement, 'NotResource') !== undefined;
  for (const element of ['Resource', 'NotResource'] as const) {
    const value = own(statement, element);
    if (both || value === undefined || (typeof value !== 'string' && !Array.isArray(value))) continue;
    const patterns = list(value).flatMap((pattern) => readResource(pattern, how, element === 'NotResource') ?? []);
    dropped.add(element);
    if (patterns.length > 0 || element === 'Resource' || list(value).length === 0) changes[element] = patterns;
    // Nothing is left to except.
    else changes.Resource = '*';
  }
  const kept = Object.entries(statement).filter(([key]) => !dropped.has(key));
  return Object.fromEntries([...kept, ...Object.entries(changes)]);
}

/** The statements of a document; `undefined` where it has no Statement. */
export function statementsOf(document: JsonValue): readonly JsonValue[] | undefined {
  const statements = isJsonObject(document) ? own(document, 'Statement') : undefined;
  return statements === undefined ? undefined : list(statements);
}

/** Whether `${…}` in a document is a policy variable. */
export function hasVariables(document: JsonValue): boolean {
  return isJsonObject(document) && own(document, 'Version') === '2012-10-17';
}

/** One reading of a document. What is wrong with it is left as it is, for the evaluator to fail closed on. */
export function readDocument(document: JsonValue, reading: Reading, known: Known): JsonValue {
  const statements = statementsOf(document);
  if (statements === undefined) return document;
  const variables = hasVariables(document);
  const read = statements.map((statement) => readStatement(statement, reading, variables, known));
  // The same document is compiled once.
  if (read.every((statement, index) => statement === statements[index])) return document;
  return { ...(document as JsonObject), Statement: read };
}

/** A pattern with a star for each variable: what it can name at all. */
export function widestPattern(pattern: string, variables: boolean): string {
  if (!variables) return pattern;
  return pattern.replace(VARIABLE, (whole, body: string) => (SPECIAL.has(body) ? whole : '*'));
}

/** One key of one operator whose answer is not known. */
export interface OpenCondition {
  readonly operator: string;
  readonly key: string;
  readonly value: JsonValue;
}

/** What keeps a statement from being certain: all of it must hold for the statement to apply. */
export interface Questions {
  readonly conditions: readonly OpenCondition[];
  /** Principal element that may mean the caller. */
  readonly principal?: { readonly element: 'Principal' | 'NotPrincipal'; readonly value: JsonValue };
  /** Names of variables in the patterns of its resources, in lower case. */
  readonly variables: readonly string[];
  /** These patterns, where there are such variables. */
  readonly resources?: string;
}

/** What keeps a statement from being certain: open conditions, variables without a known value, unknown principals. */
export function questionsOf(statement: JsonValue, variables: boolean, known: Known): Questions {
  if (!isJsonObject(statement)) return { conditions: [], variables: [] };
  const conditions: OpenCondition[] = [];
  const condition = own(statement, 'Condition');
  if (isJsonObject(condition)) {
    for (const [operator, keys] of Object.entries(condition)) {
      if (!isJsonObject(keys)) continue;
      for (const [key, value] of Object.entries(keys)) {
        const { open } = splitConditions({ [operator]: { [key]: value } }, { variables, known });
        if (open) conditions.push({ operator, key, value });
      }
    }
  }
  const element = own(statement, 'Principal') === undefined ? 'NotPrincipal' : 'Principal';
  const value = own(statement, element);
  const isNobodyKnown = value !== undefined && !known.caller && !(element === 'Principal' && isEveryone(value));
  const asked = value !== undefined && (isNobodyKnown || sessionsNamedIn(statement, known).length > 0);
  const resources = own(statement, 'Resource') ?? own(statement, 'NotResource') ?? [];
  const names = (variables ? [...new Set(list(resources).flatMap(variablesIn))] : []).filter(
    (name) => !known.isKnown(name),
  );
  return {
    conditions,
    ...(asked ? { principal: { element, value } } : {}),
    variables: names,
    ...(names.length === 0 ? {} : { resources: JSON.stringify(resources) }),
  };
}

/** An open condition in words. */
export function conditionText({ operator, key, value }: OpenCondition): string {
  return `${operator} ${key} ${list(value).map(String).join(' or ')}`;
}

/** The same in words. */
export function questionTexts({ conditions, principal, variables }: Questions): readonly string[] {
  return [
    ...conditions.map(conditionText),
    ...(principal === undefined ? [] : [`${principal.element} ${JSON.stringify(principal.value)}`]),
    ...variables.map((name) => `the value of \${${name}}`),
  ];
}
