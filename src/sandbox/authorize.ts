import { compilePolicy, decide } from '../evaluate/index.ts';
import type { AuthorizationRequest, CompiledPolicy } from '../evaluate/types.ts';
import type { Decision, Layer, RequestContext } from '../model/decision.ts';
import type { JsonValue } from '../model/policy.ts';
import { type Authorize, AwsError, type Caller, type IsAllowed, type Requirement } from './contract.ts';
import type { OrganizationView } from './identity/organization.ts';

/** How each layer is called where it allows nothing, and where it denies. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const LAYER_TEXTS: Readonly<Record<Layer, { readonly implicit: string; readonly explicit: string }>> = {
  identity: { implicit: 'identity-based policy', explicit: 'an identity-based policy' },
  resource: { implicit: 'resource-based policy', explicit: 'a resource-based policy' },
  'key-policy': { implicit: 'resource-based policy', explicit: 'a resource-based policy' },
  boundary: { implicit: 'permissions boundary', explicit: 'a permissions boundary' },
  session: { implicit: 'session policy', explicit: 'a session policy' },
  scp: { implicit: 'service control policy', explicit: 'a service control policy' },
  rcp: { implicit: 'resource control policy', explicit: 'a resource control policy' },
  trust: { implicit: 'role trust policy', explicit: 'the role trust policy' },
  'vpc-endpoint': { implicit: 'VPC endpoint policy', explicit: 'a VPC endpoint policy' },
};

function reasonOf(decision: Decision, action: string): string {
  if (decision.layer === undefined) return '';
  const text = LAYER_TEXTS[decision.layer];
  return decision.decision === 'explicitDeny'
    ? ` with an explicit deny in ${text.explicit}`
    : ` because no ${text.implicit} allows the ${action} action`;
}

/**
 * Whether AWS tells the caller why: within an account or organization. STS does so, too: its words for trust policies stand in
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
function tellsReason(caller: Caller, resourceAccount: string, organization: OrganizationView): boolean {
  if (caller.account === resourceAccount) return true;
  const own = organization.idOf(caller.account);
  return own !== undefined && own === organization.idOf(resourceAccount);
}

/** What KMS says instead of a reason when the policy of a key in another account does not allow: it does not even say whether there is such a key. */
const OUT_OF_REACH =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

/**
 * The AccessDenied of KMS, which S3 passes on. What was encrypted names no key to those who may not decrypt it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html; the words are those that users report.
 */
export function keyDenied(caller: Caller, action: string, keyArn: string, reason?: string): AwsError {
  const named = reason === undefined ? 'this resource' : `resource: ${keyArn}`;
  const resource = action === 'kms:Decrypt' ? 'the resource associated with this ciphertext' : named;
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${caller.arn} is not authorized to perform: ${action} on ${resource} ${reason ?? OUT_OF_REACH}`,
  );
}

/** The AccessDenied of a request, in AWS's words. */
function accessDenied(
  caller: Caller,
  requirement: Requirement,
  decision: Decision,
  resourceAccount: string,
  organization: OrganizationView,
): AwsError {
  if (requirement.action.startsWith('kms:') && caller.kind !== 'anonymous') {
    const isForeign = caller.account !== resourceAccount && decision.layer === 'key-policy';
    const reason = isForeign ? undefined : reasonOf(decision, requirement.action).trim();
    return keyDenied(caller, requirement.action, requirement.resource, reason);
  }
  const isS3 = requirement.action.startsWith('s3:');
  const told = tellsReason(caller, resourceAccount, organization);
  if ((isS3 && !told) || caller.kind === 'anonymous') return new AwsError('AccessDenied', 403, 'Access Denied');
  const resource = isS3 ? `"${requirement.resource}"` : requirement.resource;
  const reason = told ? reasonOf(decision, requirement.action) : '';
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${caller.arn} is not authorized to perform: ${requirement.action} on resource: ${resource}${reason}`,
  );
}

/** What a requirement is decided against. */
export interface TargetResource {
  readonly account: string;
  readonly policy?: CompiledPolicy;
  readonly grants?: (requirement: Requirement) => boolean;
}

