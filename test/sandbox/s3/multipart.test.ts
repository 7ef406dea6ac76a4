import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { beforeEach, expect, test } from 'vitest';
import { checksumOf } from '../../../src/sandbox/checksums.ts';
import { createBench, failure, type S3Bench } from './support.ts';

const Bucket = 'multipart-bucket';
const Key = 'big';
const MIB = 1024 * 1024;
const first = Buffer.alloc(5 * MIB, 'first part ');
const last = Buffer.from('the end');
let bench: S3Bench;
let s3: S3Client;

beforeEach(async () => {
  bench = createBench();
  s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

type Create = Omit<ConstructorParameters<typeof CreateMultipartUploadCommand>[0], 'Bucket' | 'Key'>;
type Part = Awaited<ReturnType<typeof upload>>;

async function start(more: Create = {}): Promise<string> {
  return (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId ?? '';
}

async function upload(UploadId: string, PartNumber: number, Body: Buffer, more = {}) {
  const answer = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
  return { PartNumber, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32, ChecksumSHA256: answer.ChecksumSHA256 };
}

const complete = (UploadId: string, Parts: Partial<Part>[], more = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));

test('parts become one object, with the ETag that everyone knows', async () => {
  const id = await start({ ContentType: 'text/csv', Metadata: { m: '1' }, Tagging: 't=1', ChecksumAlgorithm: 'CRC32' });
  const parts = [await upload(id, 3, first), await upload(id, 7, last)];
  const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId: id, MaxParts: 1 }));
  expect(listed).toMatchObject({
    IsTruncated: true,
    NextPartNumberMarker: '3',
    Parts: [{ PartNumber: 3, Size: 5 * MIB }],
  });
  const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(uploads.Uploads?.map((one) => [one.Key, one.UploadId])).toEqual([[Key, id]]);

  const done = await complete(id, parts);
  const md5s = [first, last].map((bytes) => createHash('md5').update(bytes).digest());
  expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
  expect(done.ChecksumCRC32).toMatch(/-2$/);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.concat([first, last]))).toBe(true);
  expect(got).toMatchObject({ ContentType: 'text/csv', Metadata: { m: '1' }, TagCount: 1 });
  const part = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(await part.Body?.transformToString()).toBe('the end');
  expect(part).toMatchObject({ PartsCount: 2, ContentRange: `bytes ${5 * MIB}-${5 * MIB + 6}/${5 * MIB + 7}` });
  const range = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${5 * MIB - 2}-${5 * MIB + 2}` }));
  expect(await range.Body?.transformToByteArray()).toEqual(
    new Uint8Array(Buffer.concat([first.subarray(-2), last.subarray(0, 3)])),
  );
  const attributes = await s3.send(
    new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'Checksum'] }),
  );
  expect(attributes.ObjectParts).toMatchObject({
    TotalPartsCount: 2,
    Parts: [{ PartNumber: 1 }, { PartNumber: 2, Size: 7 }],
  });
  expect(attributes.Checksum?.ChecksumType).toBe('COMPOSITE');
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  // A client that lost the answer asks again.
  expect((await complete(id, parts)).ETag).toBe(done.ETag);
});

test('a checksum over the whole object is computed and compared', async () => {
  const whole = Buffer.concat([first, last]);
  const value = checksumOf('CRC64NVME', whole);
  const id = await start({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
  const parts = [
    await upload(id, 1, first, { ChecksumAlgorithm: 'CRC64NVME' }),
    await upload(id, 2, last, { ChecksumAlgorithm: 'CRC64NVME' }),
  ];
  const wrong = checksumOf('CRC64NVME', last);
  expect(await failure(complete(id, parts, { ChecksumCRC64NVME: wrong }))).toMatchObject({
    code: 'BadDigest',
    status: 400,
  });
  expect((await complete(id, parts, { ChecksumCRC64NVME: value })).ChecksumCRC64NVME).toBe(value);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  expect(head).toMatchObject({ ChecksumCRC64NVME: value, ChecksumType: 'FULL_OBJECT' });
});

test.each([
  [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }],
  [{ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }],
  [{ ChecksumType: 'FULL_OBJECT' }],
] as const)('an upload with %j is refused', async (more) => {
  expect(await failure(start(more))).toMatchObject({ code: 'InvalidRequest', status: 400 });
});

test('a part with another checksum than the upload was started with is refused', async () => {
  const id = await start({ ChecksumAlgorithm: 'SHA256' });
  expect(await failure(upload(id, 1, last, { ChecksumAlgorithm: 'CRC32' }))).toMatchObject({
    code: 'InvalidRequest',
    message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  });
});

test('a list of parts that is not right is refused, and the upload stays', async () => {
  const id = await start({ ChecksumAlgorithm: 'CRC32' });
  const small = await upload(id, 1, last);
  const next = await upload(id, 2, last);
  const cases: [Partial<Part>[], string][] = [
    [[next, small], 'InvalidPartOrder'],
    [[small, { ...next, ETag: '"0123"' }], 'InvalidPart'],
    [[small, { ...next, PartNumber: 3 }], 'InvalidPart'],
    [[small, next], 'EntityTooSmall'],
    [[{ PartNumber: small.PartNumber, ETag: small.ETag }], 'InvalidRequest'],
    [[], 'MalformedXML'],
  ];
  for (const [parts, code] of cases) expect(await failure(complete(id, parts))).toMatchObject({ code, status: 400 });
  await complete(id, [small]);
});

test('a part is replaced by a later one of its number', async () => {
  const id = await start({ ChecksumAlgorithm: 'CRC32' });
  await upload(id, 1, first);
  await complete(id, [await upload(id, 1, last)], { MpuObjectSize: 7 });
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(7);
});

test.each([0, 10_001])('the part number %i is refused', async (number) => {
  const id = await start();
  expect(await failure(upload(id, number, last))).toMatchObject({ code: 'InvalidArgument', status: 400 });
});

test('an aborted upload is gone, with its parts', async () => {
  const id = await start({ ChecksumAlgorithm: 'CRC32' });
  const part = await upload(id, 1, last);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));
  for (const call of [
    s3.send(new ListPartsCommand({ Bucket, Key, UploadId: id })),
    s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id })),
    upload(id, 2, last),
    complete(id, [part]),
  ]) {
    expect(await failure(call)).toMatchObject({ code: 'NoSuchUpload', status: 404 });
  }
  expect(bench.service.snapshot()).toMatchObject({ buckets: { [Bucket]: { keys: {}, uploads: [] } } });
});

test('an upload is completed only where its condition holds', async () => {
  const id = await start({ ChecksumAlgorithm: 'CRC32' });
  const part = await upload(id, 1, last);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'first' }));
  expect(await failure(complete(id, [part], { IfNoneMatch: '*' }))).toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
  await complete(id, [part]);
});

test('parts can be copied from another object, whole or a range of it', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: first }));
  const id = await start();
  const copy = (PartNumber: number, CopySourceRange?: string) =>
    s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId: id,
        PartNumber,
        CopySource: `${Bucket}/source`,
        CopySourceRange,
      }),
    );
  const whole = await copy(1);
  const range = await copy(2, 'bytes=0-4');
  for (const bad of ['bytes=4-0', 'bytes=-5', `bytes=0-${5 * MIB}`]) {
    expect(await failure(copy(3, bad))).toMatchObject({ code: 'InvalidArgument', status: 400 });
  }
  await complete(id, [
    { PartNumber: 1, ETag: whole.CopyPartResult?.ETag },
    { PartNumber: 2, ETag: range.CopyPartResult?.ETag },
  ]);
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(5 * MIB + 5);
});

test('uploads are listed in order, in pages, grouped by a delimiter', async () => {
  const keys = ['a/1', 'a/2', 'b', 'b', 'c/1'];
  for (const one of keys) await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: one }));
  const walk = async (MaxUploads: number, Delimiter?: string) => {
    const seen: (string | undefined)[] = [];
    let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads, Delimiter, ...next }));
      seen.push(...(page.Uploads ?? []).map((one) => one.Key), ...(page.CommonPrefixes ?? []).map((one) => one.Prefix));
      if (page.IsTruncated !== true) return seen.sort();
      next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  };
  for (const limit of [1, 2, 3, 1000]) {
    expect(await walk(limit)).toEqual(keys);
    expect(await walk(limit, '/')).toEqual(['a/', 'b', 'b', 'c/']);
  }
});

test('the upload manager of the SDK puts 20 MiB in parts', async () => {
  const body = Buffer.alloc(20 * MIB, 'channelmix');
  const upload = new Upload({ client: s3, params: { Bucket, Key, Body: body }, partSize: 8 * MIB });
  const done = await upload.done();
  expect(done.ETag).toMatch(/-3"$/);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
});
