// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a placeholder that was left in is what one account is about
import { grantPolicy, policy, trustPolicy } from '../../../src/sandbox/scenarios/documents.ts';
import type { CorpusAccount } from './account.ts';
import {
  ACCOUNT,
  ALLOW_ALL,
  allow,
  BUCKET,
  BUCKET_ARN,
  deny,
  encrypted,
  foreignWorld,
  KEY_ARN,
  MANAGEMENT,
  OBJECTS,
  OF_ROLE,
  OF_USER,
  OTHER,
  organizationWorld,
  plainKey,
  ROLE_ARN,
  roleWorld,
  tlsOnly,
  userWorld,
} from './parts.ts';

const ROOT = { AWS: 'arn:aws:iam::031871504755:root' };
const KMS_ROLE = { inline: { 'channelmix-s3': grantPolicy(BUCKET, { kmsKeyArn: KEY_ARN }) } };
const KEY_ADMIN = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });

const FROM_OFFICE = { Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } };

function kmsWorld(key: Parameters<typeof plainKey>[0] = {}, role = KMS_ROLE) {
  return roleWorld(role, encrypted(), { keys: [plainKey(key)] });
}

/** ChannelMix cannot do what it needs, or may not in some way. */
export const NEEDS: readonly CorpusAccount[] = [
  // The trust policy
  {
    name: 'external-id',
    title: 'The trust policy demands an external ID, which ChannelMix does not send.',
    world: roleWorld({ trust: trustPolicy({ StringEquals: { 'sts:ExternalId': 'acme-42' } }) }),
    audit: OF_ROLE,
    finds: [['cannot-assume', 'principal']],
    exit: 1,
  },
  {
    name: 'mfa',
    title: 'The trust policy demands MFA, which a service has not.',
    world: roleWorld({ trust: trustPolicy({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }) }),
    audit: OF_ROLE,
    finds: [['cannot-assume', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-expired',
    title: 'Access was given for a time that is over.',
    world: roleWorld({ trust: trustPolicy({ DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }) }),
    audit: OF_ROLE,
    finds: [['cannot-assume', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-denies',
    title: 'A second statement of the trust policy denies whoever is not in the organization.',
    world: roleWorld({
      trust: policy(
        { Effect: 'Allow', Principal: ROOT, Action: 'sts:AssumeRole' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sts:AssumeRole',
          Condition: { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } },
        },
      ),
    }),
    audit: OF_ROLE,
    finds: [['cannot-assume', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-another-vendor',
    title: 'The trust policy was copied from that of another vendor.',
    world: roleWorld(
      {
        trust: policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OTHER}:root` }, Action: 'sts:AssumeRole' }),
      },
      {},
      { accounts: [ACCOUNT, '031871504755', OTHER] },
    ),
    audit: OF_ROLE,
    finds: [
      ['cannot-assume', 'principal'],
      ['trust-other-account', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'trust-by-address',
    title: 'The trust policy goes by the address that ChannelMix comes from.',
    world: roleWorld({ trust: trustPolicy({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }) }),
    audit: OF_ROLE,
    finds: [['assume-depends', 'principal']],
    exit: 0,
  },
  // The identity policies
  {
    name: 'no-policy',
    title: 'The role was made, and its policy was forgotten.',
    world: roleWorld({ inline: {}, called: [] }),
    audit: { ...OF_ROLE, buckets: [{ name: BUCKET }] },
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'put-forgotten',
    title: 'The policy has no s3:PutObject.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(
          allow('s3:ListBucket', BUCKET_ARN),
          allow(['s3:GetObject', 's3:DeleteObject'], OBJECTS),
        ),
      },
    }),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'list-on-objects',
    title: 's3:ListBucket stands beside the objects’ ARN, where it never matches.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(allow(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'], OBJECTS)),
      },
    }),
    audit: OF_ROLE,
    finds: [
      ['permission-denied', BUCKET],
      ['policy-defect', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'made-up-actions',
    title: 'The policy names operations of the API instead of actions.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(
          allow('s3:ListObjectsV2', BUCKET_ARN),
          allow(['s3:HeadObject', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'], OBJECTS),
        ),
      },
    }),
    audit: OF_ROLE,
    finds: [
      ['permission-denied', BUCKET],
      ['policy-defect', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'help-article-mended-badly',
    title: 'The policy of ChannelMix’s help article: AWS takes it now, and it still does not work.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(
          allow(
            ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
            'arn:aws:s3:::${BucketName}',
          ),
          allow(
            [
              's3:GetObject',
              's3:PutObject',
              's3:DeleteObject',
              's3:AbortMultipartUpload',
              's3-object-lambda:Get*',
              's3-object-lambda:List*',
            ],
            'arn:aws:s3:::${BucketName}/*',
          ),
        ),
      },
    }),
    audit: { ...OF_ROLE, buckets: [{ name: BUCKET }] },
    finds: [
      ['permission-denied', BUCKET],
      ['permission-denied', BUCKET],
      ['policy-defect', 'principal'],
      ['policy-defect', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'another-folder',
    title: 'The policy opens another folder than the one that was agreed on.',
    world: roleWorld({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { prefixes: ['Client2/'] }) } }),
    audit: { ...OF_ROLE, buckets: [{ name: BUCKET, prefixes: ['Client1/'] }] },
    finds: [
      ['permission-denied', BUCKET],
      ['permission-denied', BUCKET],
      ['outside-prefix', BUCKET],
      // Its names, too.
      ['outside-prefix', BUCKET],
    ],
    exit: 1,
  },
  {
    name: 'bucket-misspelt',
    title: 'The policy names the bucket with a letter too many.',
    world: roleWorld({ inline: { 'channelmix-s3': grantPolicy('acme-reportss') } }),
    audit: { ...OF_ROLE, buckets: [{ name: BUCKET }] },
    finds: [
      ['permission-denied', BUCKET],
      ['permission-denied', BUCKET],
      ['outside-bucket', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'condition-on-upload',
    title: 'Writing is allowed with a header only that ChannelMix does not send.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(
          allow('s3:ListBucket', BUCKET_ARN),
          allow(['s3:GetObject', 's3:DeleteObject'], OBJECTS),
          allow('s3:PutObject', OBJECTS, { Condition: { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } } }),
        ),
      },
    }),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'condition-on-address',
    title: 'Everything is allowed from some addresses only.',
    world: roleWorld({
      inline: {
        'channelmix-s3': policy(
          allow('s3:ListBucket', BUCKET_ARN, FROM_OFFICE),
          allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], OBJECTS, FROM_OFFICE),
        ),
      },
    }),
    audit: OF_ROLE,
    finds: [
      ['permission-depends', BUCKET],
      ['permission-depends', BUCKET],
    ],
    exit: 0,
  },
  {
    name: 'deny-delete',
    title: 'A policy of the client’s denies everybody to delete.',
    world: roleWorld({
      inline: {
        'channelmix-s3': grantPolicy(BUCKET),
        'no-delete': policy({ Effect: 'Deny', Action: 's3:Delete*', Resource: '*' }),
      },
    }),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'boundary-leaves-out',
    title: 'The boundary of the account has s3:Get* and s3:List* only.',
    world: roleWorld(
      { boundary: `arn:aws:iam::${ACCOUNT}:policy/boundary` },
      {},
      { policies: [{ name: 'boundary', document: policy(allow(['s3:Get*', 's3:List*'], '*')) }] },
    ),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'scp-denies',
    title: 'The organization lets nobody write outside of its regions.',
    world: organizationWorld({
      scps: [[policy(ALLOW_ALL, { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' })]],
    }),
    audit: { ...OF_ROLE, told: { organization: MANAGEMENT } },
    finds: [['permission-denied', BUCKET]],
    exit: 1,
    onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
  },
  {
    name: 'rcp-denies',
    title: 'A resource control policy closes the organization’s buckets to writing.',
    world: organizationWorld({ rcps: [policy(deny('s3:PutObject', '*'))] }),
    audit: { ...OF_ROLE, told: { organization: MANAGEMENT } },
    finds: [['permission-denied', BUCKET]],
    exit: 1,
    onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
  },
  // The bucket
  {
    name: 'bucket-policy-denies',
    title: 'The bucket’s policy denies every role but one.',
    world: roleWorld(
      {},
      {
        policy: tlsOnly(
          deny('s3:*', [BUCKET_ARN, OBJECTS], {
            Condition: {
              ArnNotEquals: {
                'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/etl`, `arn:aws:iam::${ACCOUNT}:root`],
              },
            },
          }),
        ),
      },
    ),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'foreign-bucket-closed',
    title: 'The bucket is in another account, and its policy does not know the role.',
    world: foreignWorld({ bucket: { policy: tlsOnly() } }),
    audit: { ...OF_ROLE, told: { buckets: OTHER } },
    finds: [['permission-denied', BUCKET]],
    exit: 1,
    onlyInSandbox: 'LocalEmu is content when one side allows.',
  },
  // The key
  {
    name: 'kms-forgotten',
    title: 'The bucket is encrypted, and the policy has nothing about its key.',
    world: roleWorld({}, encrypted(), { keys: [plainKey()] }),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'kms-key-policy-closed',
    title: 'The key’s policy leaves nothing to IAM, and does not know the role.',
    world: kmsWorld({
      policy: policy(
        allow(['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Put*'], '*', {
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        }),
      ),
    }),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'kms-by-grant',
    title: 'The role has nothing about the key in its policies: it uses it by a grant.',
    world: roleWorld({}, encrypted(), {
      keys: [plainKey({ grants: [{ granteePrincipal: ROLE_ARN, operations: ['GenerateDataKey', 'Decrypt'] }] })],
    }),
    audit: OF_ROLE,
    finds: [],
    exit: 0,
  },
  {
    name: 'kms-disabled',
    title: 'The key of the bucket was disabled.',
    world: kmsWorld({ state: 'Disabled' }),
    audit: OF_ROLE,
    finds: [['key-unusable', KEY_ARN]],
    exit: 1,
  },
  {
    name: 'kms-pending-deletion',
    title: 'The key of the bucket is about to be deleted.',
    world: kmsWorld({ state: 'PendingDeletion', policy: policy(KEY_ADMIN) }),
    audit: OF_ROLE,
    finds: [['key-unusable', KEY_ARN]],
    exit: 1,
  },
  // The access key
  {
    name: 'user-without-key',
    title: 'The user was made, and no access key.',
    world: userWorld({ keys: [], key: 'none' }),
    audit: OF_USER,
    finds: [['access-key-inactive', 'principal']],
    exit: 1,
  },
  {
    name: 'user-key-inactive',
    title: 'Somebody has put the access key out of use.',
    world: userWorld({ keys: [{ inactive: true, lastUsedDays: 3 }] }),
    audit: OF_USER,
    finds: [['access-key-inactive', 'principal']],
    exit: 1,
  },
];
