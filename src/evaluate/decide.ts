import type { Decision, Layer, StatementRef } from '../model/decision.ts';
import { askPolicies, askPolicy, type LayerAnswer, neededLayer } from './layers.ts';
import { givenValues, type PreparedRequest, prepareRequest } from './request.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from './types.ts';

type Verdict = Pick<Decision, 'decision' | 'layer' | 'statement'>;

/**
 * Operations that need no permission and that no policy can deny.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
const FREE_ACTIONS: ReadonlySet<string> = new Set(['sts:getcalleridentity', 'sts:getsessiontoken']);

/**
 * What the root user of a bucket's owner may do whatever the bucket policy denies.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const OWNER_ROOT_ACTIONS: ReadonlySet<string> = new Set([
  's3:getbucketpolicy',
  's3:putbucketpolicy',
  's3:deletebucketpolicy',
]);

/** What every layer says about a request; `undefined` for a layer that is not there or does not bind the caller. */
interface Answers {
  readonly scps: readonly LayerAnswer[];
  readonly rcp: LayerAnswer | undefined;
  readonly resource: LayerAnswer | undefined;
  readonly identity: LayerAnswer;
  readonly boundary: LayerAnswer | undefined;
  readonly session: LayerAnswer | undefined;
}

const NO_ANSWERS: readonly LayerAnswer[] = [];

/** Users, roles, root and their sessions; not services, identity providers or anonymous callers. */
function isPrincipalOfAccount({ caller }: PreparedRequest): boolean {
  return caller.account !== '' && caller.kind !== 'provider';
}

/** Service-linked roles are bound by neither SCPs nor RCPs. */
function isServiceLinked(request: PreparedRequest): boolean {
  if (request.caller.kind === 'role') return request.caller.arn.includes(':role/aws-service-role/');
  if (request.caller.kind !== 'session') return false;
  return givenValues(request, 'aws:principalarn')?.[0]?.includes(':role/aws-service-role/') === true;
}

/**
 * IAM is not among the services whose resources RCPs control, and a grant may always be retired.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
 */
export function reachedByRcps(action: string): boolean {
  return !action.startsWith('iam:') && action !== 'kms:retiregrant';
}

function askOne(policy: CompiledPolicy, request: PreparedRequest): LayerAnswer {
  const answer: LayerAnswer = { deny: undefined, allow: undefined, reach: 0 };
  askPolicy(policy, request, answer);
  return answer;
}

function ask(request: PreparedRequest, policies: PolicySet): Answers {
  const { scps, rcps, resource, identity, boundary, session } = policies;
  const scpBound = scps !== undefined && isPrincipalOfAccount(request) && !isServiceLinked(request);
  const rcpBound = rcps !== undefined && reachedByRcps(request.action) && !isServiceLinked(request);
  return {
    scps: scpBound ? scps.map((level) => askPolicies(level, request)) : NO_ANSWERS,
    rcp: rcpBound ? askPolicies(rcps, request) : undefined,
    resource: resource === undefined ? undefined : askOne(resource, request),
    identity: askPolicies(identity, request),
    boundary: boundary === undefined ? undefined : askOne(boundary, request),
    session: session === undefined ? undefined : askPolicies(session, request),
  };
}

function deny(layer: Layer, statement: StatementRef): Verdict {
  return { decision: 'explicitDeny', layer, statement };
}

function refuse(layer: Layer): Verdict {
  return { decision: 'implicitDeny', layer };
}

function allow(layer: Layer, statement: StatementRef | undefined): Verdict {
  return statement === undefined ? { decision: 'allow' } : { decision: 'allow', layer, statement };
}

/** The first explicit deny; AWS does not say which of several it reports, here the order is SCP, RCP, resource, identity, boundary, session. */
function explicitDeny(answers: Answers, layer: Layer, resourceCounts: boolean): Verdict | undefined {
  for (const level of answers.scps) if (level.deny !== undefined) return deny('scp', level.deny);
  if (answers.rcp?.deny !== undefined) return deny('rcp', answers.rcp.deny);
  if (resourceCounts && answers.resource?.deny !== undefined) return deny(layer, answers.resource.deny);
  if (answers.identity.deny !== undefined) return deny('identity', answers.identity.deny);
  if (answers.boundary?.deny !== undefined) return deny('boundary', answers.boundary.deny);
  if (answers.session?.deny !== undefined) return deny('session', answers.session.deny);
  return undefined;
}

