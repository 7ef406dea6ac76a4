import { fullAccessPolicyArn } from '../../../src/generate/policy-documents.ts';
import { grantPolicy, policy, trustPolicy } from '../../../src/sandbox/scenarios/documents.ts';
import type { ScenarioBucket } from '../../../src/sandbox/scenarios/types.ts';
import type { CorpusAccount } from './account.ts';
import {
  ACCOUNT,
  allow,
  BUCKET,
  deny,
  goodBucket,
  KEY_ARN,
  OBJECTS,
  OF_ROLE,
  OF_USER,
  plainKey,
  roleWorld,
  tlsOnly,
  userWorld,
} from './parts.ts';

const EVERYONE = 'http://acs.amazonaws.com/groups/global/AllUsers';
const YEAR = { ageSeconds: 400 * 86_400 };

function withoutLifecycle(): ScenarioBucket {
  const { lifecycle: _lifecycle, ...bucket } = goodBucket();
  return bucket;
}

/** What works, and is not as it should be; what is not used. */
export const HYGIENE: readonly CorpusAccount[] = [
  // Access keys and passwords
  {
    name: 'key-old',
    title: 'The access key is two hundred days old.',
    world: userWorld({ keys: [{ ageDays: 200, lastUsedDays: 1 }] }, {}, YEAR),
    audit: OF_USER,
    finds: [['access-key-old', 'principal']],
    exit: 0,
  },
  {
    name: 'two-keys-both-old',
    title: 'A replacement of the key was begun and never ended: both are old now.',
    world: userWorld(
      {
        keys: [
          { ageDays: 300, lastUsedDays: 1 },
          { ageDays: 120, lastUsedDays: 100 },
        ],
      },
      {},
      YEAR,
    ),
    audit: OF_USER,
    finds: [
      ['access-key-old', 'principal'],
      ['access-key-old', 'principal'],
      ['access-key-unused', 'principal'],
      ['access-keys-two-active', 'principal'],
    ],
    exit: 0,
  },
  {
    name: 'key-never-used',
    title: 'The key was made sixty days ago, and ChannelMix never got it.',
    world: userWorld({ keys: [{ ageDays: 60 }] }, {}, YEAR),
    audit: OF_USER,
    finds: [['access-key-unused', 'principal']],
    exit: 0,
  },
  {
    name: 'key-left',
    title: 'The old key was put out of use and is still there.',
    world: userWorld(
      {
        keys: [
          { ageDays: 10, lastUsedDays: 1 },
          { ageDays: 80, lastUsedDays: 12, inactive: true },
        ],
      },
      {},
      YEAR,
    ),
    audit: OF_USER,
    finds: [['access-key-left', 'principal']],
    exit: 0,
  },
  {
    name: 'user-with-password',
    title: 'The user of the access key can sign in to the console.',
    world: userWorld({ password: true }),
    audit: OF_USER,
    finds: [['console-password', 'principal']],
    exit: 0,
  },
  {
    name: 'long-sessions',
    title: 'Sessions of the role last twelve hours.',
    world: roleWorld({ maxSessionSeconds: 43_200 }),
    audit: OF_ROLE,
    finds: [['session-long', 'principal']],
    exit: 0,
  },
  // Principals that are gone
  {
    name: 'trust-deleted-user',
    title: 'The trust policy names a user of ChannelMix’s who was deleted.',
    world: roleWorld(
      {
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::031871504755:user/etl' },
          Action: 'sts:AssumeRole',
        }),
      },
      {},
      { users: [{ account: '031871504755', name: 'etl', deleted: true }] },
    ),
    audit: OF_ROLE,
    finds: [
      ['cannot-assume', 'principal'],
      ['deleted-principal', 'principal'],
    ],
    exit: 1,
    onlyInSandbox: 'LocalEmu keeps the ARN of a principal that was deleted, where IAM shows its id.',
  },
  {
    name: 'bucket-policy-deleted-role',
    title: 'The bucket’s policy still has a role that was deleted.',
    world: roleWorld(
      {},
      {
        policy: tlsOnly(allow('s3:GetObject', OBJECTS, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/report` } })),
      },
      { roles: [roleWorld().roles?.[0] as never, { name: 'report', trust: trustPolicy(), deleted: true }] },
    ),
    audit: OF_ROLE,
    finds: [['deleted-principal', BUCKET]],
    exit: 0,
    onlyInSandbox: 'LocalEmu keeps the ARN of a principal that was deleted, where IAM shows its id.',
  },
  // Buckets
  {
    name: 'bucket-untended',
    title: 'A bucket as somebody makes it in the console, and leaves it.',
    world: { ...roleWorld(), buckets: [{ name: BUCKET }] },
    audit: OF_ROLE,
    finds: [
      ['bucket-no-logs', BUCKET],
      ['bucket-not-versioned', BUCKET],
      ['bucket-plain-http', BUCKET],
      ['bucket-uploads-not-aborted', BUCKET],
    ],
    exit: 0,
  },
  {
    name: 'bucket-of-2018',
    title: 'A bucket of 2018: ACLs, one for everybody, and nothing that blocks it.',
    world: roleWorld(
      {},
      {
        ownership: 'ObjectWriter',
        publicAccessBlock: 'off',
        acl: [{ grantee: EVERYONE, permission: 'READ' }],
        versioning: 'Suspended',
      },
    ),
    audit: OF_ROLE,
    finds: [
      ['bucket-acl-grants', BUCKET],
      ['bucket-acls-enabled', BUCKET],
      ['bucket-not-versioned', BUCKET],
      ['bucket-public-not-blocked', BUCKET],
    ],
    exit: 1,
  },
  {
    name: 'bucket-block-of-the-account',
    title: 'The bucket has no block of its own, and the account has.',
    world: roleWorld(
      {},
      { publicAccessBlock: 'off' },
      {
        accountPublicAccessBlocks: {
          [ACCOUNT]: {
            blockPublicAcls: true,
            ignorePublicAcls: true,
            blockPublicPolicy: true,
            restrictPublicBuckets: true,
          },
        },
      },
    ),
    audit: OF_ROLE,
    finds: [],
    exit: 0,
  },
  {
    name: 'bucket-http-for-reading',
    title: 'Plain HTTP is refused for writing only.',
    world: roleWorld(
      {},
      { policy: policy(deny('s3:Put*', OBJECTS, { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })) },
    ),
    audit: OF_ROLE,
    finds: [['bucket-plain-http', BUCKET]],
    exit: 0,
  },
  {
    name: 'bucket-versions-for-ever',
    title: 'Versions are kept, and nothing ever removes one.',
    world: roleWorld({}, { lifecycle: [{ id: 'abort', enabled: true, abortUploadsAfterDays: 7 }] }),
    audit: OF_ROLE,
    finds: [['bucket-old-versions-kept', BUCKET]],
    exit: 0,
  },
  {
    name: 'bucket-versions-without-mfa',
    title: 'Versions are kept by hand: no rules of lifecycle, and no MFA.',
    world: { ...roleWorld(), buckets: [{ name: `logs-${ACCOUNT}` }, withoutLifecycle()] },
    audit: OF_ROLE,
    finds: [
      ['bucket-mfa-delete', BUCKET],
      ['bucket-old-versions-kept', BUCKET],
      ['bucket-uploads-not-aborted', BUCKET],
    ],
    exit: 0,
  },
  {
    name: 'bucket-uploads-left',
    title: 'Uploads of long ago were never ended.',
    world: roleWorld(
      {},
      {
        uploads: [
          { key: 'a.csv', ageDays: 29 },
          { key: 'b.csv', ageDays: 2 },
        ],
      },
    ),
    audit: OF_ROLE,
    finds: [['bucket-uploads-left', BUCKET]],
    exit: 0,
  },
  {
    name: 'bucket-lifecycle-of-another-folder',
    title: 'The rules of lifecycle are for a folder that ChannelMix does not write to.',
    world: roleWorld(
      {},
      {
        lifecycle: [
          { id: 'tmp', enabled: true, prefix: 'tmp/', abortUploadsAfterDays: 7, expireOldVersionsAfterDays: 30 },
        ],
      },
    ),
    audit: OF_ROLE,
    finds: [
      ['bucket-old-versions-kept', BUCKET],
      ['bucket-uploads-not-aborted', BUCKET],
    ],
    exit: 0,
  },
  {
    name: 'kms-without-bucket-key',
    title: 'The bucket is encrypted, and each file costs a call to KMS.',
    world: roleWorld(
      { inline: { 'channelmix-s3': grantPolicy(BUCKET, { kmsKeyArn: KEY_ARN }) } },
      { encryption: { algorithm: 'aws:kms', keyArn: KEY_ARN } },
      { keys: [plainKey()] },
    ),
    audit: OF_ROLE,
    finds: [['bucket-encryption', BUCKET]],
    exit: 0,
  },
  // What is not used
  {
    name: 'role-unused',
    title: 'The role has not been used for half a year.',
    world: roleWorld({ lastUsedDays: 180, called: [{ service: 's3', daysAgo: 180 }] }, {}, YEAR),
    audit: OF_ROLE,
    finds: [['role-unused', 'principal']],
    exit: 0,
  },
  {
    name: 'role-new',
    title: 'The role was made yesterday, and nobody has used it yet.',
    world: roleWorld({ lastUsedDays: undefined as never, called: [] }, {}, { ageSeconds: 86_400 }),
    audit: OF_ROLE,
    finds: [],
    exit: 0,
  },
  {
    name: 'role-never-used',
    title: 'The role was made four hundred days ago, and nobody has ever used it.',
    world: roleWorld({ lastUsedDays: undefined as never, called: [] }, {}, YEAR),
    audit: OF_ROLE,
    finds: [['role-unused', 'principal']],
    exit: 0,
  },
  {
    name: 'full-access-hardly-used',
    title: 'Full access was agreed on; of the actions of management none was used in a year.',
    world: roleWorld({ inline: {}, attached: [fullAccessPolicyArn('aws')] }, {}, YEAR),
    audit: { ...OF_ROLE, access: 'full', buckets: [{ name: BUCKET }] },
    finds: [['service-unused', 'principal']],
    exit: 0,
  },
  {
    name: 'management-unused',
    title: 'It may change the bucket’s policy, and never has.',
    world: roleWorld(
      {
        inline: {
          'channelmix-s3': grantPolicy(BUCKET),
          more: policy(allow(['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'], `arn:aws:s3:::${BUCKET}`)),
        },
      },
      {},
      YEAR,
    ),
    audit: OF_ROLE,
    finds: [
      ['action-unused', 'principal'],
      ['permission-change', BUCKET],
    ],
    exit: 1,
  },
];
