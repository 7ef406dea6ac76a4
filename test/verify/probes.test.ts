import { describe, expect, test } from 'vitest';
import { verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  leavesNothing,
  policyFor,
  results,
  rootClients,
  verifyRole,
} from './helpers.ts';
import { checkOf, createProbeStage, OTHER_ACCOUNT } from './probe-stage.ts';

const { sandbox, newName, grant, denyInBucket, portsThrough } = createProbeStage();

describe('list-bucket', () => {
  test.each([
    ['only folders', { StringLike: { 's3:prefix': '?*' } }, 'a condition on s3:prefix limits it'],
    ['only the whole', { Null: { 's3:prefix': 'true' } }, 'listing without a prefix is allowed'],
  ])('tells a policy that lists %s', async (_name, condition, note) => {
    const bucket = newName();
    await createBucket(sandbox().endpoint, bucket);
    const [list, ...others] = [policyFor({ name: '', bucket })?.Statement ?? []].flat();
    const policy = { Version: '2012-10-17', Statement: [{ ...list, Condition: condition }, ...others] } as const;
    expect(JSON.stringify(list)).toContain('s3:ListBucket');
    const roleArn = await createRole(sandbox().endpoint, { name: bucket, bucket, policy: policy as never });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, { roleArn, bucket }));
    expect(checkOf(report, 'list-bucket')).toMatchObject({ result: 'deny', note: expect.stringContaining(note) });
  });
});

