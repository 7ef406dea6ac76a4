import type { StatementRef } from '../model/decision.ts';
import type { JsonValue, PolicyKind } from '../model/policy.ts';
import { parseCaller } from './caller.ts';
import { compileOnce } from './compile-once.ts';
import { type Explanation, explainDecision } from './explain.ts';
import { hasVariables, questionsOf, questionTexts, type Reading, readDocument, statementsOf } from './matrix/bounds.ts';
import { exampleOf, knownFacts } from './matrix/known.ts';
import { type PolicySource, unreadDocument } from './matrix/unread.ts';
import { lowerCase } from './text.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from './types.ts';

/** Every policy that applies, unread ones included; otherwise as `PolicySet`. */
export interface PolicySources {
  readonly identity: readonly PolicySource[];
  readonly resource?: PolicySource & { readonly kind: 'bucket' | 'trust' | 'key' };
  readonly boundary?: PolicySource;
  readonly scps?: readonly (readonly PolicySource[])[];
  readonly rcps?: readonly PolicySource[];
}

/** What keeps a decision open. */
export type OpenReason =
  /** A statement depends on context keys whose values are not known: `questions` has operator, key and values. */
  | {
      readonly kind: 'context';
      readonly statement: StatementRef;
      readonly effect: 'Allow' | 'Deny';
      readonly questions: readonly string[];
    }
  | { readonly kind: 'unread'; readonly policy: string };

/** A decision about a request of which not everything is known. */
export interface BoundedDecision {
  /** `open`: what is not known decides. */
  readonly decision: 'allow' | 'deny' | 'open';
  /** With everything open in favour of the request: what denies there, denies for certain. */
  readonly explanation: Explanation;
  /** Why it is open: each by itself is enough to deny; all that is open, when only several together are. */
  readonly reasons: readonly OpenReason[];
}

/** One policy in both readings. */
interface Item {
  readonly source: PolicySource;
  readonly kind: PolicyKind;
  readonly most: JsonValue;
  readonly least: JsonValue;
}

/** Decides how one statement, or one unread policy, is read; the place is -1 for the policy as a whole. */
type Choose = (item: Item, index: number) => Reading;

/** A document whose statements are taken from either reading. */
function mixed(item: Item, choose: Choose): JsonValue {
  if (item.source.document === undefined) return item[choose(item, -1)];
  const most = statementsOf(item.most);
  const least = statementsOf(item.least);
  if (item.most === item.least || most === undefined || least === undefined) return item.most;
  const Statement = most.map((statement, index) =>
    choose(item, index) === 'most' ? statement : (least[index] ?? statement),
  );
  return { ...(item.most as object), Statement };
}

interface Items {
  readonly identity: readonly Item[];
  readonly resource?: Item;
  readonly boundary?: Item;
  readonly scps?: readonly (readonly Item[])[];
  readonly rcps?: readonly Item[];
}

function policySet(items: Items, choose: Choose): PolicySet {
  const compile = (item: Item): CompiledPolicy =>
    compileOnce(mixed(item, choose), { name: item.source.name, kind: item.kind });
  return {
    identity: items.identity.map(compile),
    ...(items.resource === undefined ? {} : { resource: compile(items.resource) }),
    ...(items.boundary === undefined ? {} : { boundary: compile(items.boundary) }),
    ...(items.scps === undefined ? {} : { scps: items.scps.map((level) => level.map(compile)) }),
    ...(items.rcps === undefined ? {} : { rcps: items.rcps.map(compile) }),
  };
}

/** What is known of a request beside its context. */
export interface Knowledge {
  /**
   * Whether a context key (in lower case) has the value that the request's context gives, or none if it gives none. Never asked about keys of
   * which the context gives a pattern: aws:userid `AROA…:*` of a role whose session may have any name.
   */
  readonly isKnown: (lowerCaseKey: string) => boolean;
  /** The principal is somebody of its account, and it is not known who: policies that name one of them are open. */
  readonly isSomebody?: boolean;
}

/** Entries of a Principal element that name one principal of the account, rather than the account. */
function individuals(statement: JsonValue, account: string): readonly string[] {
  const principal = (statement as { readonly Principal?: { readonly AWS?: JsonValue } } | null)?.Principal?.AWS;
  const entries = Array.isArray(principal) ? (principal as readonly JsonValue[]) : [principal];
  return entries.filter(
    (entry): entry is string =>
      typeof entry === 'string' && entry.split(':')[4] === account && !entry.endsWith(`:${account}:root`),
  );
}

