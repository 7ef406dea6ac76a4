import type { StatementRef } from '../model/decision.ts';
import {
  DOCUMENT_ELEMENTS,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PolicyDocument,
  type PolicyKind,
  STATEMENT_ELEMENTS,
} from '../model/policy.ts';
import { MAX_PATTERN } from '../model/wildcard.ts';
import { compileConditions } from './conditions/index.ts';
import { compileActions, compileResources } from './matching.ts';
import { notPrincipalReach, principalReach, readPrincipals } from './principals.ts';
import { shown } from './text.ts';
import type { CompiledPolicy, CompiledStatement } from './types.ts';

type Effect = 'Allow' | 'Deny';

/** Kinds of documents whose statements name principals, and those whose statements name resources. */
const WITH_PRINCIPAL: ReadonlySet<PolicyKind> = new Set(['trust', 'bucket', 'key', 'rcp']);
const WITHOUT_RESOURCE: ReadonlySet<PolicyKind> = new Set(['trust']);

/** An own member of a document: data must not reach `Object.prototype`. */
function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function readStrings(value: JsonValue | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  return value.every((entry) => typeof entry === 'string') ? (value as readonly string[]) : undefined;
}

/** What one statement is read with. */
interface StatementContext {
  readonly kind: PolicyKind;
  readonly effect: Effect;
  readonly variables: boolean;
  readonly unknown: string[];
}

/** The one of two elements that is there; both or none is an error that is named. */
function choose(
  statement: JsonObject,
  positive: string,
  negative: string,
  unknown: string[],
): { readonly element: string; readonly value: JsonValue } | undefined {
  const plain = member(statement, positive);
  const inverse = member(statement, negative);
  if (plain !== undefined && inverse !== undefined) {
    unknown.push(`${positive} together with ${negative}`);
    return undefined;
  }
  if (plain !== undefined) return { element: positive, value: plain };
  if (inverse !== undefined) return { element: negative, value: inverse };
  unknown.push(`${positive} is missing`);
  return undefined;
}

/** Patterns of an element. An empty list in a negated element would match everything; AWS says that it grants nothing. */
function patternsOf(element: string, value: JsonValue, unknown: string[]): readonly string[] | undefined {
  const patterns = readStrings(value);
  if (patterns === undefined || (patterns.length === 0 && element.startsWith('Not'))) {
    unknown.push(`${element} ${shown(value)}`);
    return undefined;
  }
  return patterns;
}

/** A matcher with the text of its element. */
type Named<Matcher extends keyof CompiledStatement> = Pick<CompiledStatement, Matcher> & { readonly text: string };

function listText(element: string, patterns: readonly string[]): string {
  return `${element} ${patterns.join(', ')}`;
}

const ALWAYS = (): true => true;

function readAction(statement: JsonObject, context: StatementContext): Named<'matchesAction'> {
  const chosen = choose(statement, 'Action', 'NotAction', context.unknown);
  const patterns = chosen && patternsOf(chosen.element, chosen.value, context.unknown);
  if (chosen === undefined || patterns === undefined) return { matchesAction: ALWAYS, text: '' };
  for (const pattern of patterns)
    if (pattern.length > MAX_PATTERN) context.unknown.push(`${chosen.element} ${shown(pattern)}`);
  const matches = compileActions(patterns.filter((pattern) => pattern.length <= MAX_PATTERN));
  const matchesAction = chosen.element === 'Action' ? matches : (action: string): boolean => !matches(action);
  return { matchesAction, text: listText(chosen.element, patterns) };
}

function readResource(statement: JsonObject, context: StatementContext): Named<'matchesResource'> {
  const none = { matchesResource: ALWAYS, text: '' };
  if (WITHOUT_RESOURCE.has(context.kind)) {
    for (const element of ['Resource', 'NotResource']) {
      if (member(statement, element) !== undefined) context.unknown.push(`${element} in a ${context.kind} policy`);
    }
    return none;
  }
  const chosen = choose(statement, 'Resource', 'NotResource', context.unknown);
  const patterns = chosen && patternsOf(chosen.element, chosen.value, context.unknown);
  if (chosen === undefined || patterns === undefined) return none;
  const element = chosen.element === 'Resource' ? 'Resource' : 'NotResource';
  return {
    matchesResource: compileResources(element, patterns, context.effect, context.variables),
    text: listText(element, patterns),
  };
}

/** A Principal element in one line: kinds and their entries. */
function principalText(element: string, value: JsonValue): string {
  if (!isJsonObject(value)) return `${element} ${shown(value)}`;
  const kinds = Object.entries(value).map(([kind, entries]) => `${kind} ${(readStrings(entries) ?? []).join(', ')}`);
  return `${element} ${kinds.join('; ')}`;
}

const EVERYONE = (): 3 => 3;

