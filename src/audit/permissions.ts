import { isAccessKeyId } from '../documents/read-access-key-id.ts';
import { bucketArn, type Partition, parseArn } from '../model/arn.ts';
import type { PolicyDocument, PolicyStatement } from '../model/policy.ts';

/** What an audit at AWS is of, as far as its permissions go by it. */
export interface AuditedThings {
  readonly partition: Partition;
  /** ARN of a role or user, with its path; or the name of a user, or the id of an access key: then any account's, and of a key any user. */
  readonly principal: string;
  /** Empty: all buckets, since which ones the policies name is not known before they are read. */
  readonly buckets: readonly string[];
  /** Keys of the buckets' default encryption among them. Empty: all keys of the account. */
  readonly kmsKeyArns: readonly string[];
  /** Whether IAM is asked what was called last. */
  readonly lastAccessed: boolean;
}

const ROLE = ['GetRole', 'GetRolePolicy', 'ListAttachedRolePolicies', 'ListRolePolicies'];
const USER = [
  'GetAccessKeyLastUsed',
  'GetLoginProfile',
  'GetUser',
  'GetUserPolicy',
  'ListAccessKeys',
  'ListAttachedUserPolicies',
  'ListGroupsForUser',
  'ListUserPolicies',
];
const GROUPS = ['GetGroupPolicy', 'ListAttachedGroupPolicies', 'ListGroupPolicies'];

/**
 * Without s3:ListBucket, which would show the names of all objects: S3 tells a bucket's region with a refusal, too, and gives its policy, or
 * that it has none, to its owner's account only.
 */
const BUCKET = [
  'GetBucketAcl',
  'GetBucketLogging',
  'GetBucketObjectLockConfiguration',
  'GetBucketOwnershipControls',
  'GetBucketPolicy',
  'GetBucketPublicAccessBlock',
  'GetBucketRequestPayment',
  'GetBucketVersioning',
  'GetEncryptionConfiguration',
  'GetLifecycleConfiguration',
  'ListBucketMultipartUploads',
];
const KEY = ['DescribeKey', 'GetKeyPolicy', 'ListGrants'];

/**
 * The least that an audit at AWS needs so that nothing of the account stays unread: read-only, and of no object a byte or, but for unfinished
 * uploads, a name. `*` stands where IAM takes no resource. The policies of an organization are shown in its management account and to
 * delegated administrators only, who need organizations:ListParents, ListPoliciesForTarget and DescribePolicy beside these.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function auditPermissions(of: AuditedThings): PolicyDocument {
  const { partition, principal, buckets, kmsKeyArns, lastAccessed } = of;
  const { account = '*', resource = 'user/' } = parseArn(principal) ?? {};
  const isUser = resource.startsWith('user/');
  const iam = (name: string, owner = account) => `arn:${partition}:iam::${owner}:${name}`;
  const report = lastAccessed ? ['GenerateServiceLastAccessedDetails'] : [];
  const principals = principal.includes(':') ? [principal] : usersOf(principal).map((name) => iam(name));
  return {
    Version: '2012-10-17',
    Statement: [
      statement('Principal', 'iam', [...(isUser ? USER : ROLE), ...report], principals),
      ...(isUser ? [statement('Groups', 'iam', GROUPS, [iam('group/*')])] : []),
      statement('Policies', 'iam', ['GetPolicy', 'GetPolicyVersion'], [iam('policy/*'), iam('policy/*', 'aws')]),
      {
        Sid: 'Account',
        Effect: 'Allow',
        Action: [
          ...(lastAccessed ? ['iam:GetServiceLastAccessedDetails'] : []),
          'iam:ListRoles',
          'iam:ListUsers',
          'organizations:DescribeOrganization',
          's3:GetAccountPublicAccessBlock',
        ],
        Resource: '*',
      },
      statement(
        'Buckets',
        's3',
        BUCKET,
        (buckets.length === 0 ? ['*'] : buckets).map((name) => bucketArn(partition, name)),
      ),
      statement('Keys', 'kms', KEY, kmsKeyArns.length === 0 ? [`arn:${partition}:kms:*:${account}:key/*`] : kmsKeyArns),
    ],
  };
}

/** A user whose path is not known; an access key may be any user's. */
function usersOf(principal: string): readonly string[] {
  return isAccessKeyId(principal) ? ['user/*'] : [`user/${principal}`, `user/*/${principal}`];
}

function statement(
  sid: string,
  service: string,
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: [...actions].sort().map((action) => `${service}:${action}`),
    Resource: resources,
  };
}
