import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessLevel } from '../../src/model/grant.ts';
import { shellWord } from '../../src/model/shell.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  createUser,
  leavesNothing,
  results,
  rootClients,
  verifyKey,
  verifyRole,
} from './helpers.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const OBJECTS = {
  'put-object': 'allow',
  'get-object': 'allow',
  'head-object': 'allow',
  'get-object-range': 'allow',
  'put-object-as-boto3': 'allow',
  'overwrite-object': 'allow',
  'special-keys': 'allow',
  'list-bucket': 'allow',
  'delete-object': 'allow',
};
const REFUSED = {
  'denied:s3:ListAllMyBuckets': 'deny',
  'denied:s3:GetBucketPolicy': 'deny',
  'denied:s3:GetBucketAcl': 'deny',
  'denied:s3:GetLifecycleConfiguration': 'deny',
};
/** Roles give sessions of 1 h as they are made. */
const ASSUMED = { 'assume-role': 'allow', 'assume-role-default': 'allow', 'assume-role-12h': 'deny' };
const EXPECTED: Readonly<Record<AccessLevel, Readonly<Record<string, string>>>> = {
  minimal: { ...OBJECTS, 'abort-multipart-upload': 'deny', ...REFUSED },
  extended: { ...OBJECTS, 'multipart-upload': 'allow', ...REFUSED },
  full: { ...OBJECTS, 'multipart-upload': 'allow' },
};

describe.each(['minimal', 'extended', 'full'] as const)('a healthy grant with %s access', (access) => {
  test('passes by the role way and leaves nothing', async () => {
    const bucket = `healthy-role-${access}`;
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: `healthy-${access}`, bucket, access });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket, access }));
    expect(results(report)).toEqual({ ...ASSUMED, ...EXPECTED[access] });
    expect(report).toMatchObject({
      ok: true,
      mode: 'channelmix',
      region: 'us-east-1',
      bucketOwner: 'same-account',
      interrupted: false,
      endpoint: new URL(sandbox.endpoint).host,
      caller: { account: '031871504755' },
    });
    expect(report.checks.every(({ attempts }) => attempts <= 1)).toBe(true);
    expect(report.cleanup.left).toEqual([]);
    expect(report.cleanup.removed).toBe(report.cleanup.created);
    expect(verifyExitCode(report)).toBe(0);
  });

  test('passes by the key way and leaves nothing', async () => {
    const bucket = `healthy-key-${access}`;
    await createBucket(sandbox.endpoint, bucket);
    const key = await createUser(sandbox.endpoint, { name: `healthy-${access}`, bucket, access });
    const report = await leavesNothing(sandbox, () => verifyKey(sandbox.endpoint, key, { bucket, access }));
    expect(results(report)).toEqual(EXPECTED[access]);
    expect(report).toMatchObject({ ok: true, mode: 'key', caller: { account: CLIENT_ACCOUNT } });
    expect(JSON.stringify(report)).not.toContain(key.secretAccessKey);
    expect(verifyExitCode(report)).toBe(0);
  });

  test('passes where access is limited to folders, and is refused beside them', async () => {
    const bucket = `healthy-prefix-${access}`;
    await createBucket(sandbox.endpoint, bucket);
    const prefixes = ['Client123/Campaign-Report/', 'Client 456/'];
    const roleArn = await createRole(sandbox.endpoint, { name: `prefix-${access}`, bucket, access, prefixes });
    const report = await leavesNothing(sandbox, () =>
      verifyRole(sandbox.endpoint, { roleArn, bucket, access, prefixes }),
    );
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.checks.filter(({ id }) => id === 'put-object').map(({ resource }) => resource)).toEqual(
      prefixes.map((prefix) => `arn:aws:s3:::${bucket}/${prefix}.channelmix-verify/*`),
    );
    if (access !== 'full')
      expect(results(report)).toMatchObject({
        'denied:s3:ListBucket': 'deny',
        'denied:s3:GetObject': 'deny',
        'denied:s3:PutObject': 'deny',
      });
    expect(report.bucketOwner).toBe('same-account');
    expect(report.cleanup).toMatchObject({ left: [] });
  });
});

test('a role with a path is assumed', async () => {
  await createBucket(sandbox.endpoint, 'with-path');
  const roleArn = await createRole(sandbox.endpoint, {
    name: 'with-path',
    bucket: 'with-path',
    path: '/vendors/channelmix/',
  });
  const report = await verifyRole(sandbox.endpoint, { roleArn, bucket: 'with-path' });
  expect(report.ok).toBe(true);
  expect(report.sessionArn).toMatch(/^arn:aws:sts::111122223333:assumed-role\/with-path\/channelmix-verify-/);
});

