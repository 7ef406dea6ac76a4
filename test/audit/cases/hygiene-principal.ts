import type { Grant } from '../../../src/model/grant.ts';
import {
  ABSENT,
  BUCKET,
  BUCKET_ARN,
  type Changes,
  KEY_ARN,
  keyOf,
  policy,
  read,
  trustPolicy,
  trustStatement,
  unread,
} from '../documents.ts';
import { denyHttp, type HygieneCase } from './hygiene-case.ts';

const USER: Partial<Grant> = { auth: 'key' };

function key(id: string, created: string, lastUsed?: string, active = true) {
  return { id, active, created, lastUsed: lastUsed === undefined ? ABSENT : read(lastUsed) };
}

function user(...keys: readonly ReturnType<typeof key>[]): Changes {
  return { principal: { accessKeys: read(keys) } };
}

/** About the role, the user, its keys, and what they use. */
export const PRINCIPAL_CASES: readonly HygieneCase[] = [
  { name: 'a role and a bucket as the kit makes them' },
  { name: 'a user as the kit makes one', grant: USER },
  {
    name: 'a grant with a KMS key',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['a/'], kmsKeyArn: KEY_ARN }] },
  },

  // Access keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
  {
    name: 'a key of 90 days',
    grant: USER,
    changes: user(key('AKIA1', '2026-08-27T12:00:00Z', '2026-11-25T00:00:00Z')),
  },
  {
    name: 'a key of 91 days',
    grant: USER,
    changes: user(key('AKIA1', '2026-08-26T11:00:00Z', '2026-11-25T00:00:00Z')),
    finds: [['warning', 'access-key-old']],
    says: ['AKIA1', '91 days', '2026-08-26'],
  },
  {
    name: 'a key that was last used 45 days ago',
    grant: USER,
    changes: user(key('AKIA1', '2026-10-01T00:00:00Z', '2026-10-11T12:00:00Z')),
  },
  {
    name: 'a key that was last used 46 days ago',
    grant: USER,
    changes: user(key('AKIA1', '2026-10-01T00:00:00Z', '2026-10-10T11:00:00Z')),
    finds: [['warning', 'access-key-unused']],
    says: ['last used 46 days ago'],
  },
  {
    name: 'a key that was never used for two months',
    grant: USER,
    changes: user(key('AKIA1', '2026-09-20T00:00:00Z')),
    finds: [['warning', 'access-key-unused']],
    says: ['never used'],
  },
  {
    name: 'a key of yesterday that was not used yet',
    grant: USER,
    changes: user(key('AKIA1', '2026-11-24T00:00:00Z')),
  },
  {
    name: 'a key of which the last use cannot be read',
    grant: USER,
    changes: {
      principal: {
        accessKeys: read([
          { ...key('AKIA1', '2026-10-01T00:00:00Z'), lastUsed: unread('its use', 'iam:GetAccessKeyLastUsed') },
        ]),
      },
    },
    blind: ['its use'],
  },
  {
    name: 'two active keys',
    grant: USER,
    changes: user(
      key('AKIA1', '2026-10-01T00:00:00Z', '2026-11-24T00:00:00Z'),
      key('AKIA2', '2026-11-01T00:00:00Z', '2026-11-24T00:00:00Z'),
    ),
    finds: [['warning', 'access-keys-two-active']],
    says: ['AKIA1, AKIA2'],
  },
  {
    name: 'an old key that is inactive',
    grant: USER,
    changes: user(
      key('AKIA1', '2020-10-01T00:00:00Z', '2021-11-24T00:00:00Z', false),
      key('AKIA2', '2026-11-01T00:00:00Z', '2026-11-24T00:00:00Z'),
    ),
    finds: [['suggestion', 'access-key-left']],
    says: ['delete-access-key --user-name channelmix_s3_access --access-key-id AKIA1'],
  },
  {
    name: 'keys that cannot be read',
    grant: USER,
    changes: { principal: { accessKeys: unread('the keys', 'iam:ListAccessKeys') } },
    blind: ['the keys'],
  },
  {
    name: 'a password for the console',
    grant: USER,
    changes: { principal: { password: read({}) } },
    finds: [['warning', 'console-password']],
  },

  // The role
  {
    name: 'sessions of twelve hours',
    changes: { principal: { maxSessionSeconds: 43_200 } },
    finds: [['suggestion', 'session-long']],
    says: ['12 hours'],
  },
  {
    name: 'a role that was used three months ago',
    changes: { principal: { lastUsed: read('2026-08-20T00:00:00Z') } },
    finds: [['warning', 'role-unused']],
  },
  {
    name: 'a role that was never used since it was made in May',
    changes: { principal: { created: '2026-05-01T00:00:00Z', lastUsed: ABSENT } },
    finds: [['warning', 'role-unused']],
    says: ['never used since it was made 208 days ago'],
  },
  {
    name: 'a role that is older than IAM remembers',
    changes: { principal: { created: '2019-05-01T00:00:00Z', lastUsed: ABSENT } },
    finds: [['warning', 'role-unused']],
    says: ['not used in the last 400 days'],
  },
  { name: 'a role of last month that was not used yet', changes: { principal: { lastUsed: ABSENT } } },
  {
    name: 'a role without a last use of which nobody knows how old it is',
    changes: { principal: { lastUsed: ABSENT, ...{ created: undefined as unknown as string } } },
    blind: ['when role channelmix_s3_access was made'],
  },
  {
    name: 'services of which nobody knows whether they could be used yet',
    changes: {
      principal: {
        lastAccessed: read([{ service: 'ec2' }]),
        ...{ created: undefined as unknown as string, maxSessionSeconds: undefined as unknown as number },
      },
    },
    blind: ['the longest session of role channelmix_s3_access', 'when role channelmix_s3_access was made'],
  },
  {
    name: 'services that were not used',
    changes: {
      principal: {
        created: '2026-01-01T00:00:00Z',
        lastAccessed: read([
          { service: 's3' },
          { service: 'ec2' },
          { service: 'sqs', lastAccessed: '2026-02-01T00:00:00Z' },
          { service: 'sns', lastAccessed: '2026-11-01T00:00:00Z' },
        ]),
      },
    },
    finds: [
      ['warning', 'service-unused'],
      ['warning', 'service-unused'],
    ],
    says: ['allow ec2, which it never called', 'allow sqs, which it last called 297 days ago'],
  },
  {
    name: 'services that a role of last month did not use yet',
    changes: { principal: { lastAccessed: read([{ service: 'ec2' }]) } },
  },
  {
    name: 'actions of management that are allowed and not used, and one that is not allowed',
    changes: {
      principal: {
        created: '2026-01-01T00:00:00Z',
        lastAccessed: read([
          {
            service: 's3',
            lastAccessed: '2026-11-24T00:00:00Z',
            actions: [
              { name: 'PutBucketPolicy' },
              { name: 'GetBucketAcl', lastAccessed: '2026-11-01T00:00:00Z' },
              { name: 'DeleteBucket' },
            ],
          },
        ]),
      },
      allow: [{ Effect: 'Allow', Action: ['s3:PutBucketPolicy', 's3:GetBucketAcl'], Resource: BUCKET_ARN }],
    },
    finds: [['suggestion', 'action-unused']],
    says: ['may do 1 tracked actions of s3', 's3:PutBucketPolicy'],
  },
  {
    name: 'use that cannot be read',
    changes: { principal: { lastAccessed: unread('what was used', 'iam:GetServiceLastAccessedDetails') } },
    blind: ['what was used'],
  },
  {
    name: 'principals that were deleted, in all three kinds of policies',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: [], kmsKeyArn: KEY_ARN }] },
    changes: {
      principal: { trust: trustPolicy(trustStatement({ Principal: { AWS: 'AROAEXAMPLEEXAMPLE999' } })) },
      ...denyHttp({ Principal: { AWS: ['*', 'AIDAEXAMPLEEXAMPLE998'] } }),
      documents: {
        keys: [
          {
            ...keyOf(KEY_ARN),
            policy: read(
              policy(
                [{ Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLEEXAMPLE997' }, Action: 'kms:*', Resource: '*' }],
                'k',
              ),
            ),
          },
        ],
      },
    },
    finds: [
      ['warning', 'deleted-principal'],
      ['warning', 'deleted-principal'],
      ['warning', 'deleted-principal'],
    ],
    says: ['AROAEXAMPLEEXAMPLE999', 'AIDAEXAMPLEEXAMPLE998', 'AROAEXAMPLEEXAMPLE997'],
  },
];