function readPrincipal(statement: JsonObject, context: StatementContext): Named<'reach'> {
  const none = { reach: EVERYONE, text: '' };
  if (!WITH_PRINCIPAL.has(context.kind)) {
    for (const element of ['Principal', 'NotPrincipal']) {
      if (member(statement, element) !== undefined) context.unknown.push(`${element} in an ${context.kind} policy`);
    }
    return none;
  }
  const chosen = choose(statement, 'Principal', 'NotPrincipal', context.unknown);
  if (chosen === undefined) return none;
  if (chosen.element === 'NotPrincipal' && context.kind === 'trust') {
    context.unknown.push('NotPrincipal in a trust policy');
    return none;
  }
  const { list, unknown } = readPrincipals(chosen.element, chosen.value);
  const text = principalText(chosen.element, chosen.value);
  const { effect } = context;
  if (chosen.element === 'NotPrincipal') {
    context.unknown.push(...unknown);
    return { reach: (request) => notPrincipalReach(list, effect, request), text };
  }
  return { reach: unknown.length === 0 ? (request) => principalReach(list, request) : withUnknown, text };

  /** An entry that is not understood leaves an Allow for the others as it is, and makes a Deny reach everyone. */
  function withUnknown(request: Parameters<CompiledStatement['reach']>[0]): ReturnType<CompiledStatement['reach']> {
    const reach = principalReach(list, request);
    if (reach > 0) return reach;
    request.unknown ??= new Set();
    for (const name of unknown) request.unknown.add(name);
    return effect === 'Deny' ? 3 : 0;
  }
}

function readEffect(value: JsonValue | undefined, unknown: string[]): Effect {
  if (value === 'Allow' || value === 'Deny') return value;
  unknown.push(`Effect ${shown(value)}`);
  return 'Deny';
}

interface DocumentContext {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly variables: boolean;
  /** What is wrong with the document itself; it holds for each statement. */
  readonly unknown: readonly string[];
}

function refOf(name: string, index: number, sid: string | undefined): StatementRef {
  return sid === undefined ? { policy: name, index } : { policy: name, index, sid };
}

/** A statement that denies everything, since nobody can tell what was meant. */
function brokenStatement(name: string, index: number, unknown: readonly string[]): CompiledStatement {
  return {
    index,
    effect: 'Deny',
    ref: refOf(name, index, undefined),
    unknown,
    matchesAction: ALWAYS,
    matchesResource: ALWAYS,
    reach: EVERYONE,
    conditions: [],
    texts: { action: '', resource: '', principal: '' },
  };
}

function compileStatement(statement: JsonValue, index: number, document: DocumentContext): CompiledStatement {
  if (!isJsonObject(statement)) return brokenStatement(document.name, index, [`Statement ${shown(statement)}`]);
  const unknown = [...document.unknown];
  for (const key of Object.keys(statement))
    if (!STATEMENT_ELEMENTS.includes(key)) unknown.push(`element ${shown(key)}`);
  const sid = member(statement, 'Sid');
  if (sid !== undefined && typeof sid !== 'string') unknown.push(`Sid ${shown(sid)}`);
  const effect = readEffect(member(statement, 'Effect'), unknown);
  const context: StatementContext = { kind: document.kind, effect, variables: document.variables, unknown };
  const action = readAction(statement, context);
  const resource = readResource(statement, context);
  const principal = readPrincipal(statement, context);
  const condition = member(statement, 'Condition');
  const conditions =
    condition === undefined
      ? { conditions: [], unknown: [] }
      : compileConditions(condition, { variables: document.variables, effect });
  unknown.push(...conditions.unknown);
  const named = typeof sid === 'string' ? sid : undefined;
  return {
    index,
    ...(named === undefined ? {} : { sid: named }),
    effect,
    ref: refOf(document.name, index, named),
    unknown,
    matchesAction: action.matchesAction,
    matchesResource: resource.matchesResource,
    reach: principal.reach,
    conditions: conditions.conditions,
    texts: { action: action.text, resource: resource.text, principal: principal.text },
  };
}

function documentUnknown(document: JsonObject): readonly string[] {
  const unknown: string[] = [];
  for (const key of Object.keys(document)) if (!DOCUMENT_ELEMENTS.includes(key)) unknown.push(`element ${shown(key)}`);
  const version = member(document, 'Version');
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    unknown.push(`Version ${shown(version)}`);
  const id = member(document, 'Id');
  if (id !== undefined && typeof id !== 'string') unknown.push(`Id ${shown(id)}`);
  return unknown;
}

/**
 * Prepares a document for `decide`. Never throws for a document that is JSON: what it does not know, or what has no right shape,
 * is kept so that it fails closed (an Allow with it does not apply, a Deny with it does) and is named in `Decision.unknown`. A
 * document that AWS would refuse to store (a Version that does not exist, an unknown element) therefore grants nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function compilePolicy(
  document: JsonValue | PolicyDocument,
  options: { readonly name: string; readonly kind: PolicyKind },
): CompiledPolicy {
  const { name, kind } = options;
  const value = document as JsonValue;
  if (!isJsonObject(value)) return { name, kind, statements: [brokenStatement(name, 0, [`document ${shown(value)}`])] };
  const statement = member(value, 'Statement');
  if (!isJsonObject(statement) && !Array.isArray(statement)) {
    return { name, kind, statements: [brokenStatement(name, 0, [`Statement ${shown(statement)}`])] };
  }
  const statements = Array.isArray(statement) ? (statement as readonly JsonValue[]) : [statement as JsonValue];
  const context: DocumentContext = {
    name,
    kind,
    variables: member(value, 'Version') === '2012-10-17',
    unknown: documentUnknown(value),
  };
  return { name, kind, statements: statements.map((entry, index) => compileStatement(entry, index, context)) };
}
