import { auditMatrix, expectedSubjects, subjectOf } from '../../src/audit/matrix.ts';
import { compilePolicy, decide } from '../../src/evaluate/index.ts';
import type { ResourceFacts, Subject } from '../../src/evaluate/matrix/index.ts';
import type { CompiledPolicy, PolicySet } from '../../src/evaluate/types.ts';
import type { AuditCell, AuditExpectation } from '../../src/model/audit.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { RequestContext } from '../../src/model/decision.ts';
import type { MatrixArea } from '../../src/model/matrix.ts';
import { isJsonObject, type JsonValue, type PolicyKind } from '../../src/model/policy.ts';
import { lacksKey } from '../../src/operations/catalogue.ts';
import { matches } from '../evaluate/matrix-support.ts';

/** What came of deciding the requests of one account one by one. */
export interface BruteForce {
  /** How many were decided, each against all documents and against what is expected. */
  readonly requests: number;
  /** Where the matrix says something else, in words; at most a few. */
  readonly disagreements: readonly string[];
}

/** How the policies that could not be read are taken: as what they may allow, or as what they may deny. */
type Stand = 'for' | 'against' | 'without';

const MOST_DISAGREEMENTS = 5;
const CONTEXTS = 4;
const KINDS = ['s3:bucket', 's3:object', 'kms:key'];
const NOBODY = '999999999999';

/** How much is asked, and of which matrix. */
export interface BruteForceOptions {
  /** ISO 8601. */
  readonly now: string;
  /** Default: 10,000. */
  readonly requests?: number;
  readonly seed?: number;
  /** Default: the matrix of the account. */
  readonly cells?: readonly AuditCell[];
}

/**
 * Decides concrete requests of an account, actions by resources in and around all patterns by contexts, and compares each with the parts,
 * the excess and the missing of the matrix. It knows patterns, regions and readings not at all: only `decide`.
 */
export function bruteForce(
  documents: AuditDocuments,
  expected: AuditExpectation,
  { now, requests = 10_000, seed = 1, cells = auditMatrix(documents, expected, now) }: BruteForceOptions,
): BruteForce {
  const actual = subjectOf(documents, expected, now);
  const { needed, tolerated } = expectedSubjects(documents, expected, now);
  const random = randomOf(seed);
  const subjects = [actual, needed, tolerated];
  const texts = subjects.flatMap(policiesOf).flatMap(({ document }) => document ?? []);
  const resources = resourcesToTry(texts, actual.resources ?? []);
  const open = openValues(texts, actual);
  const ask = {
    actual: decider(actual),
    needed: decider(needed),
    tolerated: decider(tolerated),
  };
  const byAction = new Map<string, AuditCell[]>();
  for (const cell of cells) byAction.set(cell.action, [...(byAction.get(cell.action) ?? []), cell]);
  const byKind = new Map(KINDS.map((kind) => [kind, resources.filter((arn) => kindOf(arn) === kind)]));
  // What trust policies say is not asked here.
  const asked = [...byAction].flatMap(([action, found]) =>
    action.startsWith('sts:AssumeRole')
      ? []
      : [...new Set(found.map(({ kind }) => kind))].map((kind) => ({ action, found, kind })),
  );
  const isUnread = policiesOf(actual).some(({ document }) => document === undefined);
  const disagreements: string[] = [];
  let count = 0;
  while (count < requests && disagreements.length < MOST_DISAGREEMENTS) {
    const { action, found, kind } = pick(asked, random);
    const candidates = kind === 'none' ? ['*'] : (byKind.get(kind) ?? []);
    if (candidates.length === 0) continue;
    const resource = pick(candidates, random);
    const covering = found.filter((cell) => cell.kind === kind && matchesAny([cell.resource], resource));
    if (covering.length === 0 || isUnlistedKey(actual, resource)) continue;
    const seen = Array.from({ length: CONTEXTS }, () => {
      const context = contextOf(action, open, random);
      const inFavour = ask.actual(action, resource, context, 'for');
      return {
        for: inFavour,
        against: isUnread ? ask.actual(action, resource, context, 'against') : inFavour,
        without: isUnread ? ask.actual(action, resource, context, 'without') : inFavour,
        needed: ask.needed(action, resource, context, 'for').every(Boolean),
        tolerated: ask.tolerated(action, resource, context, 'for').every(Boolean),
      };
    });
    count += CONTEXTS;
    for (const cell of covering) {
      for (const wrong of disagreementsOf(cell, resource, seen)) {
        disagreements.push(`${action} on ${resource} in ${cell.resource}: ${wrong}`);
      }
    }
  }
  return { requests: count, disagreements };
}

/** Answers in one context; several where several accounts may own the resource. */
interface Seen extends Readonly<Record<Stand, readonly boolean[]>> {
  readonly needed: boolean;
  readonly tolerated: boolean;
}

