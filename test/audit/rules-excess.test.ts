import { describe } from 'vitest';
import type { JsonObject } from '../../src/model/policy.ts';
import {
  BUCKET,
  BUCKET_ARN,
  bucketPolicy,
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

const RULES = [
  'admin-access',
  'escalation-path',
  'sensitive-data',
  'resource-exposure',
  'outside-bucket',
  'outside-prefix',
  'permission-change',
  'can-publish',
  'history-deletion',
  'bucket-deletion',
  'copies-elsewhere',
  'key-control',
  'other-keys',
  'other-service',
  'larger-level',
  'extra-write',
  'extra-read',
  'list-all-buckets',
  'bucket-public',
];
const OBJECTS = `${BUCKET_ARN}/*`;
const boundary = (...statements: readonly ReturnType<typeof allow>[]) => read(policy(statements, 'bound'));
const scps = (...statements: Parameters<typeof policy>[0] & readonly unknown[]) =>
  ({
    id: read('o-a1b2c3d4e5'),
    rcps: { state: 'absent' },
    scps: read([{ id: 'r-1', policies: [policy(statements as never, 'scp')] }]),
  }) as const;
const deny = (...about: Parameters<typeof allow>) => ({ ...allow(...about), Effect: 'Deny' });
const numberedRoles = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::111122223333:role/r${index}`);
const everything = allow('*');
const OPEN_BLOCK = {
  publicAccessBlock: read({
    blockPublicAcls: false,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }),
  accountPublicAccessBlock: { state: 'absent' },
} as const;

function toEverybody(more: JsonObject): JsonObject {
  return { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECTS, ...more };
}

function denyUnless(condition: JsonObject): JsonObject {
  return { ...toEverybody({ Action: 's3:*', Condition: condition }), Effect: 'Deny', Resource: [BUCKET_ARN, OBJECTS] };
}

const CASES: readonly RuleCase[] = [
  { name: 'what the kit deploys is no more than is meant', found: [] },
  {
    name: 'full access is no more than is meant where full access is meant',
    grant: { access: 'full' },
    expected: { access: 'full' },
    found: [],
  },
  // Administrators
  {
    name: 'an administrator by one wildcard',
    changes: { allow: [everything] },
    rules: ['admin-access'],
    found: [['admin-access', 'security', 'can do everything', 'statement 1 of more']],
  },
  {
    name: 'an administrator but for IAM',
    changes: { allow: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }] },
    rules: ['admin-access'],
    found: [['admin-access', 'security', 'almost everything']],
  },
  {
    name: 'an administrator under a condition',
    changes: { allow: [allow('*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } })] },
    rules: ['admin-access'],
    found: [['admin-access', 'security', 'under conditions']],
  },
  {
    name: 'an administrator within a boundary of what is meant is none',
    changes: {
      allow: [everything],
      principal: { boundary: boundary(allow(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], OBJECTS)) },
    },
    found: [],
  },
  {
    name: 'an administrator whose organization denies all but the bucket is none',
    changes: {
      allow: [everything],
      documents: {
        organization: scps(
          everything,
          {
            Effect: 'Deny',
            NotAction: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
            Resource: '*',
          },
          { Effect: 'Deny', Action: 's3:*', NotResource: [BUCKET_ARN, OBJECTS] },
        ),
      },
    },
    found: [],
  },
  // Ways to more permissions
  {
    name: 'a new version of a policy',
    changes: { allow: [allow('iam:CreatePolicyVersion', 'arn:aws:iam::111122223333:policy/team-*')] },
    found: [['escalation-path', 'security', 'change its own permissions', 'iam:CreatePolicyVersion']],
  },
  {
    name: 'a role that is passed to a function',
    changes: { allow: [allow(['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'])] },
    rules: ['escalation-path'],
    found: [
      [
        'escalation-path',
        'security',
        'by iam:PassRole',
        'lambda:CreateFunction \\+ lambda:InvokeFunction'.replace(/\\/g, ''),
      ],
    ],
  },
  {
    name: 'half a way leads nowhere',
    changes: { allow: [allow('iam:PassRole')] },
    rules: ['escalation-path'],
    found: [],
  },
  {
    name: 'a way by NotAction',
    changes: { allow: [{ Effect: 'Allow', NotAction: 's3:*', Resource: 'arn:aws:iam::*:role/*' }] },
    rules: ['escalation-path'],
    found: [
      ['escalation-path', 'security', 'own permissions', 'iam:AttachRolePolicy'],
      ['escalation-path', 'security', 'another user or role', 'iam:UpdateAssumeRolePolicy'],
    ],
  },
  {
    name: 'another role that may be assumed',
    changes: { allow: [allow('sts:AssumeRole', 'arn:aws:iam::111122223333:role/admin')] },
    found: [['escalation-path', 'security', 'act as another user or role: sts:AssumeRole']],
  },
  {
    name: 'what a Deny takes away again is no way',
    changes: {
      allow: [allow('iam:*'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
    },
    rules: ['escalation-path', 'other-service'],
    found: [],
  },
  {
    name: 'only a boundary’s folder of roles is left',
    changes: {
      allow: [allow('iam:PutRolePolicy')],
      principal: {
        boundary: boundary(allow('iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/team/*'), allow('s3:*')),
      },
    },
    rules: ['escalation-path'],
    found: [['escalation-path', 'security', 'iam:PutRolePolicy']],
  },
  {
    name: 'roles of which a Deny spares one, a name, or another account',
    changes: {
      allow: [
        allow('sts:AssumeRole'),
        deny('sts:AssumeRole', ['arn:aws:iam::111122223333:role/*', 'arn:aws:iam::*:role/e*']),
      ],
    },
    rules: ['escalation-path'],
    found: [['escalation-path', 'security', 'sts:AssumeRole']],
  },
  {
    name: 'roles of which a Deny spares none',
    changes: {
      allow: [
        allow(['sts:AssumeRole', 'iam:CreateAccessKey']),
        deny('sts:AssumeRole', 'arn:aws:iam::*:role/*'),
        // Keys of another account's users cannot be made.
        deny('iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/*'),
      ],
    },
    rules: ['escalation-path'],
    found: [],
  },
  {
    name: 'users of whom a Deny takes some',
    changes: { allow: [allow('iam:CreateAccessKey'), deny('iam:CreateAccessKey', 'arn:aws:iam::*:user/e*')] },
    rules: ['escalation-path'],
    found: [['escalation-path', 'security', 'iam:CreateAccessKey']],
  },
  {
    name: 'the fortieth role, which a Deny forgot',
    changes: { allow: [allow('sts:AssumeRole', numberedRoles(40)), deny('sts:AssumeRole', numberedRoles(39))] },
    rules: ['escalation-path'],
    found: [['escalation-path', 'security', 'sts:AssumeRole']],
  },
  {
    name: 'roles that two wildcards have in common',
    changes: {
      allow: [allow('sts:AssumeRole', 'arn:aws:iam::*:role/prod-*')],
      principal: { boundary: boundary(allow('sts:AssumeRole', 'arn:aws:iam::*:role/*-admin'), allow('s3:*')) },
    },
    rules: ['escalation-path'],
    found: [['escalation-path', 'security', 'sts:AssumeRole']],
  },
  // Other services
  {
    name: 'secrets that two wildcards have in common',
    changes: {
      allow: [allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:prod*')],
      principal: { boundary: boundary(allow('*', 'arn:aws:secretsmanager:*:*:secret:*db*'), allow('s3:*')) },
    },
    found: [['sensitive-data', 'security', 'secretsmanager:GetSecretValue']],
  },
  {
    name: 'secrets of which a Deny spares none',
    changes: { allow: [allow('secretsmanager:GetSecretValue'), deny('*', 'arn:aws:secretsmanager:*:*:secret:*')] },
    found: [],
  },
  {
    name: 'more wildcards than can be told apart are told',
    changes: {
      allow: [
        allow('secretsmanager:GetSecretValue'),
        deny(
          'secretsmanager:*',
          [...'abcdefghijklmn'].map((letter, index) => `arn:aws:secretsmanager:*:*:secret:*${letter}*${index}*`),
        ),
      ],
    },
    found: [],
    blind: ['what the policies allow of other services'],
  },
  {
    name: 'what a Deny excepts',
    changes: {
      allow: [everything, { Effect: 'Deny', NotAction: ['s3:*', 's3-object-lambda:*', 'route53:*'], Resource: '*' }],
    },
    grant: { access: 'full' },
    expected: { access: 'full' },
    found: [['other-service', 'security', '(route53): route53:*.']],
  },
  {
    name: 'one action that a Deny excepts',
    changes: {
      allow: [allow('ec2:*'), { Effect: 'Deny', NotAction: ['s3:*', 'ec2:TerminateInstances'], Resource: '*' }],
    },
    found: [['other-service', 'warning', ': ec2:TerminateInstances.']],
  },
  {
    name: 'actions that two wildcards have in common',
    changes: {
      allow: [allow(['dynamodb:Delete*', 'ec2:*Instances'])],
      principal: { boundary: boundary(allow(['dynamodb:*Table', 'ec2:Describe*', 's3:*'])) },
    },
    found: [
      ['other-service', 'security', 'dynamodb:Delete*'],
      ['other-service', 'warning', 'look at', 'ec2:*Instances'],
    ],
  },
  {
    name: 'what a Deny leaves of a service',
    changes: { allow: [allow('athena:*'), deny('athena:E*'), deny('athena:*Query*')] },
    rules: ['other-service'],
    found: [['other-service', 'security', 'athena:*']],
  },
  {
    name: 'everything, of one resource',
    changes: {
      allow: [
        { Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:aws:route53:::hostedzone/*' },
        allow('*', 'arn:aws:sqs:eu-west-1:111122223333:q'),
      ],
    },
    found: [
      ['sensitive-data', 'security', 'of other services: sqs:ReceiveMessage.'],
      ['resource-exposure', 'security', 'to others: sqs:AddPermission, sqs:SetQueueAttributes.'],
      ['other-service', 'security', '(route53, sqs): route53:*, sqs:*.'],
    ],
  },
  {
    name: 'resources under the name of another service',
    changes: { allow: [allow('ebs:*', 'arn:aws:ec2:eu-west-1::snapshot/*')] },
    found: [
      ['sensitive-data', 'security', 'ebs:GetSnapshotBlock'],
      ['other-service', 'security', 'ebs:*'],
    ],
  },
  {
    name: 'secrets and parameters',
    changes: { allow: [allow(['secretsmanager:GetSecretValue', 'ssm:GetParameter*'])] },
    rules: ['sensitive-data'],
    found: [['sensitive-data', 'security', 'secretsmanager:GetSecretValue', 'ssm:GetParameter']],
  },
  {
    name: 'data of databases, by connecting to them',
    changes: { allow: [allow(['dsql:DbConnectAdmin', 'elasticache:Connect', 'cassandra:Select'])] },
    found: [['sensitive-data', 'security', 'dsql:DbConnectAdmin, cassandra:Select, elasticache:Connect']],
  },
  {
    name: 'permission sets, which are roles',
    changes: { allow: [allow(['sso:PutInlinePolicyToPermissionSet', 'sso:ProvisionPermissionSet'])] },
    found: [['escalation-path', 'security', 'sso:PutInlinePolicyToPermissionSet + sso:ProvisionPermissionSet']],
  },
  {
    name: 'credentials of a database',
    changes: { allow: [allow('redshift:GetClusterCredentials')] },
    found: [['sensitive-data', 'security', 'credentials', 'redshift:GetClusterCredentials']],
  },
  {
    name: 'a risk in other letters is told once',
    changes: { allow: [allow('SecretsManager:getsecretvalue')] },
    found: [['sensitive-data', 'security', 'secretsmanager:GetSecretValue']],
  },
  {
    name: 'the policy of a function',
    changes: { allow: [allow('lambda:AddPermission')] },
    found: [['resource-exposure', 'security', 'lambda:AddPermission']],
  },
  {
    name: 'what is left of another purpose',
    changes: { allow: [allow(['ec2:Describe*', 'sqs:SendMessage'])] },
    found: [
      ['other-service', 'warning', 'change things in other services \\(sqs\\)'.replace(/\\/g, ''), 'sqs:SendMessage'],
      ['other-service', 'warning', 'look at other services', 'ec2:Describe'],
    ],
  },
  {
    name: 'one step of ways to more permissions, where the others are not allowed',
    changes: { allow: [allow(['iam:PassRole', 'lambda:CreateFunction', 'ecs:CreateService'])] },
    rules: ['escalation-path', 'other-service'],
    found: [['other-service', 'warning', 'iam:PassRole', 'lambda:CreateFunction', 'ecs:CreateService']],
  },
  {
    name: 'a whole way, of which nothing is told twice',
    changes: { allow: [allow(['iam:PassRole', 'ec2:RunInstances'])] },
    rules: ['escalation-path', 'other-service'],
    found: [['escalation-path', 'security', 'ec2:RunInstances']],
  },
  {
    name: 'all of a service',
    changes: { allow: [allow('cloudwatch:*')] },
    found: [['other-service', 'security', 'cloudwatch:*'.replace('*', '')]],
  },
  // Buckets and folders
  {
    name: 'another bucket by its name',
    changes: { allow: [allow('s3:GetObject', 'arn:aws:s3:::acme-backup/*')] },
    found: [['outside-bucket', 'security', 'can read files in bucket acme-backup']],
  },
  {
    name: 'buckets by a wildcard, the one that is meant among them',
    changes: { allow: [allow(['s3:PutObject', 's3:DeleteObject'], 'arn:aws:s3:::acme-*/*')] },
    found: [['outside-bucket', 'security', 'write files and delete files in every bucket that is called like acme-']],
  },
  {
    name: 'all but one bucket',
    changes: { allow: [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::acme-payroll/*' }] },
    found: [['outside-bucket', 'security', 'can read files in every bucket']],
  },
  {
    name: 'names only, of every bucket',
    changes: { allow: [allow('s3:ListBucket', 'arn:aws:s3:::*')] },
    found: [['outside-bucket', 'warning', 'can list names in every bucket']],
  },
  ...['arn:aws:s3:*:*:*', 'arn:aws:s3::*:*', 'arn:*:s3:*::*'].map(
    (resource): RuleCase => ({
      name: `every bucket, as ${resource}`,
      changes: { allow: [allow(['s3:GetObject', 's3:ListBucket'], resource)] },
      found: [['outside-bucket', 'security', 'can read files and list names in every bucket: s3:GetObject']],
    }),
  ),
  ...['arn:aws:s3:*:*:acme-backup/*', 'arn:aws:s3:*::acme-backup/*', 'arn:aws:s3::*:acme-backup/*'].map(
    (resource): RuleCase => ({
      name: `another bucket, as ${resource}`,
      changes: { allow: [allow('s3:GetObject', resource)] },
      found: [['outside-bucket', 'security', 'can read files in bucket acme-backup: s3:GetObject.']],
    }),
  ),
  {
    name: 'the bucket that is meant, with stars for what the ARN of a bucket leaves empty',
    changes: { allow: [allow('s3:GetObject', `arn:aws:s3:*:*:${BUCKET}/*`)] },
    found: [],
  },
  ...[
    ['arn:aws:s3:*:*:accesspoint/*', 'behind every access point, as far as'],
    [
      'arn:aws:s3:eu-west-1:444455556666:accesspoint/payroll/object/*',
      'behind access point arn:aws:s3:eu-west-1:444455556666:accesspoint/payroll, as far as',
    ],
    [
      'arn:aws:s3::111122223333:accesspoint/m*.mrap/object/*',
      'behind every access point that is called like arn:aws:s3::111122223333:accesspoint/m',
    ],
  ].map(
    ([resource = '', says = '']): RuleCase => ({
      name: `files behind ${resource}`,
      changes: { allow: [allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resource)] },
      found: [['outside-bucket', 'security', 'read files, write files and delete files', says]],
    }),
  ),
  {
    name: 'access points themselves',
    changes: { allow: [allow(['s3:GetAccessPointPolicy', 's3:PutAccessPointPolicy'], 'arn:aws:s3:*:*:accesspoint/*')] },
    found: [
      ['permission-change', 'security', 'in the account: s3:PutAccessPointPolicy'],
      ['extra-read', 'suggestion', 's3:GetAccessPointPolicy'],
    ],
  },
  {
    name: 'the whole bucket where a folder is meant',
    expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/'] }] },
    found: [
      ['outside-prefix', 'security', 'read files, write files and delete files outside of Client123/'],
      ['outside-prefix', 'warning', 'list the names of all files'],
    ],
  },
  {
    name: 'names in another folder than the one that is meant',
    changes: {
      allow: [allow('s3:ListBucket', BUCKET_ARN, { Condition: { StringLike: { 's3:prefix': 'payroll/*' } } })],
    },
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['Client123/'] }] },
    expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/'] }] },
    found: [['outside-prefix', 'warning', 'not in Client123/: if StringLike s3:prefix payroll/*']],
  },
  {
    name: 'a folder beside the one that is meant',
    changes: { allow: [allow('s3:GetObject', `${BUCKET_ARN}/payroll/*`)] },
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['Client123/'] }] },
    expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/'] }] },
    found: [['outside-prefix', 'security', 'read files outside of Client123/']],
  },
  ...[
    // An empty prefix lists everything, too: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    ['an empty prefix', { StringLike: { 's3:prefix': ['', 'Client123/*'] } }],
    ['another folder', { StringLike: { 's3:prefix': 'secret/*' } }],
    ['folders that begin alike', { StringLike: { 's3:prefix': 'C*' } }],
    ['no prefix, or the folder', { StringLikeIfExists: { 's3:prefix': 'Client123/*' } }],
    ['no prefix', { Null: { 's3:prefix': 'true' } }],
    ['all folders but one', { StringNotLike: { 's3:prefix': 'secret/*' } }],
    ['so many names at a time', { NumericLessThanEquals: { 's3:max-keys': 1000 } }],
    ['addresses', { IpAddress: { 'aws:SourceIp': '52.1.2.0/24' } }],
  ].map(
    ([name, Condition]): RuleCase => ({
      name: `names beside the folder that is meant, under a condition: ${name}`,
      changes: { allow: [allow('s3:ListBucket', BUCKET_ARN, { Condition })] },
      grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['Client123/'] }] },
      expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/'] }] },
      found: [['outside-prefix', 'warning', 'that are not in Client123/: if']],
    }),
  ),
  {
    name: 'names in the folder that is meant, under conditions',
    changes: {
      allow: [
        allow('s3:ListBucket', BUCKET_ARN, { Condition: { StringLike: { 's3:prefix': 'Client123/in/*' } } }),
        allow('s3:ListBucket', BUCKET_ARN),
        deny('s3:ListBucket', BUCKET_ARN, { Condition: { StringNotLike: { 's3:prefix': 'Client123/*' } } }),
      ],
    },
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['Client123/'] }] },
    expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/'] }] },
    rules: ['outside-prefix'],
    found: [],
  },
  {
    name: 'just the folder that is meant',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['Client123/', 'Client 9/in/'] }] },
    expected: { buckets: [{ name: BUCKET, prefixes: ['Client123/', 'Client 9/in/'] }] },
    found: [],
  },
  // Within the bucket
  {
    name: 'a policy that can be written, behind Block Public Access',
    changes: { allow: [allow('s3:PutBucketPolicy', BUCKET_ARN)] },
    found: [['permission-change', 'security', 's3:PutBucketPolicy', BUCKET]],
  },
  {
    name: 'a policy that can be written, and nothing stands before publishing',
    changes: { allow: [allow('s3:PutBucketPolicy', BUCKET_ARN)], bucket: OPEN_BLOCK },
    found: [
      ['permission-change', 'security', 's3:PutBucketPolicy'],
      ['can-publish', 'security', 'public by its policy', 'does not stand before it'],
    ],
  },
  {
    name: 'access control lists of a bucket that has them',
    changes: { allow: [allow('s3:PutObjectAcl', OBJECTS)], bucket: { ...OPEN_BLOCK, ownership: read('ObjectWriter') } },
    found: [
      ['permission-change', 'security', 's3:PutObjectAcl'],
      ['can-publish', 'security', 'access control lists'],
    ],
  },
  {
    name: 'Block Public Access that can be turned off',
    changes: {
      allow: [allow(['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutAccountPublicAccessBlock'])],
    },
    rules: ['can-publish'],
    found: [['can-publish', 'security', 'it can turn Block Public Access off before']],
  },
  {
    name: 'Block Public Access that could not be read',
    changes: {
      allow: [allow('s3:PutBucketPolicy', BUCKET_ARN)],
      bucket: {
        publicAccessBlock: unread('Block Public Access of the bucket', 's3:GetBucketPublicAccessBlock'),
        accountPublicAccessBlock: { state: 'absent' },
      },
    },
    rules: ['can-publish'],
    found: [],
    blind: ['Block Public Access of the bucket'],
  },
  {
    name: 'old versions, of all files',
    changes: { allow: [allow('s3:DeleteObjectVersion', OBJECTS), allow('s3:PutLifecycleConfiguration', BUCKET_ARN)] },
    found: [['history-deletion', 'security', 's3:DeleteObjectVersion', 's3:PutLifecycleConfiguration']],
  },
  {
    name: 'the bucket itself',
    changes: { allow: [allow('s3:DeleteBucket', BUCKET_ARN)] },
    found: [['bucket-deletion', 'security', BUCKET]],
  },
  {
    name: 'copies elsewhere',
    changes: { allow: [allow(['s3:PutReplicationConfiguration', 's3:PutBucketNotification'], BUCKET_ARN)] },
    found: [['copies-elsewhere', 'security', 's3:PutReplicationConfiguration', 's3:PutBucketNotification']],
  },
  {
    name: 'what is allowed under a condition whose key its requests never have',
    changes: {
      allow: [
        allow('s3:DeleteBucket', BUCKET_ARN, { Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } }),
        allow('kms:PutKeyPolicy', '*', { Condition: { StringEquals: { 'kms:MessageType': 'RAW' } } }),
        allow('s3:CreateAccessPoint', '*', { Condition: { StringLike: { 's3:prefix': '*' } } }),
      ],
    },
    found: [],
  },
  {
    name: 'what is allowed unless a key has a value that its requests never have',
    changes: {
      allow: [allow('s3:DeleteBucket', BUCKET_ARN, { Condition: { StringNotEquals: { 's3:x-amz-acl': 'private' } } })],
    },
    found: [['bucket-deletion', 'security', BUCKET]],
  },
  {
    name: 'what a bucket policy leaves to access points, which have to do with objects only',
    changes: {
      bucket: {
        policy: bucketPolicy({
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: '*',
          Resource: [BUCKET_ARN, OBJECTS],
          Condition: { StringEquals: { 's3:DataAccessPointAccount': '111122223333' } },
        }),
      },
    },
    rules: ['permission-change', 'bucket-deletion', 'copies-elsewhere'],
    found: [['permission-change', 'security', `in bucket ${BUCKET}: s3:PutObjectAcl, s3:PutObjectVersionAcl.`]],
  },
  {
    name: 'settings, read and written',
    changes: { allow: [allow(['s3:GetBucketPolicy', 's3:PutBucketCORS'], BUCKET_ARN), allow('s3:ListAllMyBuckets')] },
    found: [
      ['extra-write', 'warning', 's3:PutBucketCORS'],
      ['extra-read', 'suggestion', 's3:GetBucketPolicy'],
      ['list-all-buckets', 'suggestion', 's3:ListAllMyBuckets'],
    ],
  },
  {
    name: 'extended access where minimal is meant',
    grant: { access: 'extended' },
    found: [['larger-level', 'suggestion', 's3:AbortMultipartUpload', '--access extended']],
  },
  {
    name: 'the managed policy where minimal access is meant',
    grant: { access: 'full' },
    rules: ['larger-level', 'other-service'],
    found: [['larger-level', 'warning', 'AmazonS3FullAccess is attached', 'aws iam detach-role-policy']],
  },
  {
    name: 'every action of S3 on the bucket',
    changes: { allow: [allow('s3:*', [BUCKET_ARN, OBJECTS])] },
    rules: ['larger-level'],
    found: [['larger-level', 'warning', 'every action of S3', 'Statement 1 of more']],
  },
  {
    name: 'a wildcard of which a boundary leaves what is meant',
    changes: {
      allow: [allow('s3:*')],
      principal: { boundary: boundary(allow(['s3:PutObject', 's3:GetObject'], OBJECTS)) },
    },
    found: [],
  },
  {
    name: 'a wildcard that is not in force, beside actions of extended access',
    changes: {
      allow: [
        allow('s3:*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
        allow(['s3:GetBucketTagging', 's3:AbortMultipartUpload'], [BUCKET_ARN, OBJECTS]),
      ],
    },
    found: [
      ['larger-level', 'suggestion', 's3:AbortMultipartUpload', 'take them out of the policies of'],
      ['extra-read', 'suggestion', 's3:GetBucketTagging'],
    ],
  },
  {
    name: 'a wildcard on another bucket, which is denied, beside one more action',
    changes: {
      allow: [
        allow('s3:*', ['arn:aws:s3:::acme-raw', 'arn:aws:s3:::acme-raw/*']),
        { Effect: 'Deny', Action: 's3:*', Resource: ['arn:aws:s3:::acme-raw', 'arn:aws:s3:::acme-raw/*'] },
        allow('s3:GetBucketTagging', BUCKET_ARN),
      ],
    },
    found: [['extra-read', 'suggestion', 's3:GetBucketTagging']],
  },
  {
    name: 'what writes replicas is no copy elsewhere',
    changes: { allow: [allow(['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], OBJECTS)] },
    found: [['extra-write', 'warning', 's3:ReplicateDelete, s3:ReplicateObject, s3:ReplicateTags']],
  },
  // What is allowed by policies of others
  {
    name: 'what the bucket policy allows is to be taken out of it',
    changes: {
      bucket: {
        policy: bucketPolicy(
          {
            Sid: 'Role',
            Effect: 'Allow',
            Principal: { AWS: ROLE_ARN },
            Action: ['s3:PutBucketPolicy', 's3:DeleteBucket', 's3:PutBucketCORS', 's3:GetBucketCORS'],
            Resource: BUCKET_ARN,
          },
          {
            Effect: 'Allow',
            Principal: { AWS: ROLE_ARN },
            Action: ['s3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
            Resource: `${BUCKET_ARN}/archive/*`,
          },
        ),
      },
    },
    found: [
      ['permission-change', 'security', `out of statement Role of the policy of bucket ${BUCKET};`],
      ['history-deletion', 'security', `out of statement 2 of the policy of bucket ${BUCKET}:`],
      ['bucket-deletion', 'security', `out of statement Role of the policy of bucket ${BUCKET}.`],
      ['extra-write', 'warning', `out of statement Role of the policy of bucket ${BUCKET},`],
      ['larger-level', 'suggestion', `out of statement 2 of the policy of bucket ${BUCKET}.`],
      ['extra-read', 'suggestion', `out of statement Role of the policy of bucket ${BUCKET},`],
    ],
  },
  {
    name: 'what both allow is to be taken out of both',
    changes: {
      allow: [allow('s3:PutBucketAcl', BUCKET_ARN)],
      bucket: {
        policy: bucketPolicy({
          Effect: 'Allow',
          Principal: { AWS: ROLE_ARN },
          Action: 's3:PutBucketPolicy',
          Resource: BUCKET_ARN,
        }),
        ...OPEN_BLOCK,
      },
    },
    found: [
      [
        'permission-change',
        'security',
        'out of the policies of channelmix_s3_access and statement 1 of the policy of bucket',
      ],
      ['can-publish', 'security', 'out of statement 1 of the policy of bucket acme-reports,'],
    ],
  },
  {
    name: 'what a key policy allows is to be taken out of it, and depends on nothing else',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: [], kmsKeyArn: KEY_ARN }] },
    changes: {
      documents: {
        keys: [
          {
            ...keyOf(KEY_ARN),
            policy: read(
              policy(
                [
                  { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' },
                  {
                    Effect: 'Allow',
                    Principal: { AWS: ROLE_ARN },
                    Action: ['kms:PutKeyPolicy', 'kms:Encrypt', 'kms:Decrypt'],
                    Resource: '*',
                  },
                ],
                `policy of key ${KEY_ARN}`,
              ),
            ),
            grants: read([{ id: 'g', granteePrincipal: ROLE_ARN, operations: ['DescribeKey'], constrained: false }]),
          },
        ],
      },
    },
    found: [
      ['key-control', 'security', `(${KEY_ARN}): kms:PutKeyPolicy.`, 'out of statement 2 of the policy of key'],
      ['other-keys', 'warning', `(${KEY_ARN}): kms:`, 'In statement 2 of the policy of key'],
      ['other-keys', 'suggestion', 'kms:DescribeKey', 'out of a grant beside the policy of key'],
    ],
  },
  // Keys
  {
    name: 'the management of keys',
    changes: { allow: [allow(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'])] },
    found: [['key-control', 'security', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']],
  },
  {
    name: 'all keys',
    changes: { allow: [allow(['kms:Decrypt', 'kms:DescribeKey'])] },
    found: [
      ['other-keys', 'warning', 'all keys', 'kms:Decrypt'],
      ['other-keys', 'suggestion', 'kms:DescribeKey'],
    ],
  },
  {
    name: 'the key of the bucket is needed',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: [], kmsKeyArn: KEY_ARN }] },
    found: [],
  },
  // The bucket is public
  {
    name: 'a bucket policy for everybody',
    changes: {
      bucket: {
        ...OPEN_BLOCK,
        policy: bucketPolicy({
          Sid: 'Site',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: OBJECTS,
        }),
      },
    },
    found: [['bucket-public', 'security', 'Everybody on the internet', 'statement Site']],
  },
  {
    name: 'a bucket policy for everybody behind RestrictPublicBuckets',
    changes: {
      bucket: {
        policy: bucketPolicy({
          Effect: 'Allow',
          NotPrincipal: { AWS: '111122223333' },
          Action: 's3:GetObject',
          Resource: OBJECTS,
        }),
      },
    },
    found: [['bucket-public', 'warning', 'only RestrictPublicBuckets stands before it']],
  },
  ...[
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci-*' } },
    { StringLike: { 'aws:PrincipalArn': 'arn:*' } },
    { StringEquals: { 'aws:PrincipalTag/team': 'acme' } },
    { StringEquals: { 'aws:username': 'bob' } },
    { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
    { StringLike: { 'aws:PrincipalAccount': '?*' } },
    { StringLike: { 'aws:userid': '*:*' } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/*' } },
  ].map(
    (Condition): RuleCase => ({
      name: `a bucket policy for everybody under a condition that any account can meet: ${JSON.stringify(Condition)}`,
      changes: { bucket: { ...OPEN_BLOCK, policy: bucketPolicy(toEverybody({ Condition })) } },
      found: [['bucket-public', 'security', 'Everybody with an AWS account may s3:GetObject']],
    }),
  ),
  ...[
    { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
    { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2000::/3'] } },
    { Bool: { 'aws:SecureTransport': 'true' } },
    { StringLike: { 'aws:Referer': 'https://www.example.com/*' } },
  ].map(
    (Condition): RuleCase => ({
      name: `a bucket policy for everybody under a condition that anybody can meet: ${JSON.stringify(Condition)}`,
      changes: { bucket: { ...OPEN_BLOCK, policy: bucketPolicy(toEverybody({ Condition })) } },
      found: [['bucket-public', 'security', 'Everybody on the internet']],
    }),
  ),
  ...[
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/ci-*' } },
    { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } },
    { StringLike: { 'aws:userid': 'AROAEXAMPLEEXAMPLE001:*' } },
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
    { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f6a7b8' } },
  ].map(
    (Condition): RuleCase => ({
      name: `a bucket policy for everybody under a condition that fixes who is meant: ${JSON.stringify(Condition)}`,
      changes: { bucket: { ...OPEN_BLOCK, policy: bucketPolicy(toEverybody({ Condition })) } },
      found: [],
    }),
  ),
  {
    name: 'a bucket policy for everybody, and a Deny of all strangers',
    rules: ['bucket-public'],
    changes: {
      bucket: {
        ...OPEN_BLOCK,
        policy: bucketPolicy(
          toEverybody({ Action: 's3:*' }),
          denyUnless({ StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } }),
        ),
      },
    },
    found: [],
  },
  {
    name: 'a bucket policy for everybody, and a Deny of all other addresses',
    changes: {
      bucket: {
        ...OPEN_BLOCK,
        policy: bucketPolicy(toEverybody({}), denyUnless({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })),
      },
    },
    found: [],
  },
  {
    name: 'a bucket policy for everybody, and a Deny of those who did not sign in, or of something else',
    changes: {
      bucket: {
        ...OPEN_BLOCK,
        policy: bucketPolicy(
          toEverybody({}),
          denyUnless({ Null: { 'aws:PrincipalArn': 'true' } }),
          denyUnless({ StringNotEquals: { 's3:ExistingObjectTag/public': 'yes' } }),
        ),
      },
    },
    found: [['bucket-public', 'security', 'Everybody with an AWS account']],
  },
  {
    name: 'a bucket policy for everybody that excepts an action',
    rules: ['bucket-public'],
    changes: {
      bucket: {
        ...OPEN_BLOCK,
        policy: bucketPolicy({ Effect: 'Allow', Principal: '*', NotAction: 's3:PutObject', Resource: OBJECTS }),
      },
    },
    found: [['bucket-public', 'security', 'Everybody on the internet may do all but s3:PutObject in']],
  },
  {
    name: 'policies that could not be read are told',
    changes: {
      principal: {
        identity: { read: [], unreadable: [unread('the policy x', 'iam:GetPolicyVersion').why] },
        boundary: unread('the boundary', 'iam:GetPolicyVersion'),
      },
      bucket: { policy: unread('the bucket policy', 's3:GetBucketPolicy') },
    },
    found: [],
    blind: ['the policy x', 'the boundary', 'the bucket policy'],
  },
];

describe('what more it can do', () => runCases(RULES, CASES));

const SESSION = 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/admin';
const OTHERS_SESSION = 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access_2/admin';
const userid = (operator: string, value: string) => ({ Condition: { [operator]: { 'aws:userid': value } } });
const grantTo = (granteePrincipal: string) => ({
  documents: {
    keys: [
      {
        ...keyOf(KEY_ARN),
        grants: read([{ id: 'g-1', granteePrincipal, operations: ['CreateGrant'], constrained: false }]),
      },
    ],
  },
});

/** Who assumes a role chooses the name of the session. */
const SESSIONS: readonly RuleCase[] = [
  {
    name: 'everything of IAM for sessions of one name',
    changes: { allow: [allow('iam:*', '*', userid('StringLike', '*:admin'))] },
    found: [
      ['escalation-path', 'security'],
      ['escalation-path', 'security'],
    ],
  },
  {
    name: 'everything of IAM but for sessions of one name, or of all others',
    changes: {
      allow: [
        allow('iam:*'),
        { ...allow('iam:*', '*', userid('StringLike', '*:channelmix')), Effect: 'Deny' },
        { ...allow('iam:*', '*', userid('StringNotLike', '*:admin')), Effect: 'Deny' },
      ],
    },
    found: [
      ['escalation-path', 'security'],
      ['escalation-path', 'security'],
    ],
  },
  {
    name: 'everything of IAM for another role’s sessions',
    changes: { allow: [allow('iam:*', '*', userid('StringLike', 'AROAEXAMPLEEXAMPLE002:*'))] },
    found: [],
  },
  {
    name: 'everything of IAM for a text with a star that is no wildcard',
    changes: { allow: [allow('iam:*', '*', userid('StringEquals', 'AROAEXAMPLEEXAMPLE001:*'))] },
    found: [],
  },
  {
    name: 'everything of IAM, which is denied to all sessions of the role',
    changes: {
      allow: [
        allow('iam:*'),
        { ...allow('iam:*', '*', userid('StringLike', 'AROAEXAMPLEEXAMPLE001:*')), Effect: 'Deny' },
      ],
    },
    found: [],
  },
  {
    name: 'a bucket policy that lets a session of the role write it',
    changes: {
      bucket: {
        policy: bucketPolicy({ ...allow('s3:PutBucketPolicy', BUCKET_ARN), Principal: { AWS: SESSION } }),
      },
    },
    found: [['permission-change', 'security']],
  },
  {
    name: 'a bucket policy that lets a session of another role write it',
    changes: {
      bucket: {
        policy: bucketPolicy({ ...allow('s3:PutBucketPolicy', BUCKET_ARN), Principal: { AWS: OTHERS_SESSION } }),
      },
    },
    found: [],
  },
  {
    name: 'a key policy that lets a session of the role do everything',
    changes: {
      documents: {
        keys: [
          {
            ...keyOf(KEY_ARN),
            policy: read(policy([{ ...allow('kms:*'), Principal: { AWS: SESSION } }], `policy of key ${KEY_ARN}`)),
          },
        ],
      },
    },
    found: [['key-control', 'security']],
  },
  { name: 'a grant to a session of the role', changes: grantTo(SESSION), found: [['key-control', 'security']] },
  { name: 'a grant to a session of another role', changes: grantTo(OTHERS_SESSION), found: [] },
];

const lets = (...actions: readonly string[]) => ({
  trust: trustPolicy(trustStatement({ Action: ['sts:AssumeRole', ...actions] })),
});
const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/admin': 'yes' } } };
const identified = { Condition: { StringEquals: { 'aws:SourceIdentity': 'admin' } } };
const unidentified = { Effect: 'Deny', Condition: { Null: { 'aws:SourceIdentity': 'true' } } };
const ESCALATES = [
  ['escalation-path', 'security'],
  ['escalation-path', 'security'],
] as const;

/** What a trust policy lets whoever assumes the role say of the session. */
const CHOSEN: readonly RuleCase[] = [
  {
    name: 'everything of IAM by a tag that the role does not have',
    changes: { allow: [allow('iam:*', '*', tagged)] },
    found: [],
  },
  {
    name: 'everything of IAM by a tag that ChannelMix may choose',
    changes: { allow: [allow('iam:*', '*', tagged)], principal: lets('sts:TagSession') },
    found: ESCALATES,
  },
  {
    name: 'everything of IAM where the role’s tag is not the one, which ChannelMix may choose',
    changes: {
      allow: [allow('iam:*', '*', tagged)],
      principal: { ...lets('sts:*'), tags: read({ admin: 'no' }) },
    },
    found: ESCALATES,
  },
  {
    name: 'everything of IAM by a tag that another account may choose',
    changes: {
      allow: [allow('iam:*', '*', tagged)],
      principal: {
        trust: trustPolicy(
          trustStatement(),
          trustStatement({ Principal: { AWS: '444455556666' }, Action: 'sts:TagSession' }),
        ),
      },
    },
    found: [],
  },
  {
    name: 'everything of S3 by a tag that ChannelMix may choose',
    changes: { allow: [allow('s3:*', '*', tagged)], principal: lets('sts:TagSession') },
    found: [['permission-change', 'security']],
  },
  {
    name: 'everything of IAM by a source identity, which ChannelMix may not set',
    changes: { allow: [allow('iam:*', '*', identified)], principal: lets('sts:TagSession') },
    found: [],
  },
  {
    name: 'everything of IAM by a source identity that ChannelMix may set',
    changes: { allow: [allow('iam:*', '*', identified)], principal: lets('sts:SetSourceIdentity') },
    found: ESCALATES,
  },
  {
    name: 'everything of IAM but without a source identity, which ChannelMix may set',
    changes: {
      allow: [allow('iam:*'), { ...allow('iam:*'), ...unidentified }],
      principal: lets('sts:SetSourceIdentity'),
    },
    found: ESCALATES,
  },
  {
    name: 'an administrator by a tag that ChannelMix may choose, within the values that its trust policy has',
    changes: {
      allow: [allow('*', '*', tagged)],
      principal: {
        trust: trustPolicy(
          trustStatement(),
          trustStatement({
            Action: 'sts:TagSession',
            Condition: { StringEquals: { 'aws:RequestTag/admin': ['yes', 'no'] } },
          }),
        ),
      },
    },
    rules: ['admin-access'],
    found: [['admin-access', 'security', 'under conditions']],
  },
];

describe('what more it can do in a session that it describes', () =>
  runCases(['admin-access', 'escalation-path', 'permission-change'], CHOSEN));

describe('what more it can do in a session of another name', () =>
  runCases(['escalation-path', 'permission-change', 'key-control'], SESSIONS));
