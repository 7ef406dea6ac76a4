import { ACCOUNTS } from './localemu.ts';
import { type Grant, policyDocument, type Stage, type Statement } from './stage.ts';

/** A grant as the programs deploy it, or broken afterwards. What must be refused is told in `expected.ts`'s words. */
export interface Scenario {
  readonly id: string;
  readonly grant: Grant;
  /** What somebody did to the deployed grant. */
  readonly change?: (stage: Stage) => Promise<unknown>;
  /** Calls that the access level allows and that AWS refuses now. */
  readonly denies?: readonly string[];
  /** Calls that the access level refuses and that AWS allows now. */
  readonly permits?: readonly string[];
  /** Codes of refusals by service, where it is not AccessDenied. */
  readonly refusal?: Readonly<Record<'s3' | 'sts' | 'iam', string>>;
}

const MINIMAL: Grant = { way: 'role', access: 'minimal' };
const READING = [
  'head-bucket',
  'list-pages',
  'head-object',
  'get-range',
  'download-file',
  'get-missing-object',
  'head-deleted-object',
];
const WRITING = ['put-object', 'upload-file', 'create-multipart-upload', 'upload-part'];
const DELETING = ['delete-object', 'delete-objects'];
/** Everything that minimal access is for. */
const EVERYTHING = [...READING, ...WRITING, ...DELETING];
const LISTING = ['head-bucket', 'list-pages', 'get-missing-object', 'head-deleted-object'];

