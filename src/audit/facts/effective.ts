import { sourceOf } from '../../diagnose/standing.ts';
import { type BoundedDecision, compilePolicy, decideBounded } from '../../evaluate/index.ts';
import type { StatementRef } from '../../model/decision.ts';
import type { AuditContext, Blind } from '../types.ts';
import { type Placed, policiesOf } from './policies.ts';
import { standingOf } from './standing.ts';
import { statementsOf } from './statements.ts';
import { type Named, namedReader, triedResources } from './tried-resources.ts';

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
  /** That it could not be told, where that was so of an action that was asked for. */
  readonly untold: () => readonly Blind[];
}

/**
 * What the principal can do by its own policies, within boundary and organization. Each action is tried on one of all resources that the
 * policies treat alike, so that what is found is really allowed, and nothing is missed; a service's own resource policies do not count.
 */
export function reachOf(context: AuditContext): Reach {
  return context.once(reachOf, () => makeReach(context));
}

/** Said of actions or resources whose patterns are beyond telling apart. */
export const TOO_COMPLEX: Blind = {
  blind: {
    what: 'what the policies allow of other services',
    action: 'none',
    kind: 'unknown',
    said: 'their patterns have too many wildcards to tell apart',
  },
};

/** An action that no service has: who may call it may call whatever is not excepted. */
const ANYTHING = 'example:Anything';

/** How the principal is an administrator, where it is: then the small things go without saying. */
export function adminOf(context: AuditContext): Effective | undefined {
  return reachOf(context).of(ANYTHING);
}

/** The policies that decide what the principal's own account lets it do. */
export function limitingPolicies({ documents }: AuditContext): readonly Placed[] {
  return policiesOf(documents).filter(({ kind }) => kind === 'identity' || kind === 'boundary' || kind === 'scp');
}

function makeReach(context: AuditContext): Reach {
  const rulings = limitingPolicies(context).flatMap(rulingsOf(context));
  const decided = new Map<string, Effective | undefined>();
  let isTooComplex = false;
  const ask = asker(context);
  const tries = triedResources(context);
  const decide = (action: string): Effective | undefined => {
    const about = rulings.filter(({ matches }) => matches(action.toLowerCase()));
    const giving = about.filter(({ isGiving }) => isGiving);
    const [first] = giving;
    if (first === undefined) return undefined;
    const others = about.filter(({ isGiving }) => !isGiving);
    const resources = tries(action, giving.map(namedOf), others.map(namedOf));
    if (resources === undefined) isTooComplex = true;
    return firstAllowed(ask, action, resources ?? [], first.ref);
  };
  return {
    of: (action) => {
      if (!decided.has(action)) decided.set(action, decide(action));
      return decided.get(action);
    },
    untold: () => (isTooComplex ? [TOO_COMPLEX] : []),
  };
}

/** A statement, and what it is about. */
interface Ruling {
  readonly ref: StatementRef;
  /** It is an Allow of the principal's own. */
  readonly isGiving: boolean;
  readonly matches: (lowerCaseAction: string) => boolean;
  readonly named: Named;
}

function namedOf({ named }: Ruling): Named {
  return named;
}

function rulingsOf(context: AuditContext): (placed: Placed) => readonly Ruling[] {
  const read = namedReader(context);
  return ({ kind, policy }) => {
    const { statements } = compilePolicy(policy.document, { name: policy.name, kind: 'identity' });
    return statementsOf(policy).flatMap((stated): readonly Ruling[] => {
      const { ref, effect } = stated;
      const compiled = statements[ref.index];
      if (compiled === undefined) return [];
      const isGiving = kind === 'identity' && effect === 'Allow';
      return [{ ref, isGiving, matches: compiled.matchesAction, named: read(stated) }];
    });
  };
}

function firstAllowed(
  ask: Ask,
  action: string,
  resources: readonly string[],
  fallback: StatementRef,
): Effective | undefined {
  let open: Effective | undefined;
  for (const resource of resources) {
    const { decision, explanation } = ask(action, resource);
    if (decision === 'deny') continue;
    const statement = explanation.decision.statement ?? fallback;
    if (decision === 'allow') return { action, statement, open: false };
    open ??= { action, statement, open: true };
  }
  return open;
}

/** Decides one request. */
type Ask = (action: string, resource: string) => BoundedDecision;

/** What is the same for every request is made once. */
function asker(context: AuditContext): Ask {
  const { documents } = context;
  const { principal, organization } = documents;
  const boundary = principal.boundary.state === 'read' ? sourceOf(principal.boundary) : undefined;
  const { scps } = organization;
  const sources = {
    identity: principal.identity.read,
    ...(boundary === undefined ? {} : { boundary }),
    ...(scps.state === 'read' ? { scps: scps.value.map(({ policies }) => policies) } : {}),
  };
  return (action, resource) => {
    const { knownFor, ...who } = standingOf(context, resource.split(':')[4] || principal.account);
    return decideBounded(
      { ...who, action, resource, resourceAccount: principal.account },
      { ...sources, ...needsDelegation(action, principal.account) },
      { isKnown: knownFor(action) },
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
