import { absentKeys, callerArn, sourceOf, standingContext } from '../../diagnose/standing.ts';
import { type BoundedDecision, compilePolicy, decideBounded } from '../../evaluate/index.ts';
import type { RequestContext, StatementRef } from '../../model/decision.ts';
import { covers } from '../../model/wildcard-compare.ts';
import { findAction, lacksKey, SERVICES } from '../../operations/catalogue.ts';
import { partitionOf } from '../expectation.ts';
import type { AuditContext } from '../types.ts';
import { type Placed, policiesOf } from './policies.ts';
import { type Stated, statementsOf, textsOf } from './statements.ts';

/** That an action is allowed on some resource, after all limits that could be read. */
export interface Effective {
  readonly action: string;
  /** The Allow by which it is. */
  readonly statement: StatementRef;
  /** Under conditions only. */
  readonly open: boolean;
}

/** What the matrix does not hold: actions of all services, on some resource. */
export interface Reach {
  /** Whether an action is allowed; its name has no wildcard. */
  readonly of: (action: string) => Effective | undefined;
  /** Action patterns of the principal's policies and their limits, each with an action that it stands for. */
  readonly patterns: readonly { readonly pattern: string; readonly action: string }[];
}

/** Resources that are tried for one action: more patterns than these are no policy that somebody wrote. */
const MOST_RESOURCES = 32;
const REGION = 'eu-west-1';
const NAME = 'example';

/**
 * What the principal can do by its own policies, within boundary and organization. Each action is tried on examples of all resources that
 * the policies name, so that what is found is really allowed; a service's own resource policies do not count.
 */
export function reachOf(context: AuditContext): Reach {
  return context.once(reachOf, () => makeReach(context));
}

/** An action that no service has: who may call it may call whatever is not excepted. */
const ANYTHING = 'example:Anything';

/** How the principal is an administrator, where it is: then the small things go without saying. */
export function adminOf(context: AuditContext): Effective | undefined {
  return reachOf(context).of(ANYTHING);
}

function makeReach(context: AuditContext): Reach {
  const limiting = policiesOf(context.documents).filter(({ kind }) => LIMITS.has(kind));
  const allows = limiting.filter(({ kind }) => kind === 'identity').flatMap(allowing);
  const statements = limiting.flatMap(({ policy }) => statementsOf(policy));
  const decided = new Map<string, Effective | undefined>();
  const ask = asker(context);
  return {
    of: (action) => {
      if (!decided.has(action)) decided.set(action, decideAction(context, ask, action, allows, statements));
      return decided.get(action);
    },
    patterns: [...new Set(statements.flatMap(({ statement }) => textsOf(statement.Action)))].map((pattern) => ({
      pattern,
      action: pattern.replaceAll('*', 'Example').replaceAll('?', 'x'),
    })),
  };
}

const LIMITS: ReadonlySet<Placed['kind']> = new Set(['identity', 'boundary', 'scp']);

interface Allowing {
  readonly stated: Stated;
  readonly matches: (lowerCaseAction: string) => boolean;
}

function allowing({ policy }: Placed): readonly Allowing[] {
  const { statements } = compilePolicy(policy.document, { name: policy.name, kind: 'identity' });
  return statementsOf(policy).flatMap((stated) => {
    const compiled = statements[stated.ref.index];
    return stated.effect !== 'Allow' || compiled === undefined ? [] : [{ stated, matches: compiled.matchesAction }];
  });
}

function decideAction(
  context: AuditContext,
  ask: Ask,
  action: string,
  allows: readonly Allowing[],
  statements: readonly Stated[],
): Effective | undefined {
  const found = allows.filter(({ matches }) => matches(action.toLowerCase()));
  const [first] = found;
  if (first === undefined) return undefined;
  // The statement's own resources first: on one of them it is allowed, if at all, in most cases.
  const own = found.flatMap(({ stated }) => resourcesOf(context, action, stated));
  const others = statements.flatMap((stated) => resourcesOf(context, action, stated));
  let open: Effective | undefined;
  const fitting = [...new Set([...own, ...others])].filter((resource) => fits(action, resource));
  for (const resource of fitting.slice(0, MOST_RESOURCES)) {
    const { decision, explanation } = ask(action, resource);
    if (decision === 'deny') continue;
    const statement = explanation.decision.statement ?? first.stated.ref;
    if (decision === 'allow') return { action, statement, open: false };
    open ??= { action, statement, open: true };
  }
  return open;
}

