import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { readRange } from '../../../src/sandbox/s3/ranges.ts';
import { CLIENT, createBench, failure, rootOf, type S3Bench } from './support.ts';

const Bucket = 'objects-bucket';
let bench: S3Bench;
let s3: S3Client;

beforeEach(async () => {
  bench = createBench();
  s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body = 'x', more = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, more = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: await answer.Body?.transformToString() };
};
const md5 = (text: string): string => `"${createHash('md5').update(text).digest('hex')}"`;

describe('put and get', () => {
  test('what is put with an object is given back with it', async () => {
    await put('a.csv', 'a,b\n', {
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { 'source-report': 'september', UPPER: 'kept' },
      StorageClass: 'STANDARD_IA',
      Tagging: 'a=1&b=two%20words',
    });
    const got = await read('a.csv');
    expect(got).toMatchObject({
      text: 'a,b\n',
      ETag: md5('a,b\n'),
      ContentLength: 4,
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { 'source-report': 'september', upper: 'kept' },
      StorageClass: 'STANDARD_IA',
      TagCount: 2,
      ServerSideEncryption: 'AES256',
      AcceptRanges: 'bytes',
      LastModified: bench.clock.now,
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a.csv' }));
    expect(head).toMatchObject({ ContentLength: 4, ETag: md5('a,b\n'), StorageClass: 'STANDARD_IA' });
  });

  test('an object without a type is binary/octet-stream, and metadata that is no ASCII comes encoded', async () => {
    const raw = await bench.send(
      {
        method: 'PUT',
        path: `/${Bucket}/plain`,
        headers: { 'x-amz-meta-city': 'Zürich' },
        body: Buffer.from('x'),
      },
      rootOf(CLIENT),
    );
    expect(raw.status).toBe(200);
    const got = await read('plain');
    expect(got.ContentType).toBe('binary/octet-stream');
    expect(got.Metadata).toEqual({ city: '=?UTF-8?B?WsO8cmljaA==?=' });
  });

  test('response-* parameters replace headers, for signed requests only', async () => {
    await put('a', 'x', { ContentType: 'text/csv' });
    const got = await read('a', { ResponseContentType: 'text/plain', ResponseContentDisposition: 'inline' });
    expect(got).toMatchObject({ ContentType: 'text/plain', ContentDisposition: 'inline' });
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('a %s checksum is kept', async (algorithm) => {
    const answer = await put('a', 'hello', { ChecksumAlgorithm: algorithm });
    const name = `Checksum${algorithm}` as const;
    expect(answer[name]).toBeDefined();
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    expect(head[name]).toBe(answer[name]);
    expect(head.ChecksumType).toBe('FULL_OBJECT');
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['Checksum', 'ETag', 'ObjectSize'] }),
    );
    expect(attributes.Checksum?.[name]).toBe(answer[name]);
    expect(attributes).toMatchObject({ ObjectSize: 5, ETag: md5('hello').slice(1, -1) });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
  test('an object without a checksum gets a CRC64NVME', async () => {
    await bench.send({ method: 'PUT', path: `/${Bucket}/a`, body: Buffer.from('hello') }, rootOf(CLIENT));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumCRC64NVME).toBeDefined();
    expect((await read('a')).text).toBe('hello');
  });

  test.each([
    [{ Key: 'k'.repeat(1025) }, 'KeyTooLongError'],
    [{ Metadata: { big: 'x'.repeat(2049) } }, 'MetadataTooLarge'],
    [{ StorageClass: 'WARM' }, 'InvalidStorageClass'],
    [{ Tagging: 'a=1&a=2' }, 'InvalidTag'],
    [{ Tagging: 'aws:x=1' }, 'InvalidTag'],
    [{ Tagging: Array.from({ length: 11 }, (_, index) => `t${index}=1`).join('&') }, 'BadRequest'],
    [{ ServerSideEncryption: 'rot13' }, 'InvalidArgument'],
    [{ ACL: 'public-read' }, 'AccessControlListNotSupported'],
    [{ ObjectLockLegalHoldStatus: 'ON' }, 'InvalidRequest'],
  ])('PutObject with %j is refused with %s', async (more, code) => {
    const call = s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...(more as object) }));
    expect(await failure(call)).toMatchObject({ code, status: 400 });
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('the ACL bucket-owner-full-control is allowed, as ACLs are off', async () => {
    await put('a', 'x', { ACL: 'bucket-owner-full-control' });
  });
});

describe('ranges', () => {
  test.each([
    ['bytes=0-0', 'h', 'bytes 0-0/5'],
    ['bytes=1-', 'ello', 'bytes 1-4/5'],
    ['bytes=-2', 'lo', 'bytes 3-4/5'],
    ['bytes=-99', 'hello', 'bytes 0-4/5'],
    ['bytes=3-99', 'lo', 'bytes 3-4/5'],
  ])('%s gives %s', async (Range, text, ContentRange) => {
    await put('a', 'hello');
    expect(await read('a', { Range })).toMatchObject({ text, ContentRange, $metadata: { httpStatusCode: 206 } });
  });

  test.each(['bytes=5-', 'bytes=9-12', 'bytes=-0'])('%s cannot be satisfied', async (Range) => {
    await put('a', 'hello');
    expect(await failure(read('a', { Range }))).toMatchObject({ code: 'InvalidRange', status: 416 });
  });

  test.each(['bytes=0-1,3-4', 'lines=0-1', 'bytes=3-1', 'bytes=-'])(
    '%s is not read: the whole object',
    async (Range) => {
      await put('a', 'hello');
      expect(await read('a', { Range })).toMatchObject({ text: 'hello', $metadata: { httpStatusCode: 200 } });
    },
  );

  test('a range is what slicing gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(120), fc.nat(120), (size, first, length) => {
        const bytes = Array.from({ length: size }, (_, index) => index);
        const range = first < size ? readRange(`bytes=${first}-${first + length}`, size) : undefined;
        if (range !== undefined)
          expect(bytes.slice(range.start, range.end)).toEqual(bytes.slice(first, first + length + 1));
        if (length > 0) {
          const suffix = readRange(`bytes=-${length}`, size);
          expect(bytes.slice(suffix?.start, suffix?.end)).toEqual(bytes.slice(-length));
        }
      }),
    );
  });
});