/** Identity, boundary and session policies of the caller's account; `undefined` when all of them allow. */
function refusedByCaller(request: PreparedRequest, answers: Answers, identityNeeded: boolean): Verdict | undefined {
  const { kind } = request.caller;
  if (identityNeeded && kind !== 'root' && answers.identity.reach === 0) return refuse('identity');
  if (answers.boundary?.reach === 0) return refuse('boundary');
  if (answers.session?.reach === 0) return refuse('session');
  if (answers.session === undefined && kind === 'federated-user') return refuse('session');
  return undefined;
}

/** Caller and resource in one account: one Allow of identity or resource policy is enough, with exceptions. */
function decideSameAccount(request: PreparedRequest, answers: Answers, layer: Layer): Verdict {
  const reach = answers.resource?.reach ?? 0;
  if (reach === 3) return allow(layer, answers.resource?.allow);
  if (reach === 0 && layer !== 'resource') return refuse(layer);
  const refused = refusedByCaller(request, answers, reach < 2);
  if (refused !== undefined) return refused;
  return reach === 2 ? allow(layer, answers.resource?.allow) : allow('identity', answers.identity.allow);
}

/** Two accounts: the caller's has to allow, and the resource's has to allow. */
function decideCrossAccount(request: PreparedRequest, answers: Answers, layer: Layer): Verdict {
  const refused = refusedByCaller(request, answers, true);
  if (refused !== undefined) return refused;
  return answers.resource === undefined || answers.resource.reach === 0
    ? refuse(layer)
    : allow(layer, answers.resource.allow);
}

/** Callers without an IAM account of their own: services, identity providers and everyone. */
function decideOutsider(answers: Answers, layer: Layer): Verdict {
  return answers.resource === undefined || answers.resource.reach === 0
    ? refuse(layer)
    : allow(layer, answers.resource.allow);
}

function verdict(request: PreparedRequest, policies: PolicySet): Verdict {
  if (FREE_ACTIONS.has(request.action)) return { decision: 'allow' };
  const { caller, resourceAccount } = request;
  const layer = neededLayer(request, policies.resource);
  const ownerRoot =
    caller.kind === 'root' && caller.account === resourceAccount && OWNER_ROOT_ACTIONS.has(request.action);
  const answers = ask(request, policies);
  const denied = explicitDeny(answers, layer, !ownerRoot);
  if (denied !== undefined) return denied;
  if (answers.scps.some((level) => level.reach === 0)) return refuse('scp');
  if (!isPrincipalOfAccount(request)) return decideOutsider(answers, layer);
  return caller.account === resourceAccount
    ? decideSameAccount(request, answers, layer)
    : decideCrossAccount(request, answers, layer);
}

/**
 * Decides a request as AWS does. `layer` is the one that denied, or the one whose allow decided (absent where nothing had to
 * allow: the root user, GetCallerIdentity); `unknown` names what failed closed; `missingContextKeys` are keys that conditions or
 * variables of otherwise fitting statements asked for in vain.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function decide(request: AuthorizationRequest, policies: PolicySet): Decision {
  const prepared = prepareRequest(request, policies.boundary !== undefined);
  if (prepared.caller.kind === 'unknown') {
    return { decision: 'implicitDeny', unknown: [`principal ${request.principal}`] };
  }
  const answer = verdict(prepared, policies);
  if (prepared.unknown === undefined && prepared.missing === undefined) return answer;
  return {
    ...answer,
    ...(prepared.unknown === undefined ? {} : { unknown: [...prepared.unknown].sort() }),
    ...(prepared.missing === undefined ? {} : { missingContextKeys: [...prepared.missing.values()].sort() }),
  };
}
