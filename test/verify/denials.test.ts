import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument, PolicyStatement } from '../../src/model/policy.ts';
import { shellWord } from '../../src/model/shell.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  createUser,
  type GrantSetup,
  leavesNothing,
  policyFor,
  results,
  rootClients,
  verifyKey,
  verifyRole,
} from './helpers.ts';

const OTHER_ACCOUNT = '444455556666';
let sandbox: Sandbox;
let count = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
});
afterEach(() => {
  sandbox.organization.set(undefined);
  sandbox.network.sourceVpce = undefined;
});
afterAll(() => sandbox.close());

/** A new bucket and role for ChannelMix, with what the test makes of them. */
async function grant(setup: Partial<GrantSetup> = {}) {
  const bucket = `denial-${++count}`;
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
  return { roleArn, bucket };
}

function document(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

async function setBucketPolicy(
  bucket: string,
  account: string,
  ...statements: readonly PolicyStatement[]
): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, account).s3();
  await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify(document(...statements)) });
}

async function checkOf(flags: { roleArn: string; bucket: string; access?: string }, id: string, leaves = 0) {
  const report = await verifyRole(sandbox.endpoint, flags);
  expect(report.cleanup.left).toHaveLength(leaves);
  return report.checks.find((check) => check.id === id);
}

const without = (bucket: string, action: string): PolicyDocument => {
  const policy = policyFor({ name: '', bucket });
  const text = JSON.stringify(policy);
  const statements = [JSON.parse(text).Statement as PolicyStatement[]].flat();
  return document(
    ...statements
      .map((statement) => ({ ...statement, Action: [statement.Action ?? []].flat().filter((name) => name !== action) }))
      .filter(({ Action }) => Action.length > 0),
  );
};

describe('trust', () => {
  test.each([
    ['another account', { Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } }],
    ['an external ID', { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } }],
    ['MFA', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    ['an address', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
  ] as const)('a trust policy that demands %s is to blame', async (_name, part) => {
    const flags = await grant({
      trust: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
        Action: 'sts:AssumeRole',
        ...part,
      }),
    });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(verifyExitCode(report)).toBe(1);
    expect(report.checks[0]).toMatchObject({
      id: 'assume-role',
      result: 'deny',
      diagnosis: { layer: 'trust', evidence: 'inferred' },
    });
    expect(report.checks[0]?.diagnosis?.remedy).toMatchObject({
      policy: 'trust',
      statement: { Action: 'sts:AssumeRole' },
    });
    expect(new Set(report.checks.slice(1).map(({ result }) => result))).toEqual(new Set(['skipped']));
  });

  test('a role that does not exist gets the same answer, so the causes are listed in the order to test', async () => {
    const { bucket } = await grant();
    const roleArn = `arn:aws:iam::${CLIENT_ACCOUNT}:role/never-made`;
    const check = await checkOf({ roleArn, bucket }, 'assume-role');
    expect(check?.diagnosis?.cause).toMatch(/\(1\) there is no role .*never-made.*\(3\).*sts:ExternalId/);
  });
});