function* disagreementsOf(cell: AuditCell, resource: string, seen: readonly Seen[]): Generator<string> {
  const part = cell.parts.find((one) => isIn(one, resource));
  const excess = cell.excess.find((one) => isIn(one, resource));
  const missing = cell.missing.find((one) => isIn(one, resource));
  const decision = part?.decision ?? 'deny';
  for (const one of seen) {
    const mayAllow = [...one.for, ...one.against].some(Boolean);
    const mayDeny = ![...one.for, ...one.against].every(Boolean);
    if (decision === 'allow' && mayDeny) yield 'said to be allowed, and is denied';
    if (decision === 'deny' && mayAllow) yield 'said to be denied, and is allowed';
    if (decision === 'conditional' && (part?.conditions ?? []).length === 0) yield 'conditional without a condition';
    const [asRead] = one.without;
    if (part?.asRead === 'allow' && asRead !== true) yield 'said to be allowed as read, and is denied';
    if (part?.asRead === 'deny' && asRead !== false) yield 'said to be denied as read, and is allowed';
    if (mayAllow && !one.tolerated && excess === undefined) yield 'allowed and not expected, and no excess';
    if (mayDeny && one.needed && missing === undefined) yield 'needed and denied, and not missing';
    if (one.needed && !cell.needed) yield 'needed, and not said to be';
    if (excess?.decision === 'allow' && mayDeny) yield 'excess that is denied';
    if (excess !== undefined && excess.expectedIf === undefined && one.tolerated) yield 'excess that is expected';
    if (missing?.decision === 'deny' && mayAllow) yield 'missing and allowed';
  }
  // What depends on nothing but the documents is never said to depend on anything.
  if (cell.needed === false && missing !== undefined) yield 'missing and not needed';
}

function isIn({ resources, except = [] }: MatrixArea, resource: string): boolean {
  return matchesAny(resources, resource) && !matchesAny(except, resource);
}

const known = new Map<string, boolean>();