/** The grants that work, each way in and each access level. */
const WORKING: readonly Scenario[] = [
  { id: 'role-minimal', grant: MINIMAL },
  { id: 'role-extended', grant: { way: 'role', access: 'extended' } },
  { id: 'role-full', grant: { way: 'role', access: 'full' } },
  { id: 'key-minimal', grant: { way: 'key', access: 'minimal' } },
  { id: 'key-extended', grant: { way: 'key', access: 'extended' } },
  { id: 'key-full', grant: { way: 'key', access: 'full' } },
  { id: 'role-extended-new-bucket', grant: { way: 'role', access: 'extended', createBucket: true, uniqueName: true } },
  { id: 'key-full-new-bucket', grant: { way: 'key', access: 'full', createBucket: true } },
  { id: 'role-minimal-prefix', grant: { ...MINIMAL, prefixes: ['channelmix/'], rolePath: '/vendors/' } },
  {
    id: 'key-extended-prefixes',
    grant: { way: 'key', access: 'extended', prefixes: ['channelmix/eu/', 'channelmix/us/'] },
  },
  {
    id: 'role-minimal-wide-boundary',
    grant: { ...MINIMAL, boundary: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
  },
];

const BROKEN_TRUST: readonly Scenario[] = [
  {
    id: 'trust-names-another-account',
    grant: MINIMAL,
    change: (stage) => trust(stage, { AWS: `arn:aws:iam::${ACCOUNTS.stranger}:root` }),
    denies: ['assume-role'],
    permits: ['stranger-assume-role'],
  },
  {
    id: 'trust-demands-external-id',
    grant: MINIMAL,
    change: (stage) => trustOnly(stage, { StringEquals: { 'sts:ExternalId': 'agreed' } }),
    denies: ['assume-role'],
  },
  {
    id: 'trust-demands-mfa',
    grant: MINIMAL,
    change: (stage) => trustOnly(stage, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    denies: ['assume-role'],
  },
  {
    id: 'trust-has-expired',
    grant: MINIMAL,
    change: (stage) => trustOnly(stage, { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }),
    denies: ['assume-role'],
  },
  {
    id: 'trust-names-another-user',
    grant: MINIMAL,
    change: (stage) =>
      trustOnly(stage, { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNTS.channelMix}:user/nobody` } }),
    denies: ['assume-role'],
  },
];

const BROKEN_IDENTITY: readonly Scenario[] = [
  { id: 'no-policy', grant: MINIMAL, change: (stage) => replacePolicies(stage), denies: EVERYTHING },
  {
    id: 'list-bucket-on-objects',
    grant: MINIMAL,
    change: (stage) =>
      replacePolicies(stage, {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: `arn:aws:s3:::${stage.bucket}/*`,
      }),
    denies: LISTING,
  },
  {
    id: 'policy-for-another-bucket',
    grant: MINIMAL,
    change: (stage) => replacePolicies(stage, ...minimalOn(`${stage.bucket}-old`)),
    denies: EVERYTHING,
  },
  {
    id: 'policy-for-another-prefix',
    grant: MINIMAL,
    change: (stage) => replacePolicies(stage, ...minimalOn(stage.bucket, 'Client124/')),
    denies: EVERYTHING,
  },
  {
    id: 'policy-without-delete',
    grant: { way: 'key', access: 'minimal' },
    change: (stage) =>
      replacePolicies(stage, ...minimalOn(stage.bucket).filter(({ Action }) => Action !== 's3:DeleteObject')),
    denies: DELETING,
  },
  {
    id: 'explicit-deny-of-put',
    grant: { way: 'role', access: 'full' },
    change: (stage) =>
      stage.iam.putRolePolicy({
        RoleName: stage.principalName,
        PolicyName: 'guard',
        PolicyDocument: policyDocument({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }),
      }),
    denies: [
      ...WRITING,
      'put-object-with-tags',
      'put-object-tagging',
      'put-other-object',
      'put-public-access-block',
      'put-bucket-encryption',
    ],
  },
  { id: 'boundary-is-silent', grant: MINIMAL, change: (stage) => bound(stage, 'ec2:*'), denies: EVERYTHING },
  {
    id: 'boundary-allows-reading',
    grant: MINIMAL,
    change: (stage) => bound(stage, 's3:GetObject', 's3:ListBucket'),
    denies: [...WRITING, ...DELETING],
  },
  {
    id: 'boundary-of-user-is-silent',
    grant: { way: 'key', access: 'full' },
    change: (stage) => bound(stage, 'ec2:*'),
    denies: ['*'],
  },
  {
    id: 'key-is-inactive',
    grant: { way: 'key', access: 'minimal' },
    change: (stage) =>
      stage.iam.updateAccessKey({
        UserName: stage.principalName,
        AccessKeyId: stage.caller.accessKeyId,
        Status: 'Inactive',
      }),
    denies: ['*', 'get-caller-identity'],
    refusal: { s3: 'InvalidAccessKeyId', sts: 'InvalidClientTokenId', iam: 'InvalidClientTokenId' },
  },
];

const BROKEN_BUCKET: readonly Scenario[] = [
  { id: 'bucket-policy-denies-all', grant: MINIMAL, change: (stage) => denyInBucket(stage), denies: EVERYTHING },
  {
    id: 'bucket-policy-denies-the-role',
    grant: MINIMAL,
    change: (stage) => denyInBucket(stage, { Principal: { AWS: stage.principalArn } }),
    denies: EVERYTHING,
  },
  {
    id: 'bucket-policy-denies-by-principal-arn',
    grant: MINIMAL,
    change: (stage) => denyInBucket(stage, { Condition: { ArnEquals: { 'aws:PrincipalArn': stage.principalArn } } }),
    denies: EVERYTHING,
  },
  {
    id: 'bucket-policy-denies-delete',
    grant: MINIMAL,
    change: (stage) => denyInBucket(stage, { Action: 's3:DeleteObject' }),
    denies: DELETING,
  },
  {
    id: 'bucket-policy-demands-encryption-header',
    grant: MINIMAL,
    change: (stage) =>
      denyInBucket(stage, {
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${stage.bucket}/*`,
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      }),
    denies: WRITING,
  },
  {
    id: 'bucket-policy-demands-a-network',
    grant: MINIMAL,
    change: (stage) => denyInBucket(stage, { Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
    denies: EVERYTHING,
  },
  {
    id: 'bucket-of-another-account',
    grant: { ...MINIMAL, bucketOwner: ACCOUNTS.stranger },
    denies: EVERYTHING,
  },
  {
    id: 'bucket-of-another-account-that-shares',
    grant: { ...MINIMAL, bucketOwner: ACCOUNTS.stranger },
    change: (stage) =>
      stage.ownerS3.putBucketPolicy({
        Bucket: stage.bucket,
        Policy: policyDocument({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNTS.client}:root` },
          Action: 's3:*',
          Resource: wholeBucket(stage),
        }),
      }),
  },
];

/** Every scenario; the ids of broken ones say what is wrong. */
export const SCENARIOS: readonly Scenario[] = [...WORKING, ...BROKEN_TRUST, ...BROKEN_IDENTITY, ...BROKEN_BUCKET];

function trust({ iam, principalName }: Stage, Principal: unknown, more: Statement = {}): Promise<unknown> {
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more };
  return iam.updateAssumeRolePolicy({ RoleName: principalName, PolicyDocument: policyDocument(statement) });
}

function trustOnly(stage: Stage, Condition: unknown): Promise<unknown> {
  return trust(stage, { AWS: `arn:aws:iam::${ACCOUNTS.channelMix}:root` }, { Condition });
}

function minimalOn(bucket: string, prefix = ''): readonly Statement[] {
  const Resource = `arn:aws:s3:::${bucket}/${prefix}*`;
  return [
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      ...(prefix === '' ? {} : { Condition: { StringLike: { 's3:prefix': `${prefix}*` } } }),
    },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource },
    { Effect: 'Allow', Action: 's3:DeleteObject', Resource },
  ];
}

/** Takes every policy off the role or user and gives it these statements instead. */
async function replacePolicies(
  { iam, grant, principalName }: Stage,
  ...statements: readonly Statement[]
): Promise<void> {
  const PolicyDocument = policyDocument(...statements);
  if (grant.way === 'role') {
    const RoleName = principalName;
    for (const PolicyName of (await iam.listRolePolicies({ RoleName })).PolicyNames ?? []) {
      await iam.deleteRolePolicy({ RoleName, PolicyName });
    }
    for (const { PolicyArn } of (await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies ?? []) {
      await iam.detachRolePolicy({ RoleName, PolicyArn });
    }
    if (statements.length > 0) await iam.putRolePolicy({ RoleName, PolicyName: 'changed', PolicyDocument });
    return;
  }
  const UserName = principalName;
  for (const { PolicyArn } of (await iam.listAttachedUserPolicies({ UserName })).AttachedPolicies ?? []) {
    await iam.detachUserPolicy({ UserName, PolicyArn });
  }
  if (statements.length > 0) await iam.putUserPolicy({ UserName, PolicyName: 'changed', PolicyDocument });
}

/** Bounds the role or user by a new policy that allows these actions everywhere. */
async function bound({ iam, grant, principalName }: Stage, ...actions: readonly string[]): Promise<void> {
  const { Policy } = await iam.createPolicy({
    PolicyName: `boundary-${principalName}`,
    PolicyDocument: policyDocument({ Effect: 'Allow', Action: actions, Resource: '*' }),
  });
  const PermissionsBoundary = Policy?.Arn;
  if (grant.way === 'role') await iam.putRolePermissionsBoundary({ RoleName: principalName, PermissionsBoundary });
  else await iam.putUserPermissionsBoundary({ UserName: principalName, PermissionsBoundary });
}

function wholeBucket({ bucket }: Stage): readonly string[] {
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
}

/** A bucket policy with one Deny; by default of everything for everyone. */
function denyInBucket(stage: Stage, more: Statement = {}): Promise<unknown> {
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: wholeBucket(stage), ...more };
  return stage.ownerS3.putBucketPolicy({ Bucket: stage.bucket, Policy: policyDocument(statement) });
}
