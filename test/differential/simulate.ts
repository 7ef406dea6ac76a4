import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Decision, EvaluationCase } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';

/** What iam-simulate says about a case, and which context keys it left out because its data says that the request has none. */
export interface Simulated {
  readonly decision: Decision['decision'];
  readonly ignoredKeys: readonly string[];
}

const DECISIONS = { Allowed: 'allow', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' } as const;

function named(documents: readonly JsonValue[], prefix: string): { name: string; policy: JsonValue }[] {
  return documents.map((policy, index) => ({ name: `${prefix}${index}`, policy }));
}

function mutableContext(context: EvaluationCase['request']['context']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context ?? {}).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  );
}

function toSimulation(given: EvaluationCase): Simulation {
  const { request, identityPolicies, resourcePolicy, boundary, sessionPolicies = [], scps = [], rcps } = given;
  return {
    request: {
      principal: request.principal === '*' ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: given.resourceAccount ?? '' },
      contextVariables: mutableContext(request.context),
    },
    identityPolicies: named(identityPolicies, 'identity'),
    serviceControlPolicies: scps.map((level, index) => ({
      orgIdentifier: `level${index}`,
      policies: named(Array.isArray(level) ? (level as readonly JsonValue[]) : [level as JsonValue], `scp${index}-`),
    })),
    resourceControlPolicies: rcps === undefined ? [] : [{ orgIdentifier: 'root', policies: named(rcps, 'rcp') }],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(boundary === undefined ? {} : { permissionBoundaryPolicies: named([boundary], 'boundary') }),
    ...(sessionPolicies[0] === undefined ? {} : { sessionPolicy: sessionPolicies[0] }),
  };
}

/** @throws Error when it refuses the case: then the generator made something that AWS would not store */
export async function simulate(given: EvaluationCase): Promise<Simulated> {
  const answer = await runSimulation(toSimulation(given), {});
  if (answer.resultType !== 'single') throw new Error(`refused: ${JSON.stringify(answer)}\n${JSON.stringify(given)}`);
  return { decision: DECISIONS[answer.overallResult], ignoredKeys: answer.result.ignoredContextKeys ?? [] };
}
