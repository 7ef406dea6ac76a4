import type { PolicyStatement } from '../../../src/model/policy.ts';
import { policy, trustPolicy } from '../../../src/sandbox/scenarios/documents.ts';
import type { CorpusAccount } from './account.ts';
import {
  ACCOUNT,
  ALL_ACCOUNTS,
  allow,
  BUCKET,
  BUCKET_ARN,
  deny,
  encrypted,
  foreignWorld,
  goodRole,
  goodUser,
  KEY_ARN,
  OBJECTS,
  OF_ROLE,
  OF_USER,
  OTHER,
  plainKey,
  ROLE_ARN,
  roleWorld,
  tlsOnly,
  userWorld,
} from './parts.ts';

const CHANNELMIX = [trustPolicy().Statement].flat()[0] as PolicyStatement;

function trustedBy(principal: NonNullable<PolicyStatement['Principal']>, more: Partial<PolicyStatement> = {}) {
  return { trust: policy(CHANNELMIX, { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }) };
}

function bucketWith(...statements: readonly PolicyStatement[]) {
  return roleWorld({}, { policy: tlsOnly(...statements) }, { accounts: ALL_ACCOUNTS });
}

/** Others have access, and something stands in the way of ChannelMix. */
export const OTHERS: readonly CorpusAccount[] = [
  {
    name: 'trust-everybody',
    title: 'The trust policy names "*".',
    world: roleWorld(trustedBy('*')),
    audit: OF_ROLE,
    finds: [['trust-everyone', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-everybody-of-an-organization',
    title: 'The trust policy names "*", and the client’s organization by its id.',
    world: roleWorld(
      trustedBy({ AWS: '*' }, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
    ),
    audit: OF_ROLE,
    finds: [['trust-everyone', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-another-account-too',
    title: 'An agency may assume the role, too.',
    world: roleWorld(trustedBy({ AWS: `arn:aws:iam::${OTHER}:root` }), {}, { accounts: ALL_ACCOUNTS }),
    audit: OF_ROLE,
    finds: [['trust-other-account', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-own-account',
    title: 'Everybody in the own account may assume the role, if a policy lets them.',
    world: roleWorld(trustedBy({ AWS: `arn:aws:iam::${ACCOUNT}:root` })),
    audit: OF_ROLE,
    finds: [['trust-own-account', 'principal']],
    exit: 0,
  },
  {
    name: 'trust-service',
    title: 'The role is that of a function, too.',
    world: roleWorld(trustedBy({ Service: 'lambda.amazonaws.com' })),
    audit: OF_ROLE,
    finds: [['trust-service', 'principal']],
    exit: 0,
  },
  {
    name: 'trust-pipelines',
    title: 'Every repository of GitHub may assume the role.',
    world: roleWorld(
      trustedBy(
        { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
        },
      ),
    ),
    audit: OF_ROLE,
    finds: [['trust-federation', 'principal']],
    exit: 1,
  },
  {
    name: 'trust-part-of-channelmix',
    title: 'The trust policy names one role of ChannelMix’s account instead of the account.',
    world: roleWorld(
      {},
      {},
      {
        roles: [
          { account: '031871504755', name: 'ingest', trust: trustPolicy() },
          goodRole({ trust: policy({ ...CHANNELMIX, Principal: { AWS: 'arn:aws:iam::031871504755:role/ingest' } }) }),
        ],
      },
    ),
    audit: OF_ROLE,
    finds: [['assume-depends', 'principal']],
    exit: 0,
  },
  {
    name: 'bucket-open-to-another-account',
    title: 'The bucket’s policy lets a former vendor read.',
    world: bucketWith(allow('s3:GetObject', OBJECTS, { Principal: { AWS: `arn:aws:iam::${OTHER}:root` } })),
    audit: OF_ROLE,
    finds: [['bucket-policy-other', BUCKET]],
    exit: 0,
  },
  {
    name: 'bucket-open-to-channelmix-itself',
    title: 'The bucket’s policy lets ChannelMix’s account in past the role.',
    world: bucketWith(
      allow(['s3:GetObject', 's3:PutObject'], OBJECTS, { Principal: { AWS: 'arn:aws:iam::031871504755:root' } }),
    ),
    audit: OF_ROLE,
    finds: [['bucket-policy-other', BUCKET]],
    exit: 0,
  },
  {
    name: 'bucket-public',
    title: 'The bucket is public: it once was a website.',
    world: roleWorld(
      {},
      { policy: tlsOnly(allow('s3:GetObject', OBJECTS, { Principal: '*' })), publicAccessBlock: 'off' },
    ),
    audit: OF_ROLE,
    finds: [
      ['bucket-public', BUCKET],
      ['bucket-public-not-blocked', BUCKET],
    ],
    exit: 1,
  },
  {
    name: 'bucket-public-but-blocked',
    title: 'The same, with Block Public Access before it.',
    world: roleWorld({}, { policy: tlsOnly(allow('s3:GetObject', OBJECTS, { Principal: '*' })) }),
    audit: OF_ROLE,
    finds: [['bucket-public', BUCKET]],
    exit: 0,
  },
  {
    name: 'two-ways-in',
    title: 'ChannelMix has the role, the one of a test, and a user with a key.',
    world: roleWorld({}, {}, { roles: [goodRole(), goodRole({ name: 'cm-test' })], users: [goodUser()] }),
    audit: OF_ROLE,
    finds: [
      ['other-way', `arn:aws:iam::${ACCOUNT}:role/cm-test`],
      ['other-way', `arn:aws:iam::${ACCOUNT}:user/channelmix`],
    ],
    exit: 0,
  },
  {
    name: 'role-that-leads-to-another',
    title: 'An administrator’s role trusts ChannelMix’s role, whose own policies say nothing of it.',
    world: roleWorld(
      {},
      {},
      {
        roles: [
          goodRole(),
          goodRole({
            name: 'operations',
            trust: policy({ ...CHANNELMIX, Principal: { AWS: ROLE_ARN } }),
          }),
        ],
      },
    ),
    audit: OF_ROLE,
    finds: [['other-way', `arn:aws:iam::${ACCOUNT}:role/operations`]],
    exit: 1,
  },
  {
    name: 'user-beside-a-role',
    title: 'The user of the access key, and a role that was made later and stayed.',
    world: userWorld({}, {}, { roles: [goodRole()] }),
    audit: OF_USER,
    finds: [['other-way', `arn:aws:iam::${ACCOUNT}:role/channelmix_s3_access`]],
    exit: 0,
  },
  {
    name: 'key-open-to-strangers',
    title: 'The key’s policy lets everybody do everything, ChannelMix among them.',
    world: roleWorld({}, encrypted(), {
      keys: [plainKey({ policy: policy(allow('kms:*', '*', { Principal: { AWS: '*' } })) })],
    }),
    audit: OF_ROLE,
    finds: [
      ['key-control', 'principal'],
      ['key-policy-open', KEY_ARN],
      ['other-keys', 'principal'],
      ['other-keys', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'key-open-to-another-account',
    title: 'The key’s policy lets an agency decrypt.',
    world: roleWorld({}, encrypted(), {
      accounts: ALL_ACCOUNTS,
      keys: [
        plainKey({
          policy: policy(
            allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
            allow(['kms:Decrypt', 'kms:GenerateDataKey'], '*', { Principal: { AWS: ROLE_ARN } }),
            allow('kms:Decrypt', '*', { Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }),
          ),
        }),
      ],
    }),
    audit: OF_ROLE,
    finds: [['key-policy-other', KEY_ARN]],
    exit: 0,
  },
  // What stands in the way
  {
    name: 'perimeter-endpoint',
    title: 'The bucket is open to the client’s VPC endpoint only.',
    world: bucketWith(
      deny(['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'], [BUCKET_ARN, OBJECTS], {
        Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
      }),
    ),
    audit: OF_ROLE,
    finds: [['deny-conditional', BUCKET]],
    exit: 1,
    onlyInSandbox: 'In LocalEmu a negated operator does not match when the key is absent.',
  },
  {
    name: 'perimeter-addresses',
    title: 'The bucket is open to the addresses of the client’s offices only.',
    world: bucketWith(
      deny('s3:PutObject', OBJECTS, { Condition: { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } } }),
    ),
    audit: OF_ROLE,
    finds: [['deny-conditional', BUCKET]],
    exit: 0,
  },
  {
    name: 'perimeter-addresses-of-the-identity',
    title: 'A policy of the role denies whatever does not come from the client’s offices.',
    world: roleWorld({
      inline: {
        ...goodRole().inline,
        perimeter: policy({
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } },
        }),
      },
    }),
    audit: OF_ROLE,
    finds: [['deny-conditional', BUCKET]],
    exit: 0,
  },
  {
    name: 'mfa-to-delete',
    title: 'Deleting is denied without MFA.',
    world: bucketWith(
      deny('s3:DeleteObject', OBJECTS, { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    ),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'demands-encryption-header',
    title: 'The bucket’s policy refuses uploads that do not name their encryption.',
    world: bucketWith(
      deny('s3:PutObject', OBJECTS, { Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } } }),
    ),
    audit: OF_ROLE,
    finds: [['permission-denied', BUCKET]],
    exit: 1,
  },
  {
    name: 'object-lock',
    title: 'What ChannelMix writes is locked for thirty days.',
    world: roleWorld({}, { lock: { mode: 'COMPLIANCE', days: 30 } }),
    audit: OF_ROLE,
    finds: [['object-lock', BUCKET]],
    exit: 0,
  },
  {
    name: 'foreign-bucket-public-and-cut-off',
    title: 'The bucket of another account lets everybody in, which Block Public Access cuts off.',
    world: foreignWorld({}, '*'),
    audit: { ...OF_ROLE, told: { buckets: OTHER } },
    finds: [
      ['bucket-public', BUCKET],
      ['bucket-public', BUCKET],
      ['public-policy-cut-off', BUCKET],
    ],
    exit: 1,
    onlyInSandbox: 'LocalEmu is content when one side allows.',
  },
  {
    name: 'foreign-bucket-requester-pays',
    title: 'The bucket of another account is Requester Pays.',
    world: foreignWorld({ bucket: { requestPayer: 'Requester' } }),
    audit: { ...OF_ROLE, told: { buckets: OTHER } },
    finds: [['requester-pays', BUCKET]],
    exit: 1,
    onlyInSandbox: 'LocalEmu does not ask who pays.',
  },
  {
    name: 'own-bucket-requester-pays',
    title: 'The own bucket is Requester Pays: its owner pays in any case.',
    world: roleWorld({}, { requestPayer: 'Requester' }),
    audit: OF_ROLE,
    finds: [],
    exit: 0,
  },
];
