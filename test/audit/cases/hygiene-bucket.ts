import type { JsonObject, JsonValue } from '../../../src/model/policy.ts';
import {
  ABSENT,
  ACCOUNT,
  BUCKET,
  BUCKET_ARN,
  type Changes,
  KEY_ARN,
  keyOf,
  policy,
  read,
  unread,
} from '../documents.ts';
import { denyHttp, type HygieneCase } from './hygiene-case.ts';

const OWNER = 'c'.repeat(64);

const NO_BLOCK = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};
const HALF_BLOCK = { ...NO_BLOCK, blockPublicAcls: true, ignorePublicAcls: true };
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';

function acl(grantee: string): Changes['bucket'] {
  return {
    ownership: read('ObjectWriter'),
    acl: read({ owner: OWNER, grants: [{ grantee, permission: 'READ' }] }),
  };
}

function keyPolicy(condition?: JsonValue, more: JsonObject = {}, ...others: readonly JsonObject[]): Changes {
  const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*', ...more };
  const document = policy(
    [{ ...statement, ...(condition === undefined ? {} : { Condition: condition }) }, ...others],
    'key policy',
  );
  return { documents: { keys: [{ ...keyOf(KEY_ARN), policy: read(document) }] } };
}

/** About buckets and their keys. */
export const BUCKET_CASES: readonly HygieneCase[] = [
  // Plain HTTP
  {
    name: 'a bucket without a policy',
    changes: { bucket: { policy: ABSENT } },
    finds: [['warning', 'bucket-plain-http']],
    says: ['Nothing refuses'],
  },
  {
    name: 'a bucket of which the policy cannot be read',
    changes: { bucket: { policy: unread('the policy of the bucket', 's3:GetBucketPolicy') } },
    blind: ['the policy of the bucket'],
  },
  { name: 'the same statement with other spelling', changes: denyHttp({ Action: 'S3:*', Principal: { AWS: '*' } }) },
  {
    name: 'a Deny of what is not TLS by its negation',
    changes: denyHttp({ Condition: { BoolIfExists: { 'aws:SecureTransport': ['false'] } } }),
  },
  {
    name: 'a Deny of everything but by NotAction',
    changes: denyHttp({ Action: undefined as never, NotAction: 'iam:*' }),
  },
  {
    name: 'a Deny that is for reading only',
    changes: denyHttp({ Action: 's3:Get*' }),
    finds: [['warning', 'bucket-plain-http']],
    says: ['not refused for everybody: s3:ListBucket, s3:PutObject, s3:DeleteObject'],
  },
  {
    name: 'a Deny that spares a folder',
    changes: denyHttp({ Resource: undefined as never, NotResource: `${BUCKET_ARN}/public/*` }),
    finds: [['warning', 'bucket-plain-http']],
    says: ['in part only'],
  },
  {
    name: 'a Deny that is not for the bucket itself',
    changes: denyHttp({ Resource: `${BUCKET_ARN}/*` }),
    finds: [['warning', 'bucket-plain-http']],
    says: ['not refused for everybody: s3:ListBucket.'],
  },
  {
    name: 'a Deny for one role',
    changes: denyHttp({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/other` } }),
    finds: [['warning', 'bucket-plain-http']],
    says: ['Nothing refuses'],
  },
  {
    name: 'a Deny that spares ChannelMix',
    changes: denyHttp({
      Condition: {
        Bool: { 'aws:SecureTransport': 'false' },
        ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/channelmix_s3_access` },
      },
    }),
    finds: [['warning', 'bucket-plain-http']],
  },
  {
    name: 'a Deny that has the value the wrong way round',
    changes: denyHttp({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    finds: [['warning', 'bucket-plain-http']],
  },
  {
    name: 'a control policy of the organization that refuses it for all',
    changes: {
      bucket: { policy: ABSENT },
      documents: {
        organization: {
          id: ABSENT,
          scps: ABSENT,
          rcps: read([
            {
              id: 'r-1',
              policies: [
                policy(
                  [
                    {
                      Effect: 'Deny',
                      Principal: '*',
                      Action: 's3:*',
                      Resource: '*',
                      Condition: {
                        BoolIfExists: { 'aws:SecureTransport': 'false', 'aws:PrincipalIsAWSService': 'false' },
                      },
                    },
                  ],
                  'rcp',
                ),
              ],
            },
          ]),
        },
      },
    },
  },

  // Settings of the bucket
  {
    name: 'a bucket and an account that block half each',
    changes: {
      bucket: {
        publicAccessBlock: read(HALF_BLOCK),
        accountPublicAccessBlock: read({ ...NO_BLOCK, blockPublicPolicy: true, restrictPublicBuckets: true }),
      },
    },
  },
  {
    name: 'a bucket that blocks half, and no account',
    changes: { bucket: { publicAccessBlock: read(HALF_BLOCK), accountPublicAccessBlock: ABSENT } },
    finds: [['warning', 'bucket-public-not-blocked']],
    says: ['BlockPublicPolicy, RestrictPublicBuckets are off'],
  },
  {
    name: 'a bucket that blocks nothing, and an account that cannot be read',
    changes: {
      bucket: {
        publicAccessBlock: ABSENT,
        accountPublicAccessBlock: unread('of the account', 's3:GetAccountPublicAccessBlock'),
      },
    },
    blind: ['of the account'],
  },
  {
    name: 'a bucket that blocks all, and an account that cannot be read',
    changes: { bucket: { accountPublicAccessBlock: unread('of the account', 's3:GetAccountPublicAccessBlock') } },
  },
  {
    name: 'a bucket that says nothing of encryption',
    changes: { bucket: { encryption: ABSENT } },
    finds: [['suggestion', 'bucket-encryption']],
  },
  {
    name: 'a bucket with KMS and no bucket key',
    changes: { bucket: { encryption: read({ algorithm: 'aws:kms' }) } },
    finds: [['suggestion', 'bucket-encryption']],
    says: ['without a bucket key'],
  },
  {
    name: 'a bucket without versions',
    changes: { bucket: { versioning: ABSENT } },
    finds: [['warning', 'bucket-not-versioned']],
  },
  {
    name: 'a bucket with suspended versioning and rules for its folder only',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['a/b/'] }] },
    changes: {
      bucket: {
        versioning: read('Suspended'),
        lifecycle: read([
          { enabled: true, prefix: 'a/', abortUploadsAfterDays: 7 },
          { enabled: true, prefix: 'a/', expireOldVersionsAfterDays: 30 },
        ]),
      },
    },
    finds: [['warning', 'bucket-not-versioned']],
    says: ['suspended'],
  },
  {
    name: 'a bucket without lifecycle rules',
    changes: { bucket: { lifecycle: ABSENT } },
    finds: [
      ['suggestion', 'bucket-old-versions-kept'],
      ['suggestion', 'bucket-mfa-delete'],
      ['suggestion', 'bucket-uploads-not-aborted'],
    ],
  },
  {
    name: 'a bucket with rules that are off',
    changes: {
      bucket: {
        lifecycle: read([{ enabled: false, abortUploadsAfterDays: 7, expireOldVersionsAfterDays: 30 }]),
        mfaDelete: read(true),
      },
    },
    finds: [
      ['suggestion', 'bucket-old-versions-kept'],
      ['suggestion', 'bucket-uploads-not-aborted'],
    ],
  },
  {
    name: 'uploads of last month that were not finished',
    changes: { bucket: { uploads: read({ count: 1000, more: true, oldest: '2026-10-20T00:00:00Z' }) } },
    finds: [['warning', 'bucket-uploads-left']],
    says: ['more than 1000 unfinished uploads', '36 days ago'],
  },
  {
    name: 'an upload that runs now',
    changes: { bucket: { uploads: read({ count: 1, more: false, oldest: '2026-11-25T11:00:00Z' }) } },
  },
  {
    name: 'a bucket without logs',
    changes: { bucket: { logging: ABSENT } },
    finds: [['suggestion', 'bucket-no-logs']],
  },
  {
    name: 'lists that are on, and grant nothing to others',
    changes: { bucket: acl(OWNER) ?? {} },
    finds: [['suggestion', 'bucket-acls-enabled']],
  },
  {
    name: 'a list that grants to another account',
    changes: { bucket: acl('d'.repeat(64)) ?? {} },
    finds: [
      ['warning', 'bucket-acl-grants'],
      ['suggestion', 'bucket-acls-enabled'],
    ],
  },
  {
    name: 'a list that grants to everybody, which is ignored',
    changes: { bucket: acl(ALL_USERS) ?? {} },
    finds: [['suggestion', 'bucket-acls-enabled']],
  },
  {
    name: 'a list that grants to everybody',
    changes: { bucket: { ...acl(ALL_USERS), publicAccessBlock: read(NO_BLOCK), accountPublicAccessBlock: ABSENT } },
    finds: [
      ['security', 'bucket-acl-grants'],
      ['warning', 'bucket-public-not-blocked'],
      ['suggestion', 'bucket-acls-enabled'],
    ],
    says: ['everybody on the internet: READ'],
  },
  {
    name: 'a list that grants to everybody, but lists are off',
    changes: { bucket: { ...acl(ALL_USERS), ownership: read('BucketOwnerEnforced') } },
  },

  // The policy of the key: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
  { name: 'a key that is open', changes: keyPolicy(), finds: [['security', 'key-policy-open']], says: ['kms:Decrypt'] },
  {
    name: 'a key that is open by way of S3',
    changes: keyPolicy({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }),
    finds: [['security', 'key-policy-open']],
  },
  {
    name: 'a key that is open by way of another service',
    changes: keyPolicy({ StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } }),
    finds: [['security', 'key-policy-open']],
  },
  ...[
    { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': BUCKET_ARN } },
    { StringEquals: { 'aws:PrincipalTag/team': 'acme' } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci-*' } },
    { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  ].map(
    (condition): HygieneCase => ({
      name: `a key that is open under a condition that anybody can meet: ${JSON.stringify(condition)}`,
      changes: keyPolicy(condition),
      finds: [['security', 'key-policy-open']],
    }),
  ),
  {
    name: 'a key from which everybody may encrypt anew',
    changes: keyPolicy(undefined, { Action: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'] }),
    finds: [['security', 'key-policy-open']],
    says: ['kms:ReEncryptFrom, kms:ReEncryptTo'],
  },
  {
    name: 'a key for everybody, but for a Deny of other accounts',
    changes: keyPolicy(
      undefined,
      {},
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'kms:CallerAccount': ACCOUNT } },
      },
    ),
  },
  {
    name: 'a key for everybody whom the organization’s control policy keeps to itself',
    changes: {
      documents: {
        ...keyPolicy().documents,
        organization: {
          id: ABSENT,
          scps: ABSENT,
          rcps: read([
            {
              id: 'r-1',
              policies: [
                policy(
                  [
                    {
                      Effect: 'Deny',
                      Principal: '*',
                      Action: 'kms:*',
                      Resource: '*',
                      Condition: {
                        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
                        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
                      },
                    },
                  ],
                  'rcp',
                ),
              ],
            },
          ]),
        },
      },
    },
  },
  { name: 'a key for one account', changes: keyPolicy({ StringEquals: { 'kms:CallerAccount': ACCOUNT } }) },
  { name: 'a key for an organization', changes: keyPolicy({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }) },
  { name: 'a key for an address', changes: keyPolicy({ IpAddress: { 'aws:SourceIp': '203.0.113.7' } }) },
];