/** One of them may be the caller: then the statement reaches it, as if it named the account. */
function widenPrincipal(document: JsonValue, account: string, reading: Reading): JsonValue {
  const statements = statementsOf(document);
  if (statements === undefined) return document;
  const Statement = statements.map((statement) => {
    const wide = (reading === 'most') === ((statement as { readonly Effect?: JsonValue } | null)?.Effect === 'Allow');
    if (!wide || individuals(statement, account).length === 0) return statement;
    return { ...(statement as object), Principal: { AWS: account } };
  });
  return { ...(document as object), Statement };
}

/** A place that is open: a statement, or a policy that was not read. */
interface OpenPlace {
  readonly item: Item;
  readonly index: number;
  readonly reason: OpenReason;
}

function openPlaces(
  items: Items,
  request: AuthorizationRequest,
  questionsAbout: (statement: JsonValue, variables: boolean) => readonly string[],
): readonly OpenPlace[] {
  const all = [
    ...items.identity,
    ...[items.resource, items.boundary].filter((one) => one !== undefined),
    ...(items.scps ?? []).flat(),
    ...(items.rcps ?? []),
  ];
  const action = lowerCase(request.action);
  return all.flatMap((item): readonly OpenPlace[] => {
    const { document, name } = item.source;
    if (document === undefined) return [{ item, index: -1, reason: { kind: 'unread', policy: name } }];
    const variables = hasVariables(document);
    const compiled = compileOnce(document, { name, kind: item.kind });
    return (statementsOf(document) ?? []).flatMap((statement, index): readonly OpenPlace[] => {
      const one = compiled.statements[index];
      const questions = one?.matchesAction(action) === true ? questionsAbout(statement, variables) : [];
      if (one === undefined || questions.length === 0) return [];
      return [{ item, index, reason: { kind: 'context', statement: one.ref, effect: one.effect, questions } }];
    });
  });
}

/**
 * Decides a request whose context is known in part only, under policies of which some could not be read. Asks the evaluator twice, with
 * all that is open in favour of the request and with all of it against; where both agree, so does every request. An unread policy may
 * allow anything; that it denies is taken for possible where denying is all that it can do (SCP, RCP) or what it mostly does (bucket).
 */
export function decideBounded(
  asked: AuthorizationRequest,
  sources: PolicySources,
  knowledge: Knowledge,
): BoundedDecision {
  return boundedDecider(asked, sources, knowledge)(asked);
}

/** The same for many requests of one principal in one context, for which the documents are read once. */
export function boundedDecider(
  who: Pick<AuthorizationRequest, 'principal' | 'context'>,
  sources: PolicySources,
  { isKnown, isSomebody = false }: Knowledge,
): (asked: Omit<AuthorizationRequest, 'principal' | 'context'>) => BoundedDecision {
  const facts = knownFacts(who.principal, who.context);
  const principal = exampleOf(who.principal);
  const known = { ...facts, isKnown: (key: string) => facts.patternOf(key) === undefined && isKnown(key) };
  const { account } = parseCaller(principal);
  const item = (source: PolicySource, kind: PolicyKind): Item => {
    const read = (reading: Reading): JsonValue => {
      if (source.document === undefined) return unreadDocument(kind, reading);
      const document = readDocument(source.document, reading, known);
      return isSomebody ? widenPrincipal(document, account, reading) : document;
    };
    return { source, kind, most: read('most'), least: read('least') };
  };
  const { resource, boundary, scps, rcps } = sources;
  const items: Items = {
    identity: sources.identity.map((source) => item(source, 'identity')),
    ...(resource === undefined ? {} : { resource: item(resource, resource.kind) }),
    ...(boundary === undefined ? {} : { boundary: item(boundary, 'boundary') }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => level.map((source) => item(source, 'scp'))) }),
    ...(rcps === undefined ? {} : { rcps: rcps.map((source) => item(source, 'rcp')) }),
  };
  return (asked) => {
    const request = { ...asked, principal, context: facts.context };
    const ask = (choose: Choose): Explanation => explainDecision(request, policySet(items, choose));
    const allowed = ({ decision }: Explanation): boolean => decision.decision === 'allow';
    const most = ask(() => 'most');
    if (!allowed(most)) return { decision: 'deny', explanation: most, reasons: [] };
    if (allowed(ask(() => 'least'))) return { decision: 'allow', explanation: most, reasons: [] };

    const open = openPlaces(items, request, (statement, variables) => [
      ...questionTexts(questionsOf(statement, variables, known)),
      ...(isSomebody ? individuals(statement, account).map((arn) => `whether the caller is ${arn}`) : []),
    ]);
    const alone = open.filter(
      (place) => !allowed(ask((at, index) => (at === place.item && index === place.index ? 'least' : 'most'))),
    );
    return {
      decision: 'open',
      explanation: most,
      reasons: (alone.length > 0 ? alone : open).map(({ reason }) => reason),
    };
  };
}
