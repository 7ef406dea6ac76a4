// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import type { AuditExpectation } from '../../src/model/audit.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import {
  ABSENT,
  ACCOUNT,
  all,
  BUCKET,
  BUCKET_ARN,
  bucketPolicy,
  deployed,
  documentsWith,
  expectedOf,
  GRANT,
  KEY_ARN,
  keyOf,
  OTHER_ACCOUNT,
  policy,
  ROLE_ARN,
  read,
  unread,
} from './documents.ts';

/** Accounts of which every request is decided one by one: all that can make an answer depend on something. */
export interface MatrixAccount {
  readonly name: string;
  readonly documents: AuditDocuments;
  readonly expected: AuditExpectation;
}

const OBJECTS = `${BUCKET_ARN}/*`;
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

function havingOnly(...statements: readonly JsonValue[]) {
  return { principal: { identity: all(policy(statements)) } };
}

function account(name: string, documents: AuditDocuments, expected = expectedOf()): MatrixAccount {
  return { name, documents, expected };
}

const PREFIXED = {
  ...GRANT,
  access: 'extended' as const,
  buckets: [
    { name: BUCKET, create: true, prefixes: ['Client 1/', 'b/'], kmsKeyArn: KEY_ARN },
    { name: 'acme-raw', create: false, prefixes: [] },
  ],
};
const FULL = {
  ...GRANT,
  access: 'full' as const,
  buckets: Array.from({ length: 5 }, (_, index) => ({ name: `acme-${index}`, create: index < 2, prefixes: [] })),
};

