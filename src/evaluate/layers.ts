import type { Layer, StatementRef } from '../model/decision.ts';
import type { PolicyKind } from '../model/policy.ts';
import { noteUnknown, type PreparedRequest } from './request.ts';
import type { CompiledPolicy, CompiledStatement, PrincipalReach } from './types.ts';

const RESOURCE_LAYERS: Readonly<Partial<Record<PolicyKind, Layer>>> = { trust: 'trust', key: 'key-policy' };

/** What the policies of one layer say: the first Deny that applies, and the Allow that reaches furthest. */
export interface LayerAnswer {
  deny: StatementRef | undefined;
  allow: StatementRef | undefined;
  /** Reach of that Allow; 0 when there is none. */
  reach: PrincipalReach;
}

/** The layer that stands for the resource's account: what the resource policy is, or would be. */
export function neededLayer(request: PreparedRequest, resource: CompiledPolicy | undefined): Layer {
  if (resource !== undefined) return RESOURCE_LAYERS[resource.kind] ?? 'resource';
  if (request.action.startsWith('kms:')) return 'key-policy';
  return request.action.startsWith('sts:assumerole') ? 'trust' : 'resource';
}

function conditionsHold(statement: CompiledStatement, request: PreparedRequest): boolean {
  let hold = true;
  // All of them are asked, so that every missing key is noted.
  for (const condition of statement.conditions) if (!condition.test(request)) hold = false;
  return hold;
}

/** How far a statement applies to the request: 0 when it does not. */
export function applies(statement: CompiledStatement, request: PreparedRequest): PrincipalReach {
  if (!statement.matchesAction(request.action)) return 0;
  if (!statement.matchesResource(request)) return 0;
  const reach = statement.reach(request);
  if (reach === 0) return 0;
  if (statement.conditions.length > 0 && !conditionsHold(statement, request)) return 0;
  if (statement.unknown.length === 0) return reach;
  for (const element of statement.unknown) noteUnknown(request, element);
  return statement.effect === 'Deny' ? 3 : 0;
}

/** Asks every statement of the policies. */
export function askPolicies(policies: readonly CompiledPolicy[], request: PreparedRequest): LayerAnswer {
  const answer: LayerAnswer = { deny: undefined, allow: undefined, reach: 0 };
  for (const policy of policies) askPolicy(policy, request, answer);
  return answer;
}

/** Adds what one policy says. */
export function askPolicy(policy: CompiledPolicy, request: PreparedRequest, answer: LayerAnswer): void {
  for (const statement of policy.statements) {
    const reach = applies(statement, request);
    if (reach === 0) continue;
    if (statement.effect === 'Deny') answer.deny ??= statement.ref;
    else if (reach > answer.reach) {
      answer.reach = reach;
      answer.allow = statement.ref;
    }
  }
}
