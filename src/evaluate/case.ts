import type { Decision, EvaluationCase } from '../model/decision.ts';
import type { JsonValue, PolicyKind } from '../model/policy.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './decide.ts';
import { type Explanation, explainDecision } from './explain.ts';
import { lowerCase } from './text.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from './types.ts';

/** The answer to an `EvaluationCase` (design, section 5). */
interface EvaluationResult extends Decision {
  readonly name?: string;
}

function resourceKind(action: string): PolicyKind {
  const lower = lowerCase(action);
  if (lower.startsWith('kms:')) return 'key';
  if (lower.startsWith('sts:assumerole') || lower === 'sts:tagsession' || lower === 'sts:setsourceidentity')
    return 'trust';
  return 'bucket';
}

function compileAll(documents: readonly JsonValue[], name: string, kind: PolicyKind): readonly CompiledPolicy[] {
  return documents.map((document, index) => compilePolicy(document, { name: `${name}[${index}]`, kind }));
}

function present(document: JsonValue | undefined): document is JsonValue {
  return document !== undefined && document !== null;
}

function policySet(given: EvaluationCase): PolicySet {
  const { resourcePolicy, boundary, scps, rcps, sessionPolicies } = given;
  return {
    identity: compileAll(given.identityPolicies, 'identityPolicies', 'identity'),
    ...(present(resourcePolicy)
      ? {
          resource: compilePolicy(resourcePolicy, { name: 'resourcePolicy', kind: resourceKind(given.request.action) }),
        }
      : {}),
    ...(present(boundary) ? { boundary: compilePolicy(boundary, { name: 'boundary', kind: 'boundary' }) } : {}),
    ...(scps === undefined
      ? {}
      : {
          scps: scps.map((level, index) =>
            compileAll(
              Array.isArray(level) ? (level as readonly JsonValue[]) : [level as JsonValue],
              `scps[${index}]`,
              'scp',
            ),
          ),
        }),
    ...(rcps === undefined ? {} : { rcps: compileAll(rcps, 'rcps', 'rcp') }),
    // A session made without session policies is the same as one made with none.
    ...(sessionPolicies === undefined || sessionPolicies.length === 0
      ? {}
      : { session: compileAll(sessionPolicies, 'sessionPolicies', 'session') }),
  };
}

function authorizationRequest(given: EvaluationCase): AuthorizationRequest {
  const { principal, action, resource, context } = given.request;
  return {
    principal,
    action,
    resource,
    ...(given.resourceAccount === undefined ? {} : { resourceAccount: given.resourceAccount }),
    context: context ?? {},
  };
}

/**
 * Decides one case. A statement's policy is named by its place in the case: `identityPolicies[0]`, `resourcePolicy`, `boundary`,
 * `scps[0][1]` (level, document), `rcps[0]`, `sessionPolicies[0]`.
 */
export function evaluateCase(given: EvaluationCase): EvaluationResult {
  const decision = decide(authorizationRequest(given), policySet(given));
  return given.name === undefined ? decision : { name: given.name, ...decision };
}

/** `evaluateCase` with the near misses of an implicit deny. */
export function explainCase(given: EvaluationCase): Explanation {
  return explainDecision(authorizationRequest(given), policySet(given));
}
