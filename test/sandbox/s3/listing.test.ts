import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
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