test('the key that encrypts a bucket is tried, too', async () => {
  const kmsKeyArn = `arn:aws:kms:us-east-1:${CLIENT_ACCOUNT}:key/11112222-3333-4444-5555-666677778888`;
  await createBucket(sandbox.endpoint, 'with-kms');
  const roleArn = await createRole(sandbox.endpoint, { name: 'with-kms', bucket: 'with-kms', kmsKeyArn });
  const report = await leavesNothing(sandbox, () =>
    verifyRole(sandbox.endpoint, { roleArn, bucket: 'with-kms', kmsKeyArn }),
  );
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(results(report)['put-object-kms']).toBe('allow');
  expect(report.cleanup).toMatchObject({ created: 3, removed: 3, left: [] });
});

test('a bucket in another region is found by its own answer', async () => {
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: 'far-away', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } });
  const roleArn = await createRole(sandbox.endpoint, { name: 'far-away', bucket: 'far-away' });
  const report = await verifyRole(sandbox.endpoint, { roleArn, bucket: 'far-away' });
  expect(report).toMatchObject({ ok: true, region: 'eu-central-1' });
});

test('another bucket of the account must stay closed', async () => {
  await createBucket(sandbox.endpoint, 'mine');
  await createBucket(sandbox.endpoint, 'not-mine');
  const flags = { bucket: 'mine', otherBucket: 'not-mine' };
  const narrow = await createRole(sandbox.endpoint, { name: 'narrow', bucket: 'mine' });
  expect(await verifyRole(sandbox.endpoint, { roleArn: narrow, ...flags })).toMatchObject({ ok: true });
  const wide = await createRole(sandbox.endpoint, { name: 'wide', bucket: '*' });
  const report = await verifyRole(sandbox.endpoint, { roleArn: wide, ...flags });
  expect(report.checks.find(({ id }) => id === 'denied:s3:ListBucket')).toMatchObject({
    ok: false,
    result: 'allow',
    resource: 'arn:aws:s3:::not-mine',
    diagnosis: { layer: 'identity', evidence: 'inferred' },
  });
  expect(verifyExitCode(report)).toBe(1);
});

test('in a bucket with versions, full access removes every version and marker', async () => {
  await createBucket(sandbox.endpoint, 'versions-full');
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.putBucketVersioning({ Bucket: 'versions-full', VersioningConfiguration: { Status: 'Enabled' } });
  const roleArn = await createRole(sandbox.endpoint, {
    name: 'versions-full',
    bucket: 'versions-full',
    access: 'full',
  });
  const flags = { roleArn, bucket: 'versions-full', access: 'full' };
  const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
  expect(report).toMatchObject({ ok: true, cleanup: { left: [] } });
  const versions = await s3.listObjectVersions({ Bucket: 'versions-full' });
  expect([...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])]).toEqual([]);
});

test('in a bucket with versions, minimal access cannot remove them: each is named with the command that does', async () => {
  const bucket = 'versions-minimal';
  await createBucket(sandbox.endpoint, bucket);
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
  const report = await verifyRole(sandbox.endpoint, { roleArn, bucket });
  expect(report.ok).toBe(true);
  expect(verifyExitCode(report)).toBe(4);
  const versions = await s3.listObjectVersions({ Bucket: bucket });
  const there = [...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])];
  expect(
    there
      .map(
        ({ Key = '', VersionId }) =>
          `aws s3api delete-object --bucket ${bucket} --key ${shellWord(Key)} --version-id ${VersionId}`,
      )
      .sort(),
  ).toEqual(report.cleanup.left.map(({ command }) => command).sort());
  // Two puts and a delete of one object, and the one with special characters.
  expect(there).toHaveLength(4);
});

test('sixteen verifies of one bucket do not disturb each other', async () => {
  await createBucket(sandbox.endpoint, 'crowded');
  const roleArn = await createRole(sandbox.endpoint, { name: 'crowded', bucket: 'crowded', access: 'extended' });
  const flags = { roleArn, bucket: 'crowded', access: 'extended' };
  const reports = await leavesNothing(sandbox, () =>
    Promise.all(Array.from({ length: 16 }, () => verifyRole(sandbox.endpoint, flags))),
  );
  expect(reports.filter(({ ok }) => !ok)).toEqual([]);
});

test('a key that is taken leads to another one, and what stood there stays', async () => {
  await createBucket(sandbox.endpoint, 'collision');
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const roleArn = await createRole(sandbox.endpoint, { name: 'collision', bucket: 'collision' });
  const ports = channelMixPorts(sandbox.endpoint);
  const ids = ['run', 'taken', 'free', 'more', 'again', 'last'];
  await s3.putObject({ Bucket: 'collision', Key: '.channelmix-verify/taken', Body: 'precious' });
  const report = await leavesNothing(sandbox, () =>
    verifyRole(
      sandbox.endpoint,
      { roleArn, bucket: 'collision' },
      { ports: { ...ports, newId: () => ids.shift() ?? 'none' } },
    ),
  );
  expect(report.ok).toBe(true);
  expect(report.cleanup).toMatchObject({ created: 2, removed: 2, left: [] });
});