describe('policies of the role', () => {
  test.each([
    ['s3:PutObject', 'put-object'],
    ['s3:GetObject', 'get-object'],
    ['s3:ListBucket', 'list-bucket'],
  ])('a policy without %s is to blame, as AWS says', async (action, id) => {
    const bucket = `lacks-${id}`;
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: without(bucket, action) });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket }));
    expect(verifyExitCode(report)).toBe(1);
    const check = report.checks.find((one) => one.id === id);
    expect(check).toMatchObject({
      result: 'deny',
      ok: false,
      diagnosis: {
        layer: 'identity',
        evidence: 'aws',
        remedy: { policy: 'identity', statement: { Effect: 'Allow' } },
      },
    });
    expect([check?.diagnosis?.remedy?.statement?.Action].flat()).toContain(action);
  });

  test('a HEAD has no text: what AWS said of the GET counts for it', async () => {
    const bucket = 'head-without-text';
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, {
      name: bucket,
      bucket,
      policy: without(bucket, 's3:GetObject'),
    });
    expect((await checkOf({ roleArn, bucket }, 'head-object'))?.diagnosis).toMatchObject({
      layer: 'identity',
      evidence: 'aws',
    });
  });

  test('a policy without s3:DeleteObject leaves the probe object, and says how to remove it', async () => {
    const bucket = 'lacks-delete';
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, {
      name: bucket,
      bucket,
      policy: without(bucket, 's3:DeleteObject'),
    });
    const report = await verifyRole(sandbox.endpoint, { roleArn, bucket });
    expect(verifyExitCode(report)).toBe(4);
    expect(results(report)['delete-object']).toBe('deny');
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket });
    expect(report.cleanup.left.map(({ command }) => command).sort()).toEqual(
      Contents.map(({ Key = '' }) => `aws s3api delete-object --bucket ${bucket} --key ${shellWord(Key)}`).sort(),
    );
    expect(Contents).toHaveLength(2);
  });

  test('s3:ListBucket on the objects instead of the bucket is explained', async () => {
    const flags = await grant();
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const wrong = document({
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
    });
    await iam.putRolePolicy({
      RoleName: flags.bucket,
      PolicyName: 'channelmix',
      PolicyDocument: JSON.stringify(wrong),
    });
    const check = await checkOf(flags, 'list-bucket');
    expect(check?.diagnosis?.cause).toContain('without "/*"');
  });

  test('a Deny in the policy of the role is told apart from a missing Allow', async () => {
    const flags = await grant();
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const deny = document({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' });
    await iam.putRolePolicy({ RoleName: flags.bucket, PolicyName: 'deny', PolicyDocument: JSON.stringify(deny) });
    const check = await checkOf(flags, 'put-object');
    expect(check?.diagnosis).toMatchObject({ layer: 'identity', evidence: 'aws' });
    expect(check?.diagnosis?.fix).toContain('Deny statement');
  });

  test('where nothing can be put, reading a missing key still tells whether reading is allowed', async () => {
    const bucket = 'read-only';
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, {
      name: bucket,
      bucket,
      policy: without(bucket, 's3:PutObject'),
    });
    const report = await verifyRole(sandbox.endpoint, { roleArn, bucket });
    expect(results(report)).toMatchObject({
      'put-object': 'deny',
      'get-object': 'allow',
      'head-object': 'skipped',
      'delete-object': 'skipped',
    });
  });

  test('a permissions boundary that leaves an action out is to blame, as AWS says', async () => {
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const boundary = await iam.createPolicy({
      PolicyName: 'read-only-boundary',
      PolicyDocument: JSON.stringify(document({ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' })),
    });
    const flags = await grant({ boundaryArn: boundary.Policy?.Arn ?? '' });
    const check = await checkOf(flags, 'put-object');
    expect(check?.diagnosis).toMatchObject({ layer: 'boundary', evidence: 'aws', remedy: { policy: 'boundary' } });
  });

  test('more than was granted is a failed check, by role and by bucket policy', async () => {
    const flags = await grant({ access: 'full' });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { ...flags, access: 'minimal' }));
    expect(verifyExitCode(report)).toBe(1);
    const wide = report.checks.filter(({ ok }) => !ok);
    expect(wide.map(({ id }) => id)).toEqual([
      'denied:s3:ListAllMyBuckets',
      'denied:s3:GetBucketPolicy',
      'denied:s3:GetBucketAcl',
      'denied:s3:GetLifecycleConfiguration',
    ]);
    expect(wide[0]?.diagnosis?.remedy?.command).toBe(`channelmix-s3 policy minimal --bucket ${flags.bucket}`);
  });
});

