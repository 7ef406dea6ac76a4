import * as pulumi from '@pulumi/pulumi';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy, type Program } from '../../src/deploy/index.ts';
import { readGrant } from '../../src/documents/read-grant.ts';
import { S3Access } from '../../stacks/components/index.ts';
import { hideKeysInDebugLog } from '../../stacks/debug-log.ts';
import { openAccount, type TestAccount } from '../deploy/account.ts';
import { bucketSettings, permissionsOf, principalOf } from './reading.ts';

const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

let account: TestAccount;
let deployed: Deployment[] = [];

beforeAll(async () => {
  account = await openAccount('eu-west-1');
  await account.s3.createBucket({
    Bucket: 'existing-bucket',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  await account.iam.createPolicy({
    PolicyName: 'limits',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    }),
  });
});

afterEach(async () => {
  for (const deployment of deployed) await deployment.destroy({ deleteRetained: true, deleteObjects: true });
  deployed = [];
  expect(await account.inventory()).toEqual(['bucket existing-bucket', 'policy limits']);
});

afterAll(() => account.close());

const WAYS = ['role', 'key'] as const;
const LEVELS = ['minimal', 'extended', 'full'] as const;
const combinations = WAYS.flatMap((auth) =>
  LEVELS.flatMap((access) => [false, true].map((createBucket) => ({ auth, access, createBucket }))),
);

