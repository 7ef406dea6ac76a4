import type { Decision, Layer, NearMiss } from '../model/decision.ts';
import { decide } from './decide.ts';
import { applies, neededLayer } from './layers.ts';
import { type PreparedRequest, prepareRequest } from './request.ts';
import type { AuthorizationRequest, CompiledPolicy, CompiledStatement, PolicySet } from './types.ts';

/** A decision with the statements that would have allowed the request but for one element. */
export interface Explanation {
  readonly decision: Decision;
  /** Empty unless the decision is an implicit deny. The likeliest first: condition, resource, principal, action, unknown element. */
  readonly nearMisses: readonly NearMiss[];
}

type Miss = Pick<NearMiss, 'reason' | 'detail'>;

const LIKELIEST_FIRST: readonly NearMiss['reason'][] = ['condition', 'resource', 'principal', 'action', 'unknown'];

/** An Action element of another service is no near miss. */
function isOtherService(statement: CompiledStatement, request: PreparedRequest): boolean {
  const service = request.action.slice(0, request.action.indexOf(':') + 1);
  return !statement.texts.action.toLowerCase().includes(` ${service}`);
}

/** Every element of an Allow that keeps it from applying; `undefined` when it has nothing to do with the request. */
function missesOf(statement: CompiledStatement, request: PreparedRequest): readonly Miss[] | undefined {
  const misses: Miss[] = [];
  if (!statement.matchesAction(request.action)) {
    if (isOtherService(statement, request)) return undefined;
    misses.push({ reason: 'action', detail: statement.texts.action });
  }
  request.unknown = undefined;
  if (!statement.matchesResource(request)) {
    const [unknown] = request.unknown ?? [];
    misses.push(
      unknown === undefined
        ? { reason: 'resource', detail: statement.texts.resource }
        : { reason: 'unknown', detail: unknown },
    );
  }
  if (statement.reach(request) === 0) misses.push({ reason: 'principal', detail: statement.texts.principal });
  for (const { operator, key, test } of statement.conditions) {
    if (!test(request)) misses.push({ reason: 'condition', detail: `${operator} ${key}` });
  }
  for (const element of statement.unknown) misses.push({ reason: 'unknown', detail: element });
  return misses;
}

function nearMissesIn(
  policies: readonly CompiledPolicy[],
  layer: Layer,
  request: PreparedRequest,
): readonly NearMiss[] {
  const allows = policies.flatMap((policy) => policy.statements).filter(({ effect }) => effect === 'Allow');
  if (allows.some((statement) => applies(statement, request) > 0)) return [];
  return allows.flatMap((statement) => {
    const misses = missesOf(statement, request);
    const [miss] = misses ?? [];
    return misses?.length === 1 && miss !== undefined ? [{ layer, statement: statement.ref, ...miss }] : [];
  });
}

function nearMisses(request: PreparedRequest, policies: PolicySet, decided: Layer | undefined): readonly NearMiss[] {
  const { identity, resource, boundary, session, scps } = policies;
  const found = [
    ...(scps ?? []).flatMap((level) => nearMissesIn(level, 'scp', request)),
    ...(resource === undefined ? [] : nearMissesIn([resource], neededLayer(request, resource), request)),
    ...nearMissesIn(identity, 'identity', request),
    ...(boundary === undefined ? [] : nearMissesIn([boundary], 'boundary', request)),
    ...(session === undefined ? [] : nearMissesIn(session, 'session', request)),
  ];
  // The layer that decided comes first: another one's Allow would not help against it, or only in the same account.
  const rank = ({ layer, reason }: NearMiss): number =>
    LIKELIEST_FIRST.indexOf(reason) + (layer === decided ? 0 : LIKELIEST_FIRST.length);
  return found.sort((a, b) => rank(a) - rank(b));
}

/**
 * Decides a request and, when nothing allows it, finds the near misses: in each layer that does not allow, the one that decided first, the
 * Allow statements of which exactly one element does not fit.
 */
export function explainDecision(request: AuthorizationRequest, policies: PolicySet): Explanation {
  const decision = decide(request, policies);
  if (decision.decision !== 'implicitDeny') return { decision, nearMisses: [] };
  const prepared = prepareRequest(request, policies.boundary !== undefined);
  return { decision, nearMisses: nearMisses(prepared, policies, decision.layer) };
}