describe('reading', () => {
  test('a range that is ignored on the way is found', async () => {
    const flags = await grant();
    const ports = portsThrough('GetObject', ({ Range: _range, ...input }, next) => next(input));
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags, { ports }));
    expect(results(report)).toMatchObject({ 'get-object': 'allow', 'get-object-range': 'error' });
    expect(checkOf(report, 'get-object-range')?.error?.code).toBe('RangeIgnored');
    expect(verifyExitCode(report)).toBe(3);
  });

  test('a range with other bytes is found', async () => {
    const flags = await grant();
    const ports = portsThrough('GetObject', async (input, next) => {
      if (input.Range === undefined) return next(input);
      const answer = await next({ ...input, Range: 'bytes=21-60' });
      return {
        ...answer,
        output: { ...answer.output, ContentRange: `bytes 20-59/${String(answer.output.ContentRange).split('/')[1]}` },
      };
    });
    const report = await verifyRole(sandbox().endpoint, flags, { ports });
    expect(checkOf(report, 'get-object-range')?.error?.code).toBe('ContentDiffers');
  });

  test('what is refused as a whole is told once: the range is skipped', async () => {
    const flags = await grant();
    await denyInBucket(flags.bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${flags.bucket}/*` });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(results(report)).toMatchObject({ 'get-object': 'deny', 'get-object-range': 'skipped' });
  });
});

describe('putting as boto3 does', () => {
  test('sends a stream with its checksum at the end and no condition, over the own probe object', async () => {
    const flags = await grant();
    const puts: Record<string, unknown>[] = [];
    const ports = portsThrough('PutObject', (input, next) => {
      puts.push(input);
      return next(input);
    });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags, { ports }));
    expect(report.ok).toBe(true);
    const again = puts.filter(({ IfNoneMatch }) => IfNoneMatch === undefined);
    expect(again).toHaveLength(1);
    expect(puts.filter(({ Key }) => Key === again[0]?.Key)).toHaveLength(2);
    expect(puts).toHaveLength(3);
  });

  test('is refused where the bucket enforces conditional writes, which boto3 does not send', async () => {
    const flags = await grant();
    await denyInBucket(flags.bucket, {
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(results(report)).toMatchObject({
      'put-object': 'allow',
      'put-object-as-boto3': 'deny',
      'overwrite-object': 'skipped',
      'special-keys': 'allow',
      'delete-object': 'allow',
    });
    expect(checkOf(report, 'put-object-as-boto3')?.diagnosis?.layer).toBe('bucket-policy');
  });

  test.each([
    ['is kept away', 'NotOverwritten', (input: Record<string, unknown>) => input.IfNoneMatch === undefined],
  ] as const)('a second put that %s is found by what is there', async (_name, code, isSecond) => {
    const flags = await grant();
    const ports = portsThrough('PutObject', async (input, next) =>
      isSecond(input)
        ? { output: { $metadata: { httpStatusCode: 200, requestId: 'somebody', attempts: 1 } } }
        : next(input),
    );
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags, { ports }));
    expect(results(report)).toMatchObject({ 'put-object-as-boto3': 'allow', 'overwrite-object': 'error' });
    expect(checkOf(report, 'overwrite-object')?.error?.code).toBe(code);
  });

  test('is repeated with a new stream after faults, which the SDK does not do', async () => {
    const flags = await grant();
    // The third put: the first two are those of put-object and special-keys.
    const stop = sandbox().faults.add('error=503,s3:PutObject,at=3,times=2');
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    stop();
    expect(report.ok).toBe(true);
  });
});

describe('special keys', () => {
  test.each([
    ['s3:PutObject', 'deny'],
    ['s3:GetObject', 'deny'],
  ])('a policy that refuses %s on them is found', async (action, result) => {
    const flags = await grant();
    await denyInBucket(flags.bucket, { Action: action, Resource: `arn:aws:s3:::${flags.bucket}/*a+b*` });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(results(report)).toMatchObject({ 'put-object': 'allow', 'get-object': 'allow', 'special-keys': result });
  });

  test('a listing that shows another key is found', async () => {
    const flags = await grant();
    const ports = portsThrough('ListObjectsV2', async (input, next) => {
      const answer = await next({ ...input, EncodingType: undefined });
      const Contents = (answer.output.Contents as { Key: string }[] | undefined)?.map((item) => ({
        ...item,
        Key: item.Key.replace('+', ' '),
      }));
      return { ...answer, output: { ...answer.output, ...(Contents === undefined ? {} : { Contents }) } };
    });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags, { ports }));
    expect(checkOf(report, 'special-keys')?.error?.code).toBe('KeyDiffers');
  });
});

describe('uploads in parts', () => {
  test('minimal access cannot abort them: for information, with the consequence', async () => {
    const report = await verifyRole(sandbox().endpoint, await grant());
    expect(checkOf(report, 'abort-multipart-upload')).toMatchObject({ result: 'deny', ok: true, required: false });
    expect(report.notes.join()).toContain('costs money until a lifecycle rule removes it');
    expect(verifyExitCode(report)).toBe(0);
  });

  test('who can abort them all the same, is told so', async () => {
    const flags = await grant({ access: 'extended' });
    const report = await verifyRole(sandbox().endpoint, { ...flags, access: 'minimal' });
    expect(checkOf(report, 'abort-multipart-upload')).toMatchObject({ result: 'allow', ok: true });
    expect(report.notes.join()).not.toContain('abort');
  });
});

describe('--deep', () => {
  test('moves 20 MiB there and back, says how fast, and leaves nothing', async () => {
    const flags = { ...(await grant()), deep: true };
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checkOf(report, 'transfer-upload')?.mibPerSecond).toBeGreaterThan(0);
    expect(checkOf(report, 'transfer-download')?.mibPerSecond).toBeGreaterThan(0);
    expect(report.cleanup.left).toEqual([]);
  });

  test('finds what came back otherwise', async () => {
    const flags = { ...(await grant()), deep: true };
    const ports = portsThrough('GetObject', (input, next) =>
      next(String(input.Range).startsWith('bytes=5242880-') ? { ...input, Range: 'bytes=5242881-10485760' } : input),
    );
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags, { ports }));
    expect(checkOf(report, 'transfer-download')?.error?.code).toBe('ContentDiffers');
  });

  test('an upload that breaks off is removed also by minimal access, which may not abort', async () => {
    const flags = { ...(await grant()), deep: true };
    const stop = sandbox().faults.add('error=503,s3:CompleteMultipartUpload,at=1,times=3');
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    stop();
    expect(results(report)).toMatchObject({ 'transfer-upload': 'error', 'transfer-download': 'skipped' });
    expect(report.cleanup.left).toEqual([]);
  });
});

describe('a bucket that is Requester Pays', () => {
  test('of another account is explained by a listing with the header', async () => {
    const bucket = newName();
    await createBucket(sandbox().endpoint, bucket, OTHER_ACCOUNT);
    const roleArn = await createRole(sandbox().endpoint, { name: bucket, bucket });
    const s3 = await rootClients(sandbox().endpoint, OTHER_ACCOUNT).s3();
    await s3.putBucketRequestPayment({ Bucket: bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
    const allow = {
      Effect: 'Allow',
      Principal: { AWS: roleArn },
      Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }) });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, { roleArn, bucket }));
    expect(results(report)).toMatchObject({ 'put-object': 'deny', 'list-bucket': 'deny' });
    expect(report.notes.join()).toContain('x-amz-request-payer');
  });

  test("of the role's own account needs no header, which full access can tell", async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    const s3 = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketRequestPayment({ Bucket: flags.bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(report.ok).toBe(true);
    expect(report.notes.join()).toContain('Requester Pays');
  });
});
