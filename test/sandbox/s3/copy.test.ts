import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { createBench, failure, type S3Bench } from './support.ts';

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