export const MATRIX_ACCOUNTS: readonly MatrixAccount[] = [
  account('prefixes, a key and two buckets, as deployed', deployed(PREFIXED), expectedOf(PREFIXED)),
  account('the key way', deployed({ ...PREFIXED, auth: 'key' }), expectedOf(PREFIXED)),
  account('full access to five buckets', deployed(FULL), expectedOf(FULL)),
  account('full access where the minimum would do', deployed(FULL), expectedOf({ ...FULL, access: 'minimal' })),
  account(
    'more than is needed, but for what is denied',
    documentsWith(
      havingOnly(
        { Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::acme-*', `${BUCKET_ARN}/*`] },
        { Effect: 'Deny', Action: ['s3:Delete*', 's3:PutBucket*'], Resource: '*' },
        { Effect: 'Deny', NotAction: 's3:ListBucket', NotResource: [OBJECTS, BUCKET_ARN, 'arn:aws:s3:::acme-a?c/x*'] },
      ),
    ),
  ),
  account(
    'buckets with stars for region and account, and what is no bucket',
    documentsWith(
      havingOnly(
        { Effect: 'Allow', Action: 's3:Get*', Resource: ['arn:aws:s3:*:*:*', 'arn:aws:s3:*:*:accesspoint/*'] },
        { Effect: 'Allow', Action: 's3:Put*', Resource: 'arn:*:s3:*::acme-*/b*' },
        { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3::*:acme-a*' },
      ),
    ),
  ),
  account(
    'conditions on keys that some of the actions lack',
    documentsWith(
      havingOnly(
        {
          Effect: 'Allow',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringLike: { 's3:prefix': 'a/*' }, StringNotEquals: { 's3:x-amz-acl': 'private' } },
        },
        {
          Effect: 'Allow',
          Action: 's3:*Object*',
          Resource: OBJECTS,
          Condition: { StringNotEqualsIfExists: { 's3:x-amz-acl': ['private', '${s3:x-amz-grant-read}'] } },
        },
        {
          Effect: 'Deny',
          Action: 's3:*',
          Resource: OBJECTS,
          Condition: { Null: { 's3:x-amz-storage-class': 'true' } },
        },
      ),
    ),
  ),
  account(
    'lists of other prefixes, and of none',
    documentsWith(
      havingOnly(
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: BUCKET_ARN,
          Condition: { StringLike: { 's3:prefix': ['Client 1/*', 'c/*', ''] } },
        },
        { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: `${BUCKET_ARN}/Client 1/2024*` },
      ),
    ),
    expectedOf(PREFIXED),
  ),
  account(
    'a bucket policy with conditions, and tags of the principal',
    documentsWith({
      ...havingOnly({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: [BUCKET_ARN, `${BUCKET_ARN}/\${aws:PrincipalTag/team}/*`],
      }),
      bucket: {
        policy: bucketPolicy(
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [BUCKET_ARN, OBJECTS],
            Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' }, Bool: { 'aws:ViaAWSService': 'false' } },
          },
          {
            Effect: 'Allow',
            Principal: { AWS: ROLE_ARN },
            Action: 's3:GetObject',
            Resource: `${BUCKET_ARN}/shared/*`,
            Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:PutObject',
            Resource: OBJECTS,
            Condition: { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
          },
        ),
      },
    }),
  ),
  account(
    'tags that could not be read',
    documentsWith({
      principal: {
        identity: all(
          policy([{ Effect: 'Allow', Action: 's3:*', Resource: `${BUCKET_ARN}/\${aws:PrincipalTag/team}/*` }]),
        ),
        tags: unread('the tags', 'iam:ListRoleTags'),
      },
    }),
  ),
  account(
    'numbers and sets',
    documentsWith(
      havingOnly(
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: BUCKET_ARN,
          Condition: { NumericLessThanEquals: { 's3:max-keys': '100' } },
        },
        {
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: OBJECTS,
          Condition: { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['a', 'b'] } },
        },
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Null: { 's3:max-keys': 'true' } } },
      ),
    ),
  ),
  account(
    'an unread bucket policy',
    documentsWith({ bucket: { policy: unread(`the policy of bucket ${BUCKET}`, 's3:GetBucketPolicy') } }),
  ),
  account(
    'an unread policy of the role, and a boundary that could not be read',
    documentsWith({
      principal: {
        identity: {
          read: deployed().principal.identity.read,
          unreadable: [unread('policy x', 'iam:GetRolePolicy').why],
        },
        boundary: unread('the boundary', 'iam:GetPolicy'),
      },
    }),
  ),
  account(
    'a boundary and an organization',
    documentsWith({
      principal: {
        boundary: read(policy([{ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' }], 'boundary')),
      },
      documents: {
        organization: {
          id: read('o-1'),
          scps: read([
            { id: 'r-1', policies: [policy([EVERYTHING], 'full')] },
            {
              id: 'ou-1',
              policies: [
                policy([EVERYTHING], 'full'),
                policy(
                  [
                    {
                      Effect: 'Deny',
                      NotAction: 'iam:*',
                      Resource: '*',
                      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
                    },
                  ],
                  'regions',
                ),
              ],
            },
          ]),
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
                      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
                    },
                  ],
                  'perimeter',
                ),
              ],
            },
          ]),
        },
      },
    }),
  ),
  account(
    'the bucket of another account, whose policy names the role',
    documentsWith({
      bucket: {
        owner: read(OTHER_ACCOUNT),
        policy: bucketPolicy({
          Effect: 'Allow',
          Principal: { AWS: ROLE_ARN },
          Action: ['s3:GetObject', 's3:ListBucket'],
          Resource: [BUCKET_ARN, OBJECTS],
        }),
      },
    }),
  ),
  account(
    'an unknown owner',
    documentsWith({ bucket: { owner: unread('the owner', 's3:ListAllMyBuckets'), policy: ABSENT } }),
  ),
  account('a bucket of which nothing is known', documentsWith({ documents: { buckets: [] } })),
  account('keys: one that leaves nothing to IAM, one of which the policy could not be read, one with grants', {
    ...documentsWith({ allow: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] }),
    keys: [
      {
        ...keyOf(KEY_ARN),
        policy: read(
          policy([{ Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'kms:Decrypt', Resource: '*' }], 'k1'),
        ),
      },
      { ...keyOf(`${KEY_ARN}2`), policy: unread('the policy of key 2', 'kms:GetKeyPolicy') },
      {
        ...keyOf(`${KEY_ARN}3`),
        policy: read(
          policy(
            [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/admin` },
                Action: 'kms:*',
                Resource: '*',
              },
            ],
            'k3',
          ),
        ),
        grants: read([
          { id: 'g1', granteePrincipal: ROLE_ARN, operations: ['Decrypt'], constrained: false },
          { id: 'g2', granteePrincipal: ROLE_ARN, operations: ['GenerateDataKey'], constrained: true },
        ]),
      },
    ],
  }),
];