function matchesAny(patterns: readonly string[], resource: string): boolean {
  return patterns.some((pattern) => {
    const key = `${pattern}\n${resource}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size > 200_000) known.clear();
    const found = matches(pattern, resource);
    known.set(key, found);
    return found;
  });
}

function kindOf(arn: string): string {
  if (arn.includes(':s3:::')) return arn.includes('/') ? 's3:object' : 's3:bucket';
  return 'kms:key';
}

/** A key of whose policy nothing is known. */
function isUnlistedKey({ resources = [] }: Subject, resource: string): boolean {
  return resource.includes(':kms:') && resources.every(({ arn }) => arn !== resource);
}

function policiesOf(subject: Subject): Subject['identity'] {
  const { identity, boundary, scps = [], rcps = [], resources = [] } = subject;
  return [
    ...identity,
    ...(boundary === undefined ? [] : [boundary]),
    ...scps.flat(),
    ...rcps,
    ...resources.flatMap(({ policy }) => policy ?? []),
  ];
}

function statementsOf(document: JsonValue): readonly Readonly<Record<string, JsonValue>>[] {
  const { Statement = [] } = document as { readonly Statement?: JsonValue };
  return [Statement].flat().filter(isJsonObject);
}

/** Resources that each pattern names, nearly names, and just does not name. */
function resourcesToTry(documents: readonly JsonValue[], facts: readonly ResourceFacts[]): readonly string[] {
  const patterns = documents
    .flatMap(statementsOf)
    .flatMap(({ Resource = [], NotResource = [] }) => [Resource, NotResource].flat())
    .filter((text): text is string => typeof text === 'string' && /^arn:[^:]*:(s3|kms):/.test(text));
  const arns = facts.map(({ arn }) => arn);
  const found = [...new Set([...patterns, ...arns, ...arns.map((arn) => `${arn}/*`)])].flatMap((pattern) => {
    const filled = pattern.replace(/\$\{[*?$]\}/g, (text) => text[2] ?? '').replace(/\$\{[^}]*\}/g, 'red');
    const fill = (run: string) => filled.replaceAll('*', run).replaceAll('?', 'q');
    const one = fill('x');
    return [
      fill(''),
      one,
      fill('a/b.csv'),
      fill('.channelmix-verify/z'),
      `${one}y`,
      one.slice(0, -1),
      `${one}/sub/file`,
    ];
  });
  return [...new Set(['arn:aws:s3:::unheard-of', 'arn:aws:s3:::unheard-of/file', ...found])].filter((arn) =>
    /^arn:[^:]+:(s3:::[^/]|kms:[^:]+:\d+:key\/)/.test(arn),
  );
}

/** Values of the keys that are open: those that conditions name, another one, and none. */
function openValues(
  documents: readonly JsonValue[],
  { context = {}, resources = [], isAbsent = () => false }: Subject,
): ReadonlyMap<string, readonly (string | undefined)[]> {
  const given = new Set(
    [context, ...resources.map((one) => one.context ?? {})].flatMap(Object.keys).map((key) => key.toLowerCase()),
  );
  const found = new Map<string, Set<string | undefined>>();
  const add = (key: string, values: readonly string[]) => {
    const lower = key.toLowerCase();
    if (given.has(lower) || isAbsent(lower) || /resourceaccount|^aws:principal(arn|account|type)/.test(lower)) return;
    const set = found.get(lower) ?? new Set([undefined, 'something-else']);
    for (const value of values) set.add(value.replaceAll('*', 'x').replaceAll('?', 'q'));
    found.set(lower, set);
  };
  for (const statement of documents.flatMap(statementsOf)) {
    for (const keys of Object.values(isJsonObject(statement.Condition) ? statement.Condition : {})) {
      for (const [key, value] of Object.entries(isJsonObject(keys) ? keys : {})) add(key, [value].flat().map(String));
    }
    for (const [, name = ''] of JSON.stringify(statement.Resource ?? '').matchAll(/\$\{(\w+:[\w/]+)\}/g))
      add(name, ['red']);
  }
  return new Map([...found].map(([key, values]) => [key, [...values]]));
}

/** A request has the condition keys of its action only. */
function contextOf(action: string, open: ReturnType<typeof openValues>, random: () => number): RequestContext {
  const possible = [...open].filter(([key]) => !lacksKey(action, key));
  const chosen = possible.map(([key, values]) => [key, pick(values, random)] as const);
  return Object.fromEntries(chosen.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

type Decider = (action: string, resource: string, context: RequestContext, stand: Stand) => readonly boolean[];

/** Decides requests under the documents of a subject, those of the bucket or key that is asked for among them. */
function decider(subject: Subject): Decider {
  const { principal = '', identity, boundary, scps, rcps, resources = [], context: base = {} } = subject;
  const [, , , , account = ''] = principal.split(':');
  const compiled = new Map<string, PolicySet>();
  const setFor = (facts: ResourceFacts | undefined, stand: Stand): PolicySet => {
    const key = `${facts?.arn} ${stand}`;
    const before = compiled.get(key);
    if (before !== undefined) return before;
    const all = (sources: Subject['identity'], kind: PolicyKind) =>
      sources.flatMap((source) => standIn(source, kind, stand, account) ?? []);
    const kind = facts?.arn.includes(':kms:') ? 'key' : 'bucket';
    const policy = facts?.policy === undefined ? undefined : standIn(facts.policy, kind, stand, account);
    const bound = boundary === undefined ? undefined : standIn(boundary, 'boundary', stand, account);
    const set: PolicySet = {
      identity: all(identity, 'identity'),
      ...(bound === undefined ? {} : { boundary: bound }),
      ...(scps === undefined ? {} : { scps: scps.map((level) => all(level, 'scp')) }),
      ...((facts?.rcps ?? rcps) === undefined ? {} : { rcps: all(facts?.rcps ?? rcps ?? [], 'rcp') }),
      ...(policy === undefined ? {} : { resource: policy }),
    };
    compiled.set(key, set);
    return set;
  };
  const byArn = new Map(resources.map((facts) => [facts.arn, facts]));
  return (action, resource, context, stand) => {
    const facts = byArn.get(resource.includes(':s3:::') ? (resource.split('/')[0] ?? '') : resource);
    const { rcps: _, ...unbound } = setFor(facts, stand);
    const owner = facts === undefined ? account : facts.account;
    const all = { ...base, ...facts?.context, ...context };
    const owners = owner === undefined ? [account, NOBODY] : [owner];
    return owners.map((resourceAccount, index) => {
      const policies = index === 0 ? setFor(facts, stand) : unbound;
      return decide({ principal, action, resource, resourceAccount, context: all }, policies).decision === 'allow';
    });
  };
}

/** A policy, or what stands for it where it could not be read. */
function standIn(
  { name, document }: Subject['identity'][number],
  kind: PolicyKind,
  stand: Stand,
  account: string,
): CompiledPolicy | undefined {
  if (document !== undefined) return compilePolicy(document, { name, kind });
  const isLimit = kind === 'bucket' || kind === 'scp' || kind === 'rcp';
  const principal = (value: JsonValue) =>
    kind === 'identity' || kind === 'boundary' || kind === 'scp' ? {} : { Principal: value };
  const everything = (Effect: string, value: JsonValue = '*') =>
    compilePolicy({ Statement: { Effect, ...principal(value), Action: '*', Resource: '*' } }, { name, kind });
  if (stand === 'for') return everything('Allow');
  if (stand === 'without') return kind === 'key' ? everything('Allow', { AWS: account }) : undefined;
  return isLimit ? everything('Deny') : compilePolicy({ Statement: [] }, { name, kind });
}

function pick<T>(values: readonly T[], random: () => number): T {
  const found = values[Math.floor(random() * values.length)];
  return found as T;
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
