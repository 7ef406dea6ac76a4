import type { Permission, ResourceKind } from './types.ts';

/** What is known of one IAM call; enough to tell which permission it needs. */
interface IamCall {
  readonly operation: string;
  readonly partition: string;
  /** Account of the caller, in which the call acts. */
  readonly account: string;
  /** Name of the role, user, group, instance profile or policy that the call acts on. */
  readonly name?: string;
  /** Its path, `/` by default. */
  readonly path?: string;
  /** Its ARN, for the operations that take one: policies, SimulatePrincipalPolicy. */
  readonly arn?: string;
}

/**
 * The resource that each IAM operation acts on; the action has the operation's name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const ROLE: readonly string[] = [
  'AttachRolePolicy',
  'CreateRole',
  'DeleteRole',
  'DeleteRolePermissionsBoundary',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'GetRole',
  'GetRolePolicy',
  'ListAttachedRolePolicies',
  'ListInstanceProfilesForRole',
  'ListRolePolicies',
  'ListRoleTags',
  'PutRolePermissionsBoundary',
  'PutRolePolicy',
  'TagRole',
  'UntagRole',
  'UpdateAssumeRolePolicy',
  'UpdateRole',
  'UpdateRoleDescription',
];

const USER: readonly string[] = [
  'AttachUserPolicy',
  'CreateAccessKey',
  'CreateLoginProfile',
  'CreateUser',
  'DeleteAccessKey',
  'DeleteLoginProfile',
  'DeleteUser',
  'DeleteUserPermissionsBoundary',
  'DeleteUserPolicy',
  'DetachUserPolicy',
  'GetAccessKeyLastUsed',
  'GetLoginProfile',
  'GetUser',
  'GetUserPolicy',
  'ListAccessKeys',
  'ListAttachedUserPolicies',
  'ListGroupsForUser',
  'ListMFADevices',
  'ListSSHPublicKeys',
  'ListServiceSpecificCredentials',
  'ListSigningCertificates',
  'ListUserPolicies',
  'ListUserTags',
  'PutUserPermissionsBoundary',
  'PutUserPolicy',
  'TagUser',
  'UntagUser',
  'UpdateAccessKey',
  'UpdateUser',
];

const POLICY: readonly string[] = [
  'CreatePolicy',
  'CreatePolicyVersion',
  'DeletePolicy',
  'DeletePolicyVersion',
  'GetPolicy',
  'GetPolicyVersion',
  'ListEntitiesForPolicy',
  'ListPolicyTags',
  'ListPolicyVersions',
  'SetDefaultPolicyVersion',
  'TagPolicy',
  'UntagPolicy',
];

const INSTANCE_PROFILE: readonly string[] = ['GetInstanceProfile'];

/** Operations that act on the account as a whole. */
const NONE: readonly string[] = [
  'GetAccountAuthorizationDetails',
  'GetAccountSummary',
  'GetContextKeysForCustomPolicy',
  'GetServiceLastAccessedDetails',
  'ListAccountAliases',
  'ListInstanceProfiles',
  'ListPolicies',
  'ListRoles',
  'ListUsers',
  'SimulateCustomPolicy',
];

/** Operations on a role or user that is named by ARN. */
const BY_ARN: readonly string[] = [
  'GenerateServiceLastAccessedDetails',
  'GetContextKeysForPrincipalPolicy',
  'SimulatePrincipalPolicy',
];

const TABLE: ReadonlyMap<string, ResourceKind | 'arn'> = new Map([
  ...ROLE.map((name) => [name, 'role'] as const),
  ...USER.map((name) => [name, 'user'] as const),
  ...POLICY.map((name) => [name, 'policy'] as const),
  ...INSTANCE_PROFILE.map((name) => [name, 'instance-profile'] as const),
  ...NONE.map((name) => [name, 'none'] as const),
  ...BY_ARN.map((name) => [name, 'arn'] as const),
]);

/** API names of the IAM operations in the table. */
export const IAM_OPERATIONS: readonly string[] = [...TABLE.keys()];

/** Kinds of resource that an IAM operation's action takes. Throws like `iamPermission`. */
export function iamResourceKinds(operation: string): readonly ResourceKind[] {
  const kind = TABLE.get(operation);
  if (kind === undefined) throw new TypeError(`unknown IAM operation ${operation}`);
  return kind === 'arn' ? ['role', 'user'] : [kind];
}

/**
 * The permission that an IAM call needs. Throws a `TypeError` for an operation that is not in the table, and when the name or ARN
 * that it acts on is missing: both are bugs of the caller.
 */
export function iamPermission(call: IamCall): Permission {
  const { operation, partition, account, name, path = '/', arn } = call;
  const [kind] = iamResourceKinds(operation);
  const action = `iam:${operation}`;
  if (kind === 'none') return { action, resource: '*' };
  if (arn !== undefined) return { action, resource: arn };
  if (name === undefined) throw new TypeError(`IAM ${operation} needs a name or an ARN`);
  return { action, resource: `arn:${partition}:iam::${account}:${kind}${path}${name}` };
}