/** All context keys of one decision. */
function contextOf(
  caller: Caller,
  requirement: Requirement,
  resource: TargetResource,
  base: RequestContext,
  organization: OrganizationView,
): RequestContext {
  const resourceOrganization = organization.idOf(resource.account);
  return {
    ...base,
    'aws:ResourceAccount': resource.account,
    ...(resourceOrganization === undefined
      ? {}
      : {
          'aws:ResourceOrgID': resourceOrganization,
          'aws:ResourceOrgPaths': [organization.pathOf(resource.account) ?? ''],
        }),
    ...caller.context,
    ...requirement.context,
  };
}

/**
 * A request whose context is put together when a condition or variable asks for it: most are decided without. A class, since an
 * object literal with a getter of its own gets a hidden class of its own, and those live in the old generation.
 */
class LazyRequest implements AuthorizationRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly #makeContext: () => RequestContext;
  #context: RequestContext | undefined;

  constructor(caller: Caller, requirement: Requirement, target: TargetResource, makeContext: () => RequestContext) {
    this.principal = caller.arn;
    this.action = requirement.action;
    this.resource = requirement.resource;
    this.resourceAccount = target.account;
    this.#makeContext = makeContext;
  }

  get context(): RequestContext {
    this.#context ??= this.#makeContext();
    return this.#context;
  }
}

/** Decides one requirement with everything that binds the caller and the resource. `makeBase` gives the keys of the request itself. */
function decideRequirement(
  caller: Caller,
  requirement: Requirement,
  resource: TargetResource,
  makeBase: () => RequestContext,
  organization: OrganizationView,
): Decision {
  const rcps = organization.rcps(resource.account);
  return decide(
    new LazyRequest(caller, requirement, resource, () =>
      contextOf(caller, requirement, resource, makeBase(), organization),
    ),
    {
      identity: caller.identity,
      ...(resource.policy === undefined ? {} : { resource: resource.policy }),
      ...(caller.boundary === undefined ? {} : { boundary: caller.boundary }),
      ...(caller.session === undefined ? {} : { session: caller.session }),
      ...(caller.scps === undefined ? {} : { scps: caller.scps }),
      ...(rcps === undefined ? {} : { rcps }),
    },
  );
}

const EVERYTHING = compilePolicy(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  { name: 'everything', kind: 'identity' },
);

/**
 * What the policy of the VPC endpoint says that S3 is called through. It must allow everybody, the root user too: so it is decided like the
 * policy of a resource of another account than the caller's, which only an Allow opens.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
function decideAtEndpoint(
  policy: CompiledPolicy,
  caller: Caller,
  requirement: Requirement,
  resource: TargetResource,
  makeBase: () => RequestContext,
  organization: OrganizationView,
): Decision {
  const request = new LazyRequest(caller, requirement, { account: 'endpoint' }, () =>
    contextOf(caller, requirement, resource, makeBase(), organization),
  );
  return { ...decide(request, { identity: [EVERYTHING], resource: policy }), layer: 'vpc-endpoint' };
}

/** `authorize` and `isAllowed` for one request, whose own context keys are made when first needed. */
export function createAuthorizer(
  makeBase: () => RequestContext,
  organization: OrganizationView,
  endpointPolicy?: JsonValue,
): { readonly authorize: Authorize; readonly isAllowed: IsAllowed } {
  let base: RequestContext | undefined;
  const memoizedBase = (): RequestContext => {
    base ??= makeBase();
    return base;
  };
  const endpoint =
    endpointPolicy === undefined
      ? undefined
      : compilePolicy(endpointPolicy, { name: 'VPC endpoint policy', kind: 'bucket' });
  const decideOne = (caller: Caller, requirement: Requirement, resource: TargetResource): Decision => {
    const decision = decideRequirement(caller, requirement, resource, memoizedBase, organization);
    if (endpoint === undefined || decision.decision !== 'allow' || !requirement.action.startsWith('s3:'))
      return decision;
    return decideAtEndpoint(endpoint, caller, requirement, resource, memoizedBase, organization);
  };
  return {
    authorize: (caller, requirements, resource) => {
      for (const requirement of requirements) {
        const decision = decideOne(caller, requirement, resource);
        const granted = decision.decision === 'implicitDeny' && resource.grants?.(requirement) === true;
        if (decision.decision !== 'allow' && !granted) {
          throw accessDenied(caller, requirement, decision, resource.account, organization);
        }
      }
    },
    isAllowed: (caller, requirement, resource) => decideOne(caller, requirement, resource).decision === 'allow',
  };
}
