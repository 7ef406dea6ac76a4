import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
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

describe('versions', () => {
  const version = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

  test('each put makes a version, a delete makes a marker, and both can be removed', async () => {
    await put('a', 'null version');
    await version('Enabled');
    const one = await put('a', 'one');
    const two = await put('a', 'two');
    expect((await read('a')).VersionId).toBe(two.VersionId);
    expect((await read('a', { VersionId: one.VersionId })).text).toBe('one');
    expect((await read('a', { VersionId: 'null' })).text).toBe('null version');

    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(marker.DeleteMarker).toBe(true);
    const gone = await bench.send({ method: 'GET', path: `/${Bucket}/a` }, rootOf(CLIENT));
    expect(gone).toMatchObject({
      status: 404,
      headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId },
    });
    expect(await failure(read('a', { VersionId: marker.VersionId }))).toMatchObject({
      code: 'MethodNotAllowed',
      status: 405,
    });
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(list.Versions?.map((one) => [one.VersionId, one.IsLatest])).toEqual([
      [two.VersionId, false],
      [one.VersionId, false],
      ['null', false],
    ]);
    expect(list.DeleteMarkers?.map((one) => [one.VersionId, one.IsLatest])).toEqual([[marker.VersionId, true]]);

    const undone = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: marker.VersionId }));
    expect(undone).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect((await read('a')).text).toBe('two');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: two.VersionId }));
    expect((await read('a')).text).toBe('one');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
  test('while versioning is suspended, the null version is replaced and the others stay', async () => {
    await version('Enabled');
    const kept = await put('a', 'kept');
    await version('Suspended');
    // A write names its version only while versioning is enabled, a read always does.
    expect((await put('a', 'null one')).VersionId).toBeUndefined();
    expect((await read('a')).VersionId).toBe('null');
    await put('a', 'null two');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(list.Versions?.map((one) => one.VersionId)).toEqual([kept.VersionId]);
    expect(list.DeleteMarkers?.length).toBe(1);
  });

  test('versions are listed in pages, with markers between two versions of a key and behind groups', async () => {
    await version('Enabled');
    for (const key of ['a', 'b/1', 'b/2', 'c']) for (const text of ['1', '2', '3']) await put(key, text);
    const walk = async (MaxKeys: number, Delimiter?: string) => {
      const seen: string[] = [];
      let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, Delimiter, ...next }));
        for (const one of page.Versions ?? []) seen.push(`${one.Key} ${one.IsLatest}`);
        for (const one of page.CommonPrefixes ?? []) seen.push(`${one.Prefix}`);
        if (page.IsTruncated !== true) return seen.sort();
        next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    };
    const all = await walk(1000);
    expect(all.length).toBe(12);
    expect(all.filter((one) => one.endsWith('true')).length).toBe(4);
    const grouped = await walk(1000, '/');
    expect(grouped.length).toBe(7);
    for (const limit of [1, 2, 4, 5]) {
      expect(await walk(limit)).toEqual(all);
      expect(await walk(limit, '/')).toEqual(grouped);
    }
  });

  test.each([
    ['nonsense', 'InvalidArgument', 400],
    ['A'.repeat(32), 'NoSuchVersion', 404],
  ])('the version %s is refused with %s', async (VersionId, code, status) => {
    await version('Enabled');
    await put('a');
    expect(await failure(read('a', { VersionId }))).toMatchObject({ code, status });
  });
});

describe('batch delete', () => {
  test('it says what went, and nothing when it is quiet', async () => {
    for (const key of ['a', 'b', 'c']) await put(key);
    const remove = (keys: string[], Quiet = false) =>
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) } }));
    expect((await remove(['a', 'absent'])).Deleted?.map((one) => one.Key)).toEqual(['a', 'absent']);
    expect((await remove(['b'], true)).Deleted).toBeUndefined();
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map((one) => one.Key)).toEqual(['c']);
    expect(await failure(remove(Array.from({ length: 1001 }, (_, index) => `k${index}`)))).toMatchObject({
      code: 'MalformedXML',
    });
  });

  test('it wants a checksum of its document', async () => {
    const body = Buffer.from('<Delete><Object><Key>a</Key></Object></Delete>');
    const bare = { method: 'POST', path: `/${Bucket}`, query: 'delete=', body };
    expect((await bench.send(bare, rootOf(CLIENT))).body.toString()).toContain(
      'Missing required header for this request',
    );
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    expect((await bench.send({ ...bare, headers }, rootOf(CLIENT))).status).toBe(200);
  });

  test('in a versioned bucket it makes and removes markers', async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await put('a');
    const marked = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }));
    const marker = marked.Deleted?.[0];
    expect(marker).toMatchObject({ Key: 'a', DeleteMarker: true });
    await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [
            { Key: 'a', VersionId },
            { Key: 'a', VersionId: marker?.DeleteMarkerVersionId },
          ],
        },
      }),
    );
    expect(bench.service.snapshot()).toMatchObject({ buckets: { [Bucket]: { keys: {} } } });
  });
});

