import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../src/model/check.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { renderVerifyReport } from '../../src/report/verify-text.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { readVerifyTarget, verifyExitCode } from '../../src/verify/index.ts';
import { words } from '../documented.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  expectEmpty,
  type GrantSetup,
  leavesNothing,
  policyFor,
  results,
  rootClients,
  verifyRole,
} from './helpers.ts';

let sandbox: Sandbox;
let count = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function grant(setup: Partial<GrantSetup> = {}) {
  const bucket = `state-${++count}`;
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
  return { roleArn, bucket };
}

function checkOf(report: VerifyReport, id: string) {
  return report.checks.find((check) => check.id === id);
}

describe('a bucket that encrypts with a KMS key by itself', () => {
  async function encrypted(actions: readonly string[]) {
    const kms = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).kms();
    const key = await kms.createKey({});
    const kmsKeyArn = key.KeyMetadata?.Arn ?? '';
    const bucket = `state-${++count}`;
    await createBucket(sandbox.endpoint, bucket);
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketEncryption({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyArn } }],
      },
    });
    const own = [policyFor({ name: '', bucket })?.Statement ?? []].flat();
    const more = actions.length === 0 ? [] : [{ Effect: 'Allow' as const, Action: actions, Resource: kmsKeyArn }];
    const policy: PolicyDocument = { Version: '2012-10-17', Statement: [...own, ...more] };
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy });
    return { roleArn, bucket, kmsKeyArn };
  }

  test('is recognised by its answer, and its key is a check of its own', async () => {
    const { kmsKeyArn, ...flags } = await encrypted(['kms:GenerateDataKey', 'kms:Decrypt']);
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checkOf(report, 'put-object-kms')).toMatchObject({ result: 'allow', resource: kmsKeyArn });
    expect(report.notes.join()).toContain(kmsKeyArn);
  });

  test('a role that may not decrypt is found', async () => {
    const { kmsKeyArn, ...flags } = await encrypted(['kms:GenerateDataKey']);
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(checkOf(report, 'put-object-kms')).toMatchObject({
      result: 'deny',
      action: 'kms:Decrypt',
      resource: kmsKeyArn,
    });
    expect(results(report)['get-object']).toBe('deny');
    expect(verifyExitCode(report)).toBe(1);
  });

  test('a role that may not use the key at all cannot put', async () => {
    const { kmsKeyArn: _arn, ...flags } = await encrypted([]);
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(results(report)).toMatchObject({ 'put-object': 'deny', 'get-object': 'allow' });
    expect(checkOf(report, 'put-object')?.diagnosis?.layer).toBe('kms');
  });

  test('a part of an upload needs kms:Decrypt, which small puts do not', async () => {
    const { kmsKeyArn: _arn, ...flags } = await encrypted(['kms:GenerateDataKey']);
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const extended = policyFor({ name: '', bucket: flags.bucket, access: 'extended' });
    await iam.putRolePolicy({
      RoleName: flags.bucket,
      PolicyName: 'extended',
      PolicyDocument: JSON.stringify(extended),
    });
    const report = await verifyRole(sandbox.endpoint, { ...flags, access: 'extended' });
    expect(checkOf(report, 'put-object')?.result).toBe('allow');
    expect(checkOf(report, 'multipart-upload')).toMatchObject({ result: 'deny', action: 'kms:Decrypt' });
  });
});

test('a bucket without a KMS key has no check for one', async () => {
  const report = await verifyRole(sandbox.endpoint, await grant());
  expect(Object.keys(results(report))).not.toContain('put-object-kms');
});

test('a bucket that enforces its ownership takes what boto3 sends, which names no ACL', async () => {
  const flags = await grant();
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  for (const ObjectOwnership of ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const) {
    await s3.putBucketOwnershipControls({
      Bucket: flags.bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership }] },
    });
    expect((await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags))).ok).toBe(true);
  }
});

test.each([
  ['my-bucket--use1-az4--x-s3', 'directory buckets'],
  ['my-point-a1b2c3d4-s3alias', 'access point'],
  ['arn:aws:s3:us-east-1:111122223333:accesspoint/my-point', 'access point'],
  ['arn:aws:s3:::my-bucket', 'must be the bare bucket name'],
])('%s is refused in words', (bucket, words) => {
  expect(() => readVerifyTarget({ roleArn: 'arn:aws:iam::111122223333:role/r', bucket, access: 'minimal' })).toThrow(
    expect.objectContaining({ message: expect.stringContaining(words) }),
  );
});

