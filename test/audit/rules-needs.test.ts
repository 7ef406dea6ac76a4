import { describe } from 'vitest';
import type { JsonValue } from '../../src/model/policy.ts';
import {
  ABSENT,
  BUCKET,
  BUCKET_ARN,
  bucketPolicy,
  KEY_ARN,
  keyOf,
  OTHER_ACCOUNT,
  policy,
  ROLE_ARN,
  read,
  trustPolicy,
  trustStatement,
  unread,
} from './documents.ts';
import { allow, type RuleCase, runCases } from './rule-cases.ts';

const OBJECTS = `${BUCKET_ARN}/*`;
const NEEDS = [
  'no-bucket-known',
  'cannot-assume',
  'assume-depends',
  'access-key-inactive',
  'wrong-partition',
  'permission-denied',
  'permission-depends',
];
const BLOCKS = ['deny-conditional', 'public-policy-cut-off', 'requester-pays', 'key-unusable', 'object-lock'];

const trust = (...statements: readonly JsonValue[]) => ({ principal: { trust: trustPolicy(...statements) } });
const deny = (action: string, resource: string | readonly string[], more = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resource,
  ...more,
});
const own = (...statements: readonly ReturnType<typeof allow>[]) => ({
  principal: { identity: { read: [policy(statements)], unreadable: [] } },
});
const ENCRYPTED = { buckets: [{ name: BUCKET, create: true, prefixes: [], kmsKeyArn: KEY_ARN }] } as const;
const THEIRS = bucketPolicy({
  Effect: 'Allow',
  Principal: { AWS: ROLE_ARN },
  Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
  Resource: [BUCKET_ARN, OBJECTS],
});
const key = (changes = {}) => ({ documents: { keys: [{ ...keyOf(KEY_ARN), ...changes }] } });

