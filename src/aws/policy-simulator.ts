import type { ContextEntry, EvaluationResult } from '@aws-sdk/client-iam';
import type { RequestContext } from '../model/decision.ts';
import type { SimulatorAnswer, SimulatorAnswers, SimulatorQuestion } from '../model/simulator.ts';
import type { AwsClients } from './clients.ts';
import { allPages, createReader, nextOf, piece, pieces, type Read } from './reader.ts';

/**
 * Asks AWS's policy simulator about a principal: one call for all actions and resources that have the same context.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 *
 * @param principalArn role or user
 * @throws KitError `interrupted`
 */
export async function askPolicySimulator(
  clients: AwsClients,
  principalArn: string,
  questions: readonly SimulatorQuestion[],
  signal: AbortSignal,
): Promise<SimulatorAnswers> {
  const iam = await clients.iam();
  const reader = createReader(clients.host, signal);
  const what: Read = { action: 'iam:SimulatePrincipalPolicy', of: "the answer of AWS's policy simulator" };
  const groups = new Map<string, readonly SimulatorQuestion[]>();
  for (const question of questions) {
    const key = JSON.stringify(question.context);
    groups.set(key, [...(groups.get(key) ?? []), question]);
  }
  const asked = await pieces(
    [...groups.values()].map((group) =>
      piece(async () => {
        const results = await allPages(what, async (Marker) => {
          const answer = await reader.call(what, (options) =>
            iam.simulatePrincipalPolicy(
              {
                PolicySourceArn: principalArn,
                ActionNames: [...new Set(group.map(({ action }) => action))],
                ResourceArns: [...new Set(group.map(({ resource }) => resource))],
                ContextEntries: contextEntries(group[0]?.context ?? {}),
                Marker,
              },
              options,
            ),
          );
          return {
            items: answer.EvaluationResults ?? [],
            next: nextOf(answer),
          };
        });
        return group.flatMap((question) => answerTo(question, results) ?? []);
      }),
    ),
  );
  const [why] = asked.unreadable;
  if (why !== undefined) return { state: 'unreadable', why };
  return { state: 'read', answers: asked.read.flat() };
}

function contextEntries(context: RequestContext): ContextEntry[] {
  return Object.entries(context).map(([ContextKeyName, values]) => ({
    ContextKeyName,
    ContextKeyValues: [values].flat(),
    ContextKeyType: typeOf(ContextKeyName, values),
  }));
}

function typeOf(key: string, values: string | readonly string[]): 'string' | 'stringList' | 'boolean' | 'numeric' {
  if (typeof values !== 'string') return 'stringList';
  if (values === 'true' || values === 'false') return 'boolean';
  return key === 's3:max-keys' ? 'numeric' : 'string';
}

const DECISIONS: readonly SimulatorAnswer['decision'][] = ['allowed', 'explicitDeny', 'implicitDeny'];

/** Each action has a result for all resources together, and one for each of them. */
function answerTo(question: SimulatorQuestion, results: readonly EvaluationResult[]): SimulatorAnswer | undefined {
  const result = results.find(({ EvalActionName }) => EvalActionName === question.action);
  const own = result?.ResourceSpecificResults?.find(({ EvalResourceName }) => EvalResourceName === question.resource);
  const isAlone = result?.EvalResourceName === question.resource;
  const said = own?.EvalResourceDecision ?? (isAlone ? result.EvalDecision : undefined);
  const decision = DECISIONS.find((one) => one === said);
  if (decision === undefined) return undefined;
  const byOrganization = result?.OrganizationsDecisionDetail?.AllowedByOrganizations;
  const byBoundary = (own ?? result)?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary;
  return {
    question,
    decision,
    ...(byOrganization === undefined ? {} : { byOrganization }),
    ...(byBoundary === undefined ? {} : { byBoundary }),
    missing: (own ?? result)?.MissingContextValues ?? [],
  };
}