describe('Object Lock with a default retention', () => {
  async function locked(setup: Partial<GrantSetup> = {}) {
    const bucket = `state-${++count}`;
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true });
    await s3.putObjectLockConfiguration({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
      },
    });
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
    return { roleArn, bucket };
  }

  test.each(['minimal', 'extended', 'full'] as const)(
    'nothing is put with %s access, and the rest is found out',
    async (access) => {
      const flags = { ...(await locked({ access })), access };
      const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
      expect(checkOf(report, 'put-object')).toMatchObject({
        result: 'skipped',
        note: expect.stringMatching(
          /Object Lock would keep it for (?:30 days|the time).*s3:PutObject itself is allowed/,
        ),
      });
      expect(results(report)).toMatchObject({
        'get-object': 'allow',
        'list-bucket': 'allow',
        'special-keys': 'skipped',
        'delete-object': 'skipped',
      });
      if (access === 'full') expect(checkOf(report, 'put-object')?.note).toContain('30 days');
      expect(report.cleanup).toMatchObject({ left: [] });
      expect(verifyExitCode(report)).toBe(3);
    },
  );

  test('a role that may not put is refused all the same', async () => {
    const bucket = 'state-lock-refused';
    const policy = JSON.stringify(policyFor({ name: '', bucket })).replace('"s3:PutObject",', '');
    const flags = await locked({ policy: JSON.parse(policy.replaceAll(bucket, '*')) });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(results(report)['put-object']).toBe('deny');
    expect(verifyExitCode(report)).toBe(1);
  });

  test('--allow-locked puts, and lists what stays', async () => {
    const flags = { ...(await locked()), allowLocked: true };
    const report = await verifyRole(sandbox.endpoint, flags);
    expect(results(report)).toMatchObject({ 'put-object': 'allow', 'get-object': 'allow', 'delete-object': 'allow' });
    expect(report.cleanup.left.length).toBeGreaterThan(0);
    expect(verifyExitCode(report)).toBe(4);
  });

  test('without a default retention it keeps nothing, and all is tried', async () => {
    const flags = await locked();
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putObjectLockConfiguration({
      Bucket: flags.bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    const report = await verifyRole(sandbox.endpoint, flags);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});

test('with full access, who is told of new objects and where copies go is a note', async () => {
  const flags = { ...(await grant({ access: 'full' })), access: 'full' };
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const TopicArn = `arn:aws:sns:us-east-1:${CLIENT_ACCOUNT}:uploads`;
  await s3.putBucketNotificationConfiguration({
    Bucket: flags.bucket,
    NotificationConfiguration: { TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectCreated:*'] }] },
  });
  const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
  expect(report.ok).toBe(true);
  expect(report.notes.join()).toContain(`${TopicArn} was told of each probe object`);
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
test('what MFA delete protects is removed by the commands of the report, with the serial number and a code', async () => {
  const flags = await grant({ access: 'full' });
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const MFA = `arn:aws:iam::${CLIENT_ACCOUNT}:mfa/root 123456`;
  const VersioningConfiguration = { Status: 'Enabled', MFADelete: 'Enabled' } as const;
  await s3.putBucketVersioning({ Bucket: flags.bucket, MFA, VersioningConfiguration });
  const report = await verifyRole(sandbox.endpoint, { ...flags, access: 'full' });
  expect(verifyExitCode(report)).toBe(4);
  expect(report.cleanup).not.toHaveProperty('remedy');
  expect(renderVerifyReport(report)).toContain('has MFA delete; the root user');
  for (const { reason, command } of report.cleanup.left) {
    expect(reason).toBe('mfa-delete');
    const given = words(command);
    const value = (name: string) => given[given.indexOf(`--${name}`) + 1] ?? '';
    expect(value('mfa')).toBe('SERIAL CODE');
    const Key = value('key');
    await s3.deleteObject({ Bucket: flags.bucket, Key, VersionId: value('version-id'), MFA });
  }
  await expectEmpty(sandbox, flags.bucket);
});