const CASES: readonly RuleCase[] = [
  { name: 'a role that the kit made', found: [] },
  { name: 'a user that the kit made', grant: { auth: 'key' }, found: [] },
  {
    name: 'every bucket, and none that is meant',
    changes: own(allow('s3:*', '*')),
    expected: { buckets: [], from: 'inferred' },
    found: [['no-bucket-known', 'warning', 'is not known', '--bucket NAME']],
  },
  {
    name: 'more buckets than are read, and a pattern',
    changes: {
      documents: {
        leftOut: [
          unread('5 of the 25 buckets', 's3:ListBucket', 'unknown').why,
          unread('the buckets that * reaches', 's3:ListAllMyBuckets', 'not-asked').why,
        ],
      },
    },
    found: [],
    blind: ['5 of the 25 buckets'],
  },
  {
    name: 'an external ID',
    changes: trust(trustStatement({ Condition: { StringEquals: { 'sts:ExternalId': 'acme' } } })),
    found: [['cannot-assume', 'error', 'external ID', 'sts:ExternalId acme', 'channelmix-s3 policy trust']],
  },
  {
    name: 'MFA',
    changes: trust(trustStatement({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })),
    found: [['cannot-assume', 'error', 'demands MFA']],
  },
  {
    name: 'external ID and MFA at once',
    changes: trust(
      trustStatement({
        Condition: { StringEquals: { 'sts:ExternalId': 'acme' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
    ),
    found: [['cannot-assume', 'error', 'external ID']],
  },
  {
    name: 'a time that is over',
    changes: trust(trustStatement({ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-10-01T00:00:00Z' } } })),
    found: [['cannot-assume', 'error', 'a time that is over', '2026-10-01']],
  },
  {
    name: 'another account than ChannelMix’s',
    changes: trust(trustStatement({ Principal: { AWS: '031871504756' } })),
    found: [['cannot-assume', 'error', 'does not let account 031871504755 in', '031871504756']],
  },
  {
    name: 'a Deny in the trust policy',
    changes: trust(trustStatement(), {
      Sid: 'No',
      Effect: 'Deny',
      Principal: { AWS: '031871504755' },
      Action: 'sts:*',
    }),
    found: [['cannot-assume', 'error', 'Statement No', 'denies ChannelMix']],
  },
  {
    name: 'a role that is gone',
    changes: { principal: { trust: unread('the trust policy', 'iam:GetRole', 'not-found') } },
    found: [['cannot-assume', 'error', 'There is no role']],
  },
  {
    name: 'a role of China',
    grant: { partition: 'aws-cn' },
    rules: ['wrong-partition'],
    found: [['wrong-partition', 'error', 'aws-cn', '--auth key']],
  },
  {
    name: 'roles of ChannelMix’s account, whichever',
    changes: trust(
      trustStatement({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::031871504755:role/*' } } }),
    ),
    found: [],
  },
  {
    name: 'addresses of ChannelMix',
    changes: trust(trustStatement({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } })),
    found: [['assume-depends', 'warning', 'aws:SourceIp', 'allows by it']],
  },
  {
    name: 'a Deny by the name of the session',
    changes: trust(trustStatement(), {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: { StringNotLike: { 'sts:RoleSessionName': 'cm-*' } },
    }),
    found: [['assume-depends', 'warning', 'sts:RoleSessionName', 'denies by it']],
  },
  {
    name: 'a trust policy that could not be read',
    changes: { principal: { trust: unread('the trust policy', 'iam:GetRole') } },
    found: [],
    blind: ['the trust policy'],
  },
  {
    name: 'a user without a key',
    grant: { auth: 'key' },
    changes: { principal: { accessKeys: read([]) } },
    found: [['access-key-inactive', 'error', 'has no access key']],
  },
  {
    name: 'a user whose key is inactive',
    grant: { auth: 'key' },
    changes: {
      principal: {
        accessKeys: read([{ id: 'AKIAEXAMPLE', active: false, created: '2026-01-01T00:00:00Z', lastUsed: ABSENT }]),
      },
    },
    found: [['access-key-inactive', 'error', 'AKIAEXAMPLE', '--status Active']],
  },
  {
    name: 'a user whose keys could not be read',
    grant: { auth: 'key' },
    changes: { principal: { accessKeys: unread('the access keys', 'iam:ListAccessKeys') } },
    found: [],
    blind: ['the access keys'],
  },
  {
    name: 'an action that is missing',
    changes: own(allow('s3:ListBucket', BUCKET_ARN), allow(['s3:PutObject', 's3:GetObject'], OBJECTS)),
    found: [
      [
        'permission-denied',
        'error',
        'No policy of channelmix_s3_access allows s3:DeleteObject',
        'policy minimal --bucket',
      ],
    ],
  },
  {
    name: 'nothing at all is one finding',
    changes: { principal: { identity: { read: [], unreadable: [] } } },
    found: [['permission-denied', 'error', 's3:ListBucket, s3:PutObject, s3:GetObject, s3:DeleteObject']],
  },
  {
    name: 'the command knows the key and the folders',
    grant: ENCRYPTED,
    expected: { buckets: [{ name: BUCKET, prefixes: ['a/', 'b/', 'c/'] }] },
    changes: { principal: { identity: { read: [], unreadable: [] } } },
    found: [
      [
        'permission-denied',
        'error',
        `policy minimal --bucket ${BUCKET} --prefix a/ --prefix b/ --prefix c/ --kms-key ${KEY_ARN}`,
      ],
    ],
  },
  {
    name: 'the command knows the partition',
    grant: { partition: 'aws-cn', auth: 'key' },
    changes: { principal: { identity: { read: [], unreadable: [] } } },
    found: [['permission-denied', 'error', '--partition aws-cn']],
  },
  {
    name: 'listing that is allowed on the files',
    changes: own(allow(['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'], OBJECTS)),
    found: [['permission-denied', 'error', 's3:ListBucket', 'but for its resources', OBJECTS.replace('*', '')]],
  },
  {
    name: 'a Deny of the principal’s own',
    changes: { allow: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }] },
    found: [['permission-denied', 'error', 'Statement 1 of more denies s3:DeleteObject', 'cannot outweigh']],
  },
  {
    name: 'a Deny of the bucket’s',
    changes: { bucket: { policy: bucketPolicy({ ...deny('s3:Put*', OBJECTS), Sid: 'Frozen' }) } },
    found: [['permission-denied', 'error', 'Statement Frozen', 's3:PutObject', `"aws:PrincipalArn": "${ROLE_ARN}"`]],
  },
  {
    name: 'a boundary that leaves something out',
    changes: { principal: { boundary: read(policy([allow(['s3:Get*', 's3:List*', 's3:Put*'])], 'bound')) } },
    found: [['permission-denied', 'error', 'permissions boundary', 's3:DeleteObject']],
  },
  {
    name: 'an organization that leaves S3 out',
    changes: {
      documents: {
        organization: {
          id: read('o-a1b2c3d4e5'),
          scps: read([{ id: 'r-1', policies: [policy([allow('ec2:*')], 'scp')] }]),
          rcps: ABSENT,
        },
      },
    },
    found: [['permission-denied', 'error', 'policy of the AWS organization', 'administrator']],
  },
  {
    name: 'a bucket of another account that says nothing',
    changes: { bucket: { owner: read(OTHER_ACCOUNT), policy: ABSENT } },
    found: [['permission-denied', 'error', 'belongs to another account', ROLE_ARN]],
  },
  {
    name: 'a bucket of another account that allows',
    changes: { bucket: { owner: read(OTHER_ACCOUNT), policy: THEIRS } },
    found: [],
  },
  {
    name: 'a bucket of another account that encrypts with aws/s3',
    changes: { bucket: { owner: read(OTHER_ACCOUNT), policy: THEIRS, encryption: read({ algorithm: 'aws:kms' }) } },
    found: [['permission-denied', 'error', 'AWS managed key aws/s3', 'customer managed key']],
  },
  {
    name: 'a key whose policy says nothing',
    grant: ENCRYPTED,
    changes: key({
      policy: read(
        policy(
          [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:role/admin' },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
          'key policy',
        ),
      ),
    }),
    found: [
      ['permission-denied', 'error', 'Neither the policy of the KMS key', 'kms:GenerateDataKey, kms:Decrypt', KEY_ARN],
    ],
  },
  {
    name: 'a key that nothing was read of',
    grant: ENCRYPTED,
    changes: { documents: { keys: [] } },
    found: [],
    blind: [`the KMS key ${KEY_ARN}`],
  },
  {
    name: 'addresses in the own policy',
    changes: own(
      allow(['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'], [BUCKET_ARN, OBJECTS], {
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      }),
    ),
    found: [['permission-depends', 'warning', 's3:ListBucket', 'aws:SourceIp 203.0.113.0/24']],
  },
  {
    name: 'a bucket of which no document speaks',
    expected: { buckets: [{ name: 'acme-other', prefixes: [] }] },
    found: [['permission-depends', 'warning', 'bucket acme-other', 'was not read, might']],
    blind: [
      'the owner of bucket acme-other',
      'the policy of bucket acme-other',
      'default encryption of bucket acme-other',
      'Block Public Access of bucket acme-other',
      'Requester Pays of bucket acme-other',
    ],
  },
  {
    name: 'a bucket policy and an encryption that could not be read',
    changes: {
      bucket: {
        policy: unread('the bucket policy', 's3:GetBucketPolicy'),
        encryption: unread('the encryption', 's3:GetEncryptionConfiguration'),
      },
    },
    found: [],
    blind: ['the bucket policy', 'the encryption'],
  },
];

const BLOCKED: readonly RuleCase[] = [
  { name: 'nothing stands in the way of what the kit made', grant: ENCRYPTED, found: [] },
  {
    name: 'only from our VPC endpoint',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:*', [BUCKET_ARN, OBJECTS], { Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
        ),
      },
    },
    found: [['deny-conditional', 'error', 'through your network', 'aws:SourceVpce vpce-1', ROLE_ARN]],
  },
  {
    name: 'only from our VPC endpoint, but for the role',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:*', [BUCKET_ARN, OBJECTS], {
            Condition: {
              StringNotEquals: { 'aws:SourceVpce': 'vpce-1' },
              ArnNotEquals: { 'aws:PrincipalArn': ROLE_ARN },
            },
          }),
        ),
      },
    },
    found: [],
  },
  {
    name: 'only from our addresses',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:GetObject', OBJECTS, { Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
        ),
      },
    },
    found: [['deny-conditional', 'warning', 's3:GetObject', 'NotIpAddress aws:SourceIp 203.0.113.0/24']],
  },
  {
    name: 'only sessions of one name, which whoever assumes the role chooses',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:GetObject', OBJECTS, {
            Condition: { StringNotLike: { 'aws:userid': ['AROAEXAMPLEEXAMPLE001:channelmix', 'AIDAEXAMPLE'] } },
          }),
        ),
      },
    },
    found: [['deny-conditional', 'warning', 's3:GetObject', 'aws:userid']],
  },
  {
    name: 'only with a tag of the role, for which ChannelMix may choose another',
    changes: {
      principal: {
        tags: read({ team: 'data' }),
        trust: trustPolicy(trustStatement({ Action: ['sts:AssumeRole', 'sts:TagSession'] })),
      },
      bucket: {
        policy: bucketPolicy(
          deny('s3:GetObject', OBJECTS, { Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'data' } } }),
        ),
      },
    },
    found: [['deny-conditional', 'warning', 's3:GetObject', 'ChannelMix may choose']],
  },
  {
    name: 'only sessions of the role, by its id',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:*', [BUCKET_ARN, OBJECTS], {
            Condition: { StringNotLike: { 'aws:userid': ['AROAEXAMPLEEXAMPLE001:*', 'AIDAEXAMPLE'] } },
          }),
        ),
      },
    },
    found: [],
  },
  {
    name: 'everybody but the role in a session of one name',
    changes: {
      bucket: {
        policy: bucketPolicy({
          Effect: 'Deny',
          NotPrincipal: {
            AWS: [
              'arn:aws:iam::111122223333:root',
              ROLE_ARN,
              'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/channelmix',
            ],
          },
          Action: 's3:GetObject',
          Resource: OBJECTS,
        }),
      },
    },
    found: [['deny-conditional', 'warning', 's3:GetObject', 'NotPrincipal']],
  },
  {
    name: 'only our organization, which could not be read',
    changes: {
      bucket: {
        policy: bucketPolicy(
          deny('s3:*', OBJECTS, { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }),
        ),
      },
      documents: {
        organization: {
          id: unread('the organization', 'organizations:DescribeOrganization'),
          scps: ABSENT,
          rcps: ABSENT,
        },
      },
    },
    found: [['deny-conditional', 'warning', 'by organization', 'o-a1b2c3d4e5']],
  },
  {
    name: 'a public policy of another account behind RestrictPublicBuckets',
    changes: {
      bucket: {
        owner: read(OTHER_ACCOUNT),
        policy: bucketPolicy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: [BUCKET_ARN, OBJECTS] }),
      },
    },
    found: [['public-policy-cut-off', 'error', 'is public', 'RestrictPublicBuckets']],
  },
  {
    name: 'Requester Pays in another account',
    changes: { bucket: { owner: read(OTHER_ACCOUNT), policy: THEIRS, requestPayer: read('Requester') } },
    found: [['requester-pays', 'error', 'Requester Pays', 'Payer=BucketOwner']],
  },
  { name: 'Requester Pays in the own account', changes: { bucket: { requestPayer: read('Requester') } }, found: [] },
  {
    name: 'a key that is disabled',
    grant: ENCRYPTED,
    changes: key({ keyState: read('Disabled') }),
    found: [['key-unusable', 'error', 'Disabled', 'enable-key']],
  },
  {
    name: 'a key that is to be deleted',
    grant: ENCRYPTED,
    changes: key({ keyState: read('PendingDeletion') }),
    found: [['key-unusable', 'error', 'is to be deleted', 'cancel-key-deletion']],
  },
  {
    name: 'a default retention',
    changes: { bucket: { objectLock: read({ enabled: true, mode: 'COMPLIANCE', days: 30 }) } },
    found: [['object-lock', 'suggestion', 'for 30 days', 'COMPLIANCE']],
  },
  {
    name: 'what could not be read',
    grant: ENCRYPTED,
    changes: {
      ...key({ keyState: unread('the state of the key', 'kms:DescribeKey') }),
      bucket: { objectLock: unread('the lock', 's3:GetBucketObjectLockConfiguration') },
    },
    found: [],
    blind: ['the state of the key', 'the lock'],
  },
];

describe('what ChannelMix needs', () => runCases(NEEDS, CASES));
describe('what stands in the way', () => runCases(BLOCKS, BLOCKED));