describe('copy', () => {
  const copy = (Key: string, CopySource: string, more = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));

  test('a copy takes content, headers, metadata and tags along, or new ones', async () => {
    await put('a b+ü', 'hello', {
      ContentType: 'text/csv',
      Metadata: { a: '1' },
      Tagging: 't=1',
      StorageClass: 'STANDARD_IA',
    });
    const result = await copy('copy', `/${Bucket}/${encodeURIComponent('a b+ü')}`);
    expect(result.CopyObjectResult?.ETag).toBe(md5('hello'));
    const copied = await read('copy');
    expect(copied).toMatchObject({ text: 'hello', ContentType: 'text/csv', Metadata: { a: '1' }, TagCount: 1 });
    expect(copied.StorageClass).toBeUndefined();
    await copy('copy', `${Bucket}/${encodeURIComponent('a b+ü')}`, {
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: 'x=1&y=2',
    });
    expect(await read('copy')).toMatchObject({ Metadata: { b: '2' }, TagCount: 2, ContentType: 'binary/octet-stream' });
  });

  test('a copy onto itself must change something', async () => {
    await put('a');
    expect(await failure(copy('a', `${Bucket}/a`))).toMatchObject({ code: 'InvalidRequest', status: 400 });
    await copy('a', `${Bucket}/a`, { MetadataDirective: 'REPLACE', Metadata: { new: '1' } });
    await copy('a', `${Bucket}/a`, { StorageClass: 'STANDARD_IA' });
  });

  test('an older version can be copied over the current one', async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const old = await put('a', 'old');
    await put('a', 'new');
    const result = await copy('a', `${Bucket}/a?versionId=${old.VersionId}`);
    expect(result.CopySourceVersionId).toBe(old.VersionId);
    expect((await read('a')).text).toBe('old');
  });

  test('conditions on the source hold or give 412', async () => {
    const { ETag } = await put('a');
    await copy('b', `${Bucket}/a`, { CopySourceIfMatch: ETag });
    for (const condition of [{ CopySourceIfMatch: '"x"' }, { CopySourceIfNoneMatch: ETag }]) {
      expect(await failure(copy('b', `${Bucket}/a`, condition))).toMatchObject({
        code: 'PreconditionFailed',
        status: 412,
      });
    }
  });

  test.each([
    ['absent', 'NoSuchKey', 404],
    ['', 'InvalidArgument', 400],
  ])('a source %j is refused with %s', async (key, code, status) => {
    expect(await failure(copy('b', `${Bucket}/${key}`))).toMatchObject({ code, status });
  });

  test('a source bucket that is not there is named', async () => {
    expect(await failure(copy('b', 'no-such-bucket/key'))).toMatchObject({ code: 'NoSuchBucket', status: 404 });
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

describe('listing', () => {
  const keys = ['a', 'b/1', 'b/2', 'c d', 'ö', '\uffee', '\u{1f600}', 'z%&+<'];

  test('keys come in the order of their bytes, through both versions of the API, encoded or not', async () => {
    for (const key of keys) await put(key, key);
    const sorted = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    const v2 = await s3.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }));
    expect(v2.Contents?.map((one) => one.Key)).toEqual(sorted);
    expect(v2.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    expect(v2.KeyCount).toBe(keys.length);
    const v1 = await s3.send(new ListObjectsCommand({ Bucket }));
    expect(v1.Contents?.map((one) => one.Key)).toEqual(sorted);
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(encoded.Contents?.map((one) => decodeURIComponent((one.Key ?? '').replaceAll('+', ' ')))).toEqual(sorted);
    expect(encoded.Contents?.map((one) => one.Key)).toContain('z%25%26%2B%3C');
  });

  test('pages, prefixes, delimiters and start-after', async () => {
    for (const key of keys) await put(key, key);
    const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, Delimiter: '/' }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2, CommonPrefixes: [{ Prefix: 'b/' }] });
    const second = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 2, Delimiter: '/', ContinuationToken: first.NextContinuationToken }),
    );
    expect(second.Contents?.map((one) => one.Key)).toEqual(['c d', 'z%&+<']);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', StartAfter: 'b/1' }));
    expect(after.Contents?.map((one) => one.Key)).toEqual(['b/2']);
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ IsTruncated: false, KeyCount: 0 });
    const v1 = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/' }));
    expect(v1).toMatchObject({ IsTruncated: true, NextMarker: 'b/' });
    const v1next = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/', Marker: v1.NextMarker }));
    expect(v1next.Contents?.map((one) => one.Key)).toEqual(['c d', 'z%&+<']);
  });

  test.each([{ MaxKeys: -1 }, { ContinuationToken: 'nonsense!' }, { EncodingType: 'xml' }])(
    '%j is refused',
    async (more) => {
      const call = s3.send(new ListObjectsV2Command({ Bucket, ...(more as object) }));
      expect(await failure(call)).toMatchObject({ code: 'InvalidArgument', status: 400 });
    },
  );
});