/** Decides one request. */
type Ask = (action: string, resource: string) => BoundedDecision;

/** What is the same for every request is made once. */
function asker({ documents, now }: AuditContext): Ask {
  const { principal, organization } = documents;
  const boundary = principal.boundary.state === 'read' ? sourceOf(principal.boundary) : undefined;
  const { scps } = organization;
  const caller = callerArn(documents);
  const isAbsent = absentKeys(documents, now);
  const sources = {
    identity: principal.identity.read,
    ...(boundary === undefined ? {} : { boundary }),
    ...(scps.state === 'read' ? { scps: scps.value.map(({ policies }) => policies) } : {}),
  };
  const settings = new Map<string, { readonly context: RequestContext; readonly given: ReadonlySet<string> }>();
  const settingOf = (account: string) => {
    const known = settings.get(account);
    if (known !== undefined) return known;
    const context = standingContext({ principal, organization }, account, now);
    const made = { context, given: new Set(Object.keys(context).map((key) => key.toLowerCase())) };
    settings.set(account, made);
    return made;
  };
  return (action, resource) => {
    const { context, given } = settingOf(resource.split(':')[4] || principal.account);
    return decideBounded(
      { principal: caller, action, resource, resourceAccount: principal.account, context },
      { ...sources, ...needsDelegation(action, principal.account) },
      { isKnown: (key) => given.has(key) || isAbsent(key) || lacksKey(action, key) },
    );
  };
}

/** Roles and keys have policies of their own, which are taken to leave it to the account's. */
function needsDelegation(action: string, account: string) {
  const kind = action.startsWith('kms:') ? 'key' : action.startsWith('sts:AssumeRole') ? 'trust' : undefined;
  if (kind === undefined) return {};
  const statement = { Effect: 'Allow', Principal: { AWS: account }, Action: '*' };
  const Statement = kind === 'key' ? { ...statement, Resource: '*' } : statement;
  return { resource: { kind, name: `policies of what ${action} is about`, document: { Statement } } } as const;
}

/** Examples of what the resource patterns of a statement stand for. */
function resourcesOf(context: AuditContext, action: string, { statement }: Stated): readonly string[] {
  const patterns = [...textsOf(statement.Resource), ...textsOf(statement.NotResource)];
  return patterns.flatMap((pattern) =>
    /^\*+$/.test(pattern) || statement.NotResource !== undefined
      ? [...typical(context, action), ...(pattern === '*' ? [] : [example(context, pattern)])]
      : [example(context, pattern)],
  );
}

/** An ARN that a pattern matches. */
function example({ documents }: AuditContext, pattern: string): string {
  const { principal } = documents;
  const filled = pattern.replace(/\$\{aws:username\}/gi, principal.name).replace(/\$\{[^}]*\}/g, NAME);
  const defaults = ['arn', partitionOf(documents), '', REGION, principal.account];
  const parts = filled.split(':');
  if (parts.length < 6) return filled.replaceAll('*', NAME).replaceAll('?', 'x');
  return parts
    .map((part, index) => (part === '*' && index < 5 ? defaults[index] : part))
    .map((part = '') => part.replaceAll('*', NAME).replaceAll('?', 'x'))
    .join(':');
}

/** Whether an action can be about a resource at all: a policy may name any, and AWS never asks for it. */
function fits(action: string, resource: string): boolean {
  const [service = ''] = action.split(':');
  const facts = findAction(action);
  if (facts === undefined) return !SERVICES.has(resource.split(':')[2] ?? '');
  if (facts.resources.length === 0) return resource === '*';
  return facts.resources.some((kind) => {
    const arn = SERVICES.get(service.toLowerCase())?.resources.get(kind);
    return arn !== undefined && covers(arn.replace(/\$\{\w+\}/g, '*'), resource);
  });
}

/** ARNs of the kinds of resources that an action takes, where they are known; something of the service's otherwise. */
function typical(context: AuditContext, action: string): readonly string[] {
  const [service = ''] = action.split(':');
  const facts = findAction(action);
  if (facts !== undefined && facts.resources.length === 0) return ['*'];
  const known = (facts?.resources ?? []).flatMap((kind) => SERVICES.get(service)?.resources.get(kind) ?? []);
  if (known.length > 0) return known.map((arn) => example(context, arn.replace(/\$\{\w+\}/g, '*')));
  const { account } = context.documents.principal;
  return [`arn:${partitionOf(context.documents)}:${service}:${REGION}:${account}:${NAME}`, '*'];
}
