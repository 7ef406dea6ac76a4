import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
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