describe('policies of the bucket', () => {
  test('a Deny that shuts out a vendor is named, with the condition that lets it in', async () => {
    const flags = await grant();
    await setBucketPolicy(flags.bucket, CLIENT_ACCOUNT, {
      Sid: 'OnlyFromOurNetwork',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObject', 's3:DeleteObject'],
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
    });
    const began = performance.now();
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { waitMs: 30_000 }));
    expect(performance.now() - began).toBeLessThan(5_000);
    const check = report.checks.find(({ id }) => id === 'put-object');
    expect(check?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'aws',
      remedy: { policy: 'bucket', condition: { ArnNotEquals: { 'aws:PrincipalArn': flags.roleArn } } },
    });
    expect(check?.diagnosis?.cause).toContain('aws:SourceVpce');
    expect(check?.attempts).toBe(1);
  });

  test('the condition that the fix shows lets ChannelMix in', async () => {
    const flags = await grant();
    const deny: PolicyStatement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${flags.bucket}`, `arn:aws:s3:::${flags.bucket}/*`],
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
    };
    await setBucketPolicy(flags.bucket, CLIENT_ACCOUNT, deny);
    const before = await verifyRole(sandbox.endpoint, flags);
    const carveOut = before.checks.find(({ id }) => id === 'put-object')?.diagnosis?.remedy?.condition;
    await setBucketPolicy(flags.bucket, CLIENT_ACCOUNT, { ...deny, Condition: { ...deny.Condition, ...carveOut } });
    expect((await verifyRole(sandbox.endpoint, flags)).ok).toBe(true);
  });

  test('a bucket of another account: S3 does not say why, so both sides are named', async () => {
    const bucket = 'owned-elsewhere';
    await createBucket(sandbox.endpoint, bucket, OTHER_ACCOUNT);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
    await setBucketPolicy(bucket, OTHER_ACCOUNT, {
      Effect: 'Allow',
      Principal: { AWS: roleArn },
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
    });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket }));
    expect(report.bucketOwner).toBe('other-account');
    expect(report.checks.find(({ id }) => id === 'put-object')).toMatchObject({
      error: { message: 'Access Denied' },
      diagnosis: { layer: 'bucket-policy', evidence: 'inferred', remedy: { policy: 'bucket' } },
    });
  });

  test('a bucket of another account whose policy allows passes', async () => {
    const bucket = 'shared-from-elsewhere';
    await createBucket(sandbox.endpoint, bucket, OTHER_ACCOUNT);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
    await setBucketPolicy(
      bucket,
      OTHER_ACCOUNT,
      { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
      {
        Effect: 'Allow',
        Principal: { AWS: roleArn },
        Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    );
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket }));
    expect(report).toMatchObject({ ok: true, bucketOwner: 'other-account' });
  });
});

describe('policies of the organization', () => {
  const FULL = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  const deny = (action: string) => document({ Effect: 'Deny', Action: action, Resource: '*' });

  test.each([
    ['scp', { scps: [[FULL, deny('s3:PutObject')]] }],
    [
      'rcp',
      { scps: [[FULL]], rcps: [document({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' })] },
    ],
  ] as const)('an %s that denies is named, with who can change it', async (layer, member) => {
    const flags = await grant();
    sandbox.organization.set({ id: 'o-exampleorgid', members: { [CLIENT_ACCOUNT]: member as never } });
    const check = await checkOf(flags, 'put-object');
    expect(check?.diagnosis).toMatchObject({ layer, evidence: 'aws' });
    expect(check?.diagnosis?.fix).toContain('administrator of the AWS organization');
  });
});

describe('KMS', () => {
  const keyArn = (last: string) =>
    `arn:aws:kms:us-east-1:${CLIENT_ACCOUNT}:key/11112222-3333-4444-5555-66667777${last}`;

  test('a key that the role may not use is told apart from S3', async () => {
    const flags = await grant();
    const kmsKeyArn = keyArn('0001');
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { ...flags, kmsKeyArn }));
    const check = report.checks.find(({ id }) => id === 'put-object-kms');
    expect(check).toMatchObject({ result: 'deny', diagnosis: { layer: 'kms' } });
    expect(JSON.stringify(check?.diagnosis)).toContain('kms:GenerateDataKey');
    expect(results(report)['put-object']).toBe('allow');
  });

  test('a key that is disabled is a refusal of its own', async () => {
    const kmsKeyArn = keyArn('0002');
    sandbox.kms.put(kmsKeyArn, { enabled: false });
    const flags = await grant({ kmsKeyArn });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { ...flags, kmsKeyArn }));
    expect(report.checks.find(({ id }) => id === 'put-object-kms')).toMatchObject({
      result: 'deny',
      diagnosis: { layer: 'kms' },
    });
    expect(verifyExitCode(report)).toBe(1);
  });
});

test('by the key way the user is named instead of the role', async () => {
  const bucket = 'denied-key';
  await createBucket(sandbox.endpoint, bucket);
  const key = await createUser(sandbox.endpoint, { name: bucket, bucket, policy: without(bucket, 's3:GetObject') });
  const report = await leavesNothing(sandbox, () => verifyKey(sandbox.endpoint, key, { bucket }));
  expect(report.checks.find(({ id }) => id === 'get-object')?.diagnosis?.fix).toContain('the policy of the user');
});