describe('conditions', () => {
  test('a GET answers 304 and 412', async () => {
    const { ETag } = await put('a', 'hello');
    const before = new Date(bench.clock.now.getTime() - 1000);
    const after = new Date(bench.clock.now.getTime() + 1000);
    expect((await read('a', { IfMatch: ETag })).text).toBe('hello');
    expect((await read('a', { IfNoneMatch: '"other"' })).text).toBe('hello');
    expect((await read('a', { IfModifiedSince: before })).text).toBe('hello');
    expect((await read('a', { IfUnmodifiedSince: after })).text).toBe('hello');
    expect((await read('a', { IfMatch: ETag, IfUnmodifiedSince: before })).text).toBe('hello');
    expect(await failure(read('a', { IfMatch: '"other"' }))).toMatchObject({ code: 'PreconditionFailed', status: 412 });
    expect(await failure(read('a', { IfUnmodifiedSince: before }))).toMatchObject({ status: 412 });
    expect(await failure(read('a', { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect(await failure(read('a', { IfModifiedSince: after }))).toMatchObject({ status: 304 });
    expect(await failure(read('a', { IfNoneMatch: ETag, IfModifiedSince: before }))).toMatchObject({ status: 304 });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  test('a PUT is made only where its condition holds', async () => {
    const first = await put('a', 'one', { IfNoneMatch: '*' });
    expect(await failure(put('a', 'two', { IfNoneMatch: '*' }))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(await failure(put('a', 'two', { IfMatch: '"other"' }))).toMatchObject({ code: 'PreconditionFailed' });
    expect(await failure(put('absent', 'two', { IfMatch: '"other"' }))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    });
    await put('a', 'two', { IfMatch: first.ETag });
    expect((await read('a')).text).toBe('two');
  });

  test('a DELETE is made only where its condition holds', async () => {
    const { ETag } = await put('a', 'one');
    const remove = (IfMatch: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', IfMatch }));
    expect(await failure(remove('"other"'))).toMatchObject({ code: 'PreconditionFailed', status: 412 });
    await remove(ETag ?? '');
    expect(await failure(remove('*'))).toMatchObject({ code: 'NoSuchKey' });
  });
});

test('tags are put, read and removed, and bad ones refused', async () => {
  await put('a');
  const Tagging = {
    TagSet: [
      { Key: 'k', Value: 'v' },
      { Key: 'k2', Value: '' },
    ],
  };
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging }));
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual(Tagging.TagSet);
  await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'a' }));
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual([]);
  const bad = { TagSet: [{ Key: 'k'.repeat(129), Value: 'v' }] };
  expect(await failure(s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: bad })))).toMatchObject({
    code: 'InvalidTag',
  });
});
