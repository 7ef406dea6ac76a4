import { auditPermissions } from '../../../src/audit/index.ts';
import { keyPolicyStatement } from '../../../src/generate/policy-documents.ts';
import { grantPolicy, policy } from '../../../src/sandbox/scenarios/documents.ts';
import type { CorpusAccount } from './account.ts';
import {
  ACCOUNT,
  ALLOW_ALL_DOCUMENT,
  BUCKET,
  deployed,
  encrypted,
  foreignWorld,
  goodRole,
  KEY_ARN,
  MANAGEMENT,
  OF_ROLE,
  OTHER,
  OTHER_KEY_ARN,
  organizationWorld,
  ROLE_ARN,
  roleWorld,
  USER_ARN,
  userWorld,
} from './parts.ts';

const FULL = { name: BUCKET, create: true, prefixes: [] };
const FOLDERS = { name: BUCKET, create: false, prefixes: ['Client1/', 'Client 2/'] };

const FOREIGN_OPEN = [
  'Block Public Access',
  'Object Lock',
  'Object Ownership',
  'Requester Pays',
  'default encryption',
  'server access logging',
  'the ACL',
  'the lifecycle rules',
  'the owner',
  'the policy',
  'the unfinished multipart uploads',
  'versioning',
].map((fact) => `${fact} of bucket ${BUCKET}`);

/** Nothing is found in these: each kind of grant that the kit can make, and what may be around it. */
export const GOOD: readonly CorpusAccount[] = [
  deployed('role-minimal', 'The role that the kit proposes, and a bucket that it makes.', {}),
  deployed('role-minimal-existing', 'The same for a bucket that was there.', { buckets: [{ ...FULL, create: false }] }),
  deployed('role-minimal-folders', 'Access to two folders of a bucket.', { buckets: [FOLDERS] }),
  deployed('role-extended', 'What large, tagged and interrupted uploads need, too.', { access: 'extended' }),
  deployed('role-extended-folders', 'The same in two folders.', { access: 'extended', buckets: [FOLDERS] }),
  deployed('role-full', 'AmazonS3FullAccess, as it was agreed.', { access: 'full' }),
  deployed('role-kms', 'A bucket that is encrypted with a key of the client.', {
    buckets: [{ ...FULL, kmsKeyArn: KEY_ARN }],
  }),
  deployed('role-extended-kms-folders', 'Two folders of an encrypted bucket.', {
    access: 'extended',
    buckets: [{ ...FOLDERS, kmsKeyArn: KEY_ARN }],
  }),
  deployed('role-three-buckets', 'Three buckets: one is made, one is encrypted, one has folders.', {
    buckets: [
      FULL,
      { name: 'acme-raw', create: false, prefixes: [], kmsKeyArn: KEY_ARN },
      { ...FOLDERS, name: 'acme-shared' },
    ],
  }),
  deployed('role-unguessable', 'A role with a path, tags and random letters in its name.', {
    roleName: 'channelmix_s3_access-k3q9x7m2v8d4h6zt',
    rolePath: '/vendors/',
    tags: { owner: 'marketing' },
  }),
  deployed('role-boundary', 'A role with the boundary that the client puts on every role.', {
    permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  }),
  deployed('user-minimal', 'A user with an access key.', { auth: 'key', roleName: 'channelmix' }),
  deployed('user-extended-folders', 'A user with more, in two folders.', {
    auth: 'key',
    access: 'extended',
    buckets: [FOLDERS],
  }),
  deployed('user-full', 'A user with AmazonS3FullAccess, as it was agreed.', { auth: 'key', access: 'full' }),
  deployed('user-kms', 'A user, and an encrypted bucket.', { auth: 'key', buckets: [{ ...FULL, kmsKeyArn: KEY_ARN }] }),
  {
    name: 'nobody-named-a-bucket',
    title: 'The audit names no bucket: it takes the one that the policies name.',
    world: roleWorld(),
    audit: OF_ROLE,
    finds: [],
    exit: 0,
  },
  {
    name: 'bucket-of-another-account',
    title: 'The bucket is in another account of the client, and its policy lets the role do what it needs.',
    world: foreignWorld(),
    audit: OF_ROLE,
    finds: [],
    // What only its owner may read of it is told, and never taken for good.
    open: FOREIGN_OPEN,
    notAsked: ["Block Public Access of the bucket's account", 'the resource control policies (RCPs)'],
    exit: 3,
    onlyInSandbox: 'LocalEmu lets other accounts read the settings of a bucket.',
  },
  {
    name: 'bucket-of-another-account-told',
    title: 'The same, with what the owner of the bucket reads of it.',
    world: foreignWorld(),
    audit: { ...OF_ROLE, told: { buckets: OTHER } },
    finds: [],
    notAsked: ['the resource control policies (RCPs)'],
    exit: 0,
    onlyInSandbox: 'LocalEmu is content when one side allows.',
  },
  {
    name: 'bucket-and-key-of-another-account',
    title: 'The bucket is encrypted with a key of its account, whose policy lets the role use it.',
    world: foreignWorld({
      roles: [goodRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { kmsKeyArn: OTHER_KEY_ARN }) } })],
      bucket: encrypted(OTHER_KEY_ARN),
      keys: [
        {
          arn: OTHER_KEY_ARN,
          policy: policy(
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OTHER}:root` }, Action: 'kms:*', Resource: '*' },
            keyPolicyStatement(ROLE_ARN),
          ),
        },
      ],
    }),
    audit: { ...OF_ROLE, told: { buckets: OTHER } },
    finds: [],
    notAsked: ['the resource control policies (RCPs)'],
    exit: 0,
    onlyInSandbox: 'LocalEmu is content when one side allows.',
  },
  {
    name: 'organization-in-order',
    title: 'The organization has policies, none of which is in the way.',
    world: organizationWorld({
      scps: [
        [ALLOW_ALL_DOCUMENT],
        [ALLOW_ALL_DOCUMENT, policy({ Effect: 'Deny', Action: 'organizations:*', Resource: '*' })],
      ],
    }),
    audit: { ...OF_ROLE, told: { organization: MANAGEMENT } },
    finds: [],
    exit: 0,
    onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
  },
  {
    name: 'organization-keeps-to-itself',
    title: 'The same, as far as somebody in the account may read it.',
    world: organizationWorld({}),
    audit: OF_ROLE,
    finds: [],
    notAsked: ['the policies of the organization for account 111122223333'],
    exit: 0,
  },
  {
    name: 'auditor-with-the-least',
    title: 'Whoever audits has what --print-permissions prints, and nothing else.',
    world: roleWorld(
      {},
      {},
      {
        users: [
          {
            name: 'auditor',
            inline: {
              audit: auditPermissions({
                partition: 'aws',
                principal: ROLE_ARN,
                buckets: [BUCKET],
                kmsKeyArns: [],
                lastAccessed: true,
              }),
            },
          },
        ],
      },
    ),
    audit: { ...OF_ROLE, buckets: [{ name: BUCKET }], auditor: 'auditor' },
    finds: [],
    exit: 0,
  },
  {
    name: 'user-by-its-arn',
    title: 'A user whose policies come from a managed policy, named by its ARN.',
    world: userWorld(
      { inline: {}, attached: [`arn:aws:iam::${ACCOUNT}:policy/channelmix`] },
      {},
      { policies: [{ name: 'channelmix', document: grantPolicy(BUCKET) }] },
    ),
    audit: { user: USER_ARN },
    finds: [],
    exit: 0,
  },
];