describe('the program', () => {
  it.each(combinations)('gives $access access by $auth (new bucket: $createBucket)', async (combination) => {
    const bucket = combination.createBucket ? 'new-bucket' : 'existing-bucket';
    const { outputs, secretOutputs } = await run({ ...combination, bucket });
    const { auth, access } = combination;
    const { own, managed } = await permissionsOf(account, auth, 'channelmix_s3_access');
    expect(managed).toEqual(access === 'full' ? [FULL_ACCESS] : []);
    // One more for a bucket of the kit's own: docs/decisions/0003-probe-versions.md
    const statements =
      { minimal: 2, extended: 3, full: 0 }[access] + (combination.createBucket && access !== 'full' ? 1 : 0);
    expect(own.flatMap(({ Statement }) => Statement)).toHaveLength(statements);
    if (access !== 'full') expect(own).toEqual([JSON.parse(String(outputs.policyJson))]);
    expect(outputs).toMatchObject({ accountId: '111122223333', bucketNames: [bucket] });
    expect(secretOutputs).toEqual(auth === 'key' ? ['secretAccessKey', 'connection.AWS secret access key'] : []);
    expect(outputs.connection).toEqual(expectedForm(auth, outputs));
  });

  it('makes the recommended bucket', async () => {
    await run({ bucket: 'new-bucket', createBucket: true, tags: { team: 'marketing' } });
    expect(await bucketSettings(account, 'new-bucket')).toEqual({
      region: 'eu-west-1',
      publicAccess: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      ownership: ['BucketOwnerEnforced'],
      encryption: { algorithm: 'AES256', key: undefined, bucketKey: false },
      versioning: 'Enabled',
      policy: [
        expect.objectContaining({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ],
      lifecycle: [
        { id: 'abort-incomplete-uploads', status: 'Enabled', abortDays: 7 },
        { id: 'expire-old-versions', status: 'Enabled', oldVersionDays: 30, dropsDeleteMarkers: true },
      ],
      tags: { team: 'marketing' },
    });
  });

  it('takes several buckets with prefixes and keys', async () => {
    await run({
      access: 'minimal',
      buckets: [
        { name: 'existing-bucket', prefixes: ['Client1/', 'Client2/reports'] },
        { name: 'new-bucket', create: true, kmsKeyArn: KEY },
      ],
    });
    const { own } = await permissionsOf(account, 'role', 'channelmix_s3_access');
    const statements = own.flatMap(({ Statement }) => Statement) as readonly {
      readonly Sid: string;
      readonly Resource: unknown;
    }[];
    expect(Object.fromEntries(statements.map(({ Sid, Resource }) => [Sid, Resource]))).toEqual({
      ChannelMixListBucket: 'arn:aws:s3:::new-bucket',
      ChannelMixListPrefixes1: 'arn:aws:s3:::existing-bucket',
      ChannelMixReadWriteObjects: [
        'arn:aws:s3:::existing-bucket/Client1/*',
        'arn:aws:s3:::existing-bucket/Client2/reports/*',
        'arn:aws:s3:::new-bucket/*',
      ],
      ChannelMixRemoveProbeVersions: 'arn:aws:s3:::new-bucket/.channelmix-verify/*',
      ChannelMixUseKey1: KEY,
    });
    expect(await bucketSettings(account, 'new-bucket')).toMatchObject({
      encryption: { algorithm: 'aws:kms', key: KEY, bucketKey: true },
    });
  });

  it.each(WAYS)('gives full access and the use of a key by %s', async (auth) => {
    const { outputs } = await run({ auth, access: 'full', bucket: 'existing-bucket', kmsKeyArn: KEY });
    const { own, managed } = await permissionsOf(account, auth, 'channelmix_s3_access');
    expect(managed).toEqual([FULL_ACCESS]);
    expect(own).toMatchObject([{ Statement: [{ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: KEY }] }]);
    expect(String(outputs.policyJson)).toContain('s3:*');
    expect(String(outputs.policyJson)).toContain(KEY);
  });

  it.each(WAYS)('gives permissions that are too large for one policy by several, by %s', async (auth) => {
    const { outputs, resources } = await run({ auth, buckets: manyPrefixes(150), rolePath: '/vendors/' });
    const { own } = await permissionsOf(account, auth, 'channelmix_s3_access');
    expect(await account.inventory()).toEqual(
      expect.arrayContaining(['1', '2', '3'].map((number) => `policy channelmix_s3_access-${number}`)),
    );
    const policies = resources.filter(({ type }) => type === 'aws:iam/policy:Policy').map(({ name }) => name);
    expect(policies.sort()).toEqual(['channelmix-policy', 'channelmix-policy-2', 'channelmix-policy-3']);
    expect(resources.filter(({ name }) => name.endsWith('-attachment'))).toHaveLength(3);
    const whole = JSON.parse(String(outputs.policyJson)) as { readonly Statement: readonly { readonly Sid: string }[] };
    expect(whole.Statement).toHaveLength(own.flatMap(({ Statement }) => Statement).length);
    expect(new Set(whole.Statement.map(({ Sid }) => Sid)).size).toBe(whole.Statement.length);
    const objects = own.flatMap(({ Statement }) => Statement as readonly { readonly Resource: unknown }[]);
    for (const { Resource } of objects) expect(JSON.stringify(whole)).toContain(JSON.stringify(Resource));
  });

  it.each(WAYS)('shows what the policy of a key must say that leaves permissions to itself, by %s', async (auth) => {
    const { outputs } = await run({ auth, bucket: 'existing-bucket', kmsKeyArn: KEY });
    const arn = outputs.roleArn ?? outputs.userArn;
    expect(JSON.parse(String(outputs.keyPolicyStatementJson))).toMatchObject({ Principal: { AWS: arn } });
    const without = await run({ auth, bucket: 'existing-bucket', roleName: 'other' });
    expect(without.outputs).not.toHaveProperty('keyPolicyStatementJson');
  });

  it.each(WAYS)('sets path, boundary and tags of the %s', async (auth) => {
    const permissionsBoundary = 'arn:aws:iam::111122223333:policy/limits';
    const tags = { team: 'marketing', 'cost:center': '7' };
    const rolePath = '/vendors/channelmix/';
    await run({ auth, bucket: 'existing-bucket', roleName: 'reader', rolePath, permissionsBoundary, tags });
    expect(await principalOf(account, auth, 'reader')).toMatchObject({
      arn: `arn:aws:iam::111122223333:${auth === 'role' ? 'role' : 'user'}/vendors/channelmix/reader`,
      boundary: permissionsBoundary,
      tags,
    });
  });

  it('trusts the account of ChannelMix, with no condition', async () => {
    const { outputs } = await run({ bucket: 'existing-bucket' });
    const { trust } = await principalOf(account, 'role', 'channelmix_s3_access');
    expect(trust).toEqual(JSON.parse(String(outputs.trustPolicyJson)));
    expect(trust).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ChannelMixAssumeRole',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::031871504755:root' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
  });

  it.each(WAYS)('ends the name of a unique %s in 80 random bits', async (auth) => {
    const names = new Set<unknown>();
    for (let turn = 0; turn < 3; turn++) {
      const deployment = await run({ auth, bucket: 'existing-bucket', uniqueName: true, roleName: 'reader' });
      names.add(deployment.outputs[auth === 'role' ? 'roleName' : 'userName']);
      await deployment.destroy();
    }
    expect(names.size).toBe(3);
    for (const name of names) expect(name).toMatch(/^reader-[a-z2-7]{16}$/);
  });

  it('keeps a bucket with data, and gives it up when protectBucket is false', async () => {
    const kept = await run({ bucket: 'new-bucket', createBucket: true });
    expect((await kept.destroy()).retained).toHaveLength(7);
    expect(await account.inventory()).toContain('bucket new-bucket');
    // What stays keeps its settings.
    expect(await bucketSettings(account, 'new-bucket')).toMatchObject({
      versioning: 'Enabled',
      ownership: ['BucketOwnerEnforced'],
    });
    await kept.destroy({ deleteRetained: true });
    const free = await run({ bucket: 'new-bucket', createBucket: true, protectBucket: false });
    expect((await free.destroy()).retained).toEqual([]);
  });
});

describe('the state of a client', () => {
  // A type or logical name that changes here without an alias replaces the role that ChannelMix was told about.
  it('has these resources for a role', async () => {
    const { resources } = await run({ bucket: 'new-bucket', createBucket: true });
    expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'aws:iam/role:Role channelmix-role',
      'aws:iam/rolePolicy:RolePolicy channelmix-policy',
      'aws:s3/bucket:Bucket new-bucket',
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration new-bucket-lifecycle',
      'aws:s3/bucketOwnershipControls:BucketOwnershipControls new-bucket-ownership',
      'aws:s3/bucketPolicy:BucketPolicy new-bucket-tls-only',
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock new-bucket-public-access-block',
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration new-bucket-encryption',
      'aws:s3/bucketVersioning:BucketVersioning new-bucket-versioning',
    ]);
  });

  it('has these resources for a key with full access', async () => {
    const { resources, outputs } = await run({
      auth: 'key',
      access: 'full',
      bucket: 'existing-bucket',
      kmsKeyArn: KEY,
    });
    expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'aws:iam/accessKey:AccessKey channelmix-key',
      'aws:iam/policy:Policy channelmix-policy',
      'aws:iam/user:User channelmix-user',
      'aws:iam/userPolicyAttachment:UserPolicyAttachment channelmix-full-access',
      'aws:iam/userPolicyAttachment:UserPolicyAttachment channelmix-policy-attachment',
    ]);
    expect(resources.at(-1)?.name).toBe('channelmix-key');
    expect(JSON.stringify(resources)).not.toContain(outputs.secretAccessKey);
  });
});

