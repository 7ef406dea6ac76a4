import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { allow, CLIENT, createBench, denied, document, failure, type S3Bench } from './support.ts';

const Bucket = 'locked-bucket';
const ARN = `arn:aws:s3:::${Bucket}`;
const PROTECTED = {
  code: 'AccessDenied',
  status: 403,
  message: 'Access Denied because object protected by object lock.',
};
const DAY = 86_400_000;
let bench: S3Bench;
let owner: S3Client;

beforeEach(async () => {
  bench = createBench();
  owner = bench.root();
  await owner.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

const inDays = (days: number): Date => new Date(bench.clock.now.getTime() + days * DAY);
const put = async (Key: string, more: object = {}): Promise<string> => {
  const { VersionId } = await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
  return VersionId ?? '';
};
const remove = (Key: string, VersionId: string, more: object = {}, client = owner) =>
  client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, ...more }));
const setDefault = (Mode: 'GOVERNANCE' | 'COMPLIANCE', Days: number) =>
  owner.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days } } },
    }),
  );

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
describe('a bucket with Object Lock', () => {
  test('is versioned, and stays so', async () => {
    expect((await owner.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const suspend = owner.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    expect(await failure(suspend)).toMatchObject({ code: 'InvalidBucketState', status: 409 });
  });

  test('has no default retention until it is set', async () => {
    const get = async () =>
      (await owner.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration;
    expect(await get()).toEqual({ ObjectLockEnabled: 'Enabled' });
    await setDefault('GOVERNANCE', 3);
    expect(await get()).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } },
    });
    expect(await failure(setDefault('GOVERNANCE', 0))).toMatchObject({ code: 'InvalidRetentionPeriod' });
    expect(await failure(setDefault('GOVERNANCE', 40_000))).toMatchObject({ code: 'InvalidRetentionPeriod' });
  });

  test('can be an old one, once it is versioned', async () => {
    const other = 'old-bucket';
    await owner.send(new CreateBucketCommand({ Bucket: other }));
    const turnOn = () =>
      owner.send(
        new PutObjectLockConfigurationCommand({
          Bucket: other,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      );
    expect(await failure(turnOn())).toMatchObject({ code: 'InvalidBucketState', status: 409 });
    await owner.send(new PutBucketVersioningCommand({ Bucket: other, VersioningConfiguration: { Status: 'Enabled' } }));
    await turnOn();
  });

  test('needs more permissions to be made', async () => {
    const user = bench.user(document(allow('s3:CreateBucket', '*')));
    const create = user.send(new CreateBucketCommand({ Bucket: 'another-one', ObjectLockEnabledForBucket: true }));
    expect((await failure(create)).message).toContain('s3:PutBucketObjectLockConfiguration');
  });
});

describe('default retention', () => {
  test('keeps each new version, whatever way it came', async () => {
    await setDefault('GOVERNANCE', 2);
    const whole = await put('whole');
    const copy = await owner.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/whole` }));
    const { UploadId } = await owner.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const part = await owner.send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'x' }));
    const joined = await owner.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: 'parts',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    for (const [Key, VersionId] of [
      ['whole', whole],
      ['copy', copy.VersionId ?? ''],
      ['parts', joined.VersionId ?? ''],
    ] as const) {
      const head = await owner.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head).toMatchObject({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(2) });
      expect(await failure(remove(Key, VersionId))).toEqual(PROTECTED);
    }
    // Without a version a marker is put on top, and can be removed: it is not protected.
    const { DeleteMarker, VersionId } = await owner.send(new DeleteObjectCommand({ Bucket, Key: 'whole' }));
    expect(DeleteMarker).toBe(true);
    await remove('whole', VersionId ?? '');
    bench.clock.now = inDays(2);
    await remove('whole', whole);
  });

  test('demands a checksum with the bytes', async () => {
    await setDefault('GOVERNANCE', 2);
    const raw = await bench.send(
      { method: 'PUT', path: `/${Bucket}/k`, body: Buffer.from('x'), headers: { 'content-length': '1' } },
      bench.rootCaller,
    );
    expect(raw.status).toBe(400);
    expect(raw.body.toString()).toContain('Content-MD5 OR x-amz-checksum- HTTP header is required');
  });
});

describe('retention', () => {
  const retain = (Key: string, Mode: 'GOVERNANCE' | 'COMPLIANCE' | undefined, days: number, more: object = {}) =>
    owner.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        ...(Mode === undefined ? { Retention: {} } : { Retention: { Mode, RetainUntilDate: inDays(days) } }),
        ...more,
      }),
    );

  test('in governance mode is got around by those who may, on request', async () => {
    const Key = 'k';
    const version = await put(Key, { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(5) });
    const objects = allow(['s3:DeleteObject', 's3:DeleteObjectVersion'], `${ARN}/*`);
    const plain = bench.user(document(objects));
    const may = bench.user(document(objects, allow('s3:BypassGovernanceRetention', `${ARN}/*`)));
    const bypass = { BypassGovernanceRetention: true };
    expect(await failure(remove(Key, version, {}, may))).toEqual(PROTECTED);
    const refused = await failure(remove(Key, version, bypass, plain));
    expect(refused.message).toContain('s3:BypassGovernanceRetention');
    await remove(Key, version, bypass, may);
  });

  test('in compliance mode is got around by nobody', async () => {
    const version = await put('k', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(5) });
    expect(await failure(remove('k', version, { BypassGovernanceRetention: true }))).toEqual(PROTECTED);
    expect(await failure(retain('k', 'COMPLIANCE', 1, { BypassGovernanceRetention: true }))).toEqual(PROTECTED);
    await retain('k', 'COMPLIANCE', 9);
    bench.clock.now = inDays(5);
    expect(await failure(remove('k', version))).toEqual(PROTECTED);
  });

  test('is made longer by all who may set it, shorter or none only around governance mode', async () => {
    await put('k');
    await retain('k', 'GOVERNANCE', 5);
    await retain('k', 'GOVERNANCE', 6);
    expect(await failure(retain('k', 'GOVERNANCE', 5))).toEqual(PROTECTED);
    expect(await failure(retain('k', undefined, 0))).toEqual(PROTECTED);
    await retain('k', 'GOVERNANCE', 5, { BypassGovernanceRetention: true });
    const get = owner.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' }));
    expect((await get).Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(5) });
    await retain('k', undefined, 0, { BypassGovernanceRetention: true });
    const none = owner.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' }));
    expect(await failure(none)).toMatchObject({ code: 'NoSuchObjectLockConfiguration', status: 404 });
  });

  test('must end in the future, and needs mode and date', async () => {
    const past = put('k', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(-1) });
    expect(await failure(past)).toMatchObject({
      code: 'InvalidArgument',
      message: 'The retain until date must be in the future!',
    });
    expect((await failure(put('k', { ObjectLockMode: 'GOVERNANCE' }))).message).toContain('must both be supplied');
  });

  test('is seen by policies: days that are left, mode', async () => {
    const limited = bench.user(
      document(
        allow(['s3:PutObject'], `${ARN}/*`),
        allow(['s3:PutObjectRetention'], `${ARN}/*`, {
          NumericLessThanEquals: { 's3:object-lock-remaining-retention-days': '3' },
        }),
      ),
    );
    await put('k');
    const set = (days: number) =>
      limited.send(
        new PutObjectRetentionCommand({
          Bucket,
          Key: 'k',
          Retention: { Mode: 'GOVERNANCE', RetainUntilDate: inDays(days) },
        }),
      );
    expect(await failure(set(4))).toMatchObject(denied());
    await set(3);
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
describe('a bucket with MFA delete', () => {
  const MFA = `arn:aws:iam::${CLIENT}:mfa/root-device 123456`;

  beforeEach(async () => {
    const VersioningConfiguration = { Status: 'Enabled', MFADelete: 'Enabled' } as const;
    const set = { Bucket, VersioningConfiguration };
    expect(await failure(owner.send(new PutBucketVersioningCommand(set)))).toMatchObject(denied());
    await owner.send(new PutBucketVersioningCommand({ ...set, MFA }));
  });

  test('shows it, and puts markers as ever', async () => {
    expect(await owner.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ MFADelete: 'Enabled' });
    await put('k');
    expect((await owner.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))).DeleteMarker).toBe(true);
  });

  test('gives a version up only to the root user with a code', async () => {
    const version = await put('k');
    expect(await failure(remove('k', version))).toMatchObject({
      code: 'AccessDenied',
      message: 'Mfa Authentication must be used for this request',
    });
    const user = bench.user(document(allow('s3:*', '*')));
    expect(await failure(remove('k', version, { MFA }, user))).toMatchObject(denied());
    await remove('k', version, { MFA });
  });
});

describe('a legal hold', () => {
  const hold = (Status: 'ON' | 'OFF') =>
    owner.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', LegalHold: { Status } }));

  test('protects until it is lifted, also in a batch', async () => {
    const version = await put('k', { ObjectLockLegalHoldStatus: 'ON' });
    const open = await put('open');
    const { Deleted, Errors } = await owner.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [
            { Key: 'k', VersionId: version },
            { Key: 'open', VersionId: open },
          ],
        },
      }),
    );
    expect(Errors).toEqual([{ Key: 'k', VersionId: version, Code: 'AccessDenied', Message: PROTECTED.message }]);
    expect(Deleted).toEqual([{ Key: 'open', VersionId: open }]);
    expect((await owner.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'k' }))).LegalHold).toEqual({ Status: 'ON' });
    await hold('OFF');
    await remove('k', version);
    const { Versions = [] } = await owner.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toEqual([]);
  });

  test('is shown to those who may read it', async () => {
    await put('k', { ObjectLockLegalHoldStatus: 'ON' });
    const reader = bench.user(document(allow('s3:GetObject', `${ARN}/*`)));
    const auditor = bench.user(document(allow(['s3:GetObject', 's3:GetObjectLegalHold'], `${ARN}/*`)));
    const head = async (client: S3Client) =>
      (await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ObjectLockLegalHoldStatus;
    expect(await head(reader)).toBeUndefined();
    expect(await head(auditor)).toBe('ON');
  });
});