describe('a component', () => {
  it('lets a transform change the arguments and options of each child', async () => {
    const grant = readGrant({ bucket: 'existing-bucket', roleName: 'reader' }, { name: 'a test' });
    const deployment = await run({}, async () => {
      const access = new S3Access('ours', {
        grant,
        transform: {
          role: ({ args, options }) => ({
            args: { ...args, path: '/ours/' },
            options: { ...options, retainOnDelete: true },
          }),
          policy: ({ args, options }) => ({ args: { ...args, name: 'ours' }, options }),
        },
      });
      return { arn: access.roleArn };
    });
    expect(deployment.outputs).toEqual({ arn: 'arn:aws:iam::111122223333:role/ours/reader' });
    expect(deployment.resources.map(({ id, retained }) => ({ id, retained }))).toEqual([
      { id: 'reader', retained: true },
      { id: 'reader:ours', retained: false },
    ]);
  });
});

describe('the debug log', () => {
  it('gets no answer about an access key', () => {
    const before = pulumi.log.debug;
    const written: string[] = [];
    Reflect.set(pulumi.log, 'debug', async (message: string) => {
      written.push(message);
    });
    hideKeysInDebugLog();
    void pulumi.log.debug('RPC finished: resource:k[aws:iam/accessKey:AccessKey]; err: null, resp: a,\nsecret,b');
    void pulumi.log.debug('RPC finished: resource:r[aws:iam/role:Role]; err: null, resp: a,b');
    Reflect.set(pulumi.log, 'debug', before);
    expect(written).toEqual([
      'RPC finished: resource:k[aws:iam/accessKey:AccessKey]; err: null, resp: [hidden]',
      'RPC finished: resource:r[aws:iam/role:Role]; err: null, resp: a,b',
    ]);
  });
});

describe('a wrong config', () => {
  it.each([
    ['an unknown key', { bucket: 'existing-bucket', rolename: 'x' }, 'channelmix-s3:rolename: is not a known key'],
    [
      'a wrong type',
      { bucket: 'existing-bucket', createBucket: 'maybe' },
      'channelmix-s3:createBucket: "maybe" must be true or false',
    ],
    ['more policies than IAM attaches', { buckets: manyPrefixes(800) }, 'IAM attaches 10 to one role or user'],
    [
      'a key in another region than the bucket that is made',
      { bucket: 'new-bucket', createBucket: true, kmsKeyArn: KEY.replace('eu-west-1', 'us-east-1') },
      `kmsKeyArn of bucket new-bucket: "${KEY.replace('eu-west-1', 'us-east-1')}" is in region "us-east-1", but aws:region`,
    ],
  ])('stops before anything is created: %s', async (_name, config, message) => {
    await expect(run(config)).rejects.toThrow(message);
    await expect(run(config)).rejects.toMatchObject({ code: 'input' });
  });

  it.each(['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])(
    'is a role in %s, which ChannelMix could not assume',
    async (region) => {
      await expect(deploy({ ...account.target, region, config: { bucket: 'existing-bucket' } })).rejects.toThrow(
        'channelmix-s3:auth: "role" must be key',
      );
    },
  );
});

function manyPrefixes(length: number): unknown {
  return [
    { name: 'existing-bucket', prefixes: Array.from({ length }, (_, index) => `client-number-${index}/reports/`) },
  ];
}

function expectedForm(auth: 'role' | 'key', outputs: Readonly<Record<string, unknown>>): unknown {
  return auth === 'role'
    ? {
        'AWS access key id': 'n/a',
        'AWS secret access key': 'n/a',
        'Role ARN': 'arn:aws:iam::111122223333:role/channelmix_s3_access',
        'ChannelMix AWS Account ID': '031871504755',
      }
    : {
        'AWS access key id': outputs.accessKeyId,
        'AWS secret access key': outputs.secretAccessKey,
        'Role ARN': 'n/a',
        'ChannelMix AWS Account ID': 'n/a',
      };
}

async function run(config: Readonly<Record<string, unknown>>, program?: Program): Promise<Deployment> {
  const deployment = await deploy({ ...account.target, config, ...(program !== undefined && { program }) });
  deployed.push(deployment);
  return deployment;
}
