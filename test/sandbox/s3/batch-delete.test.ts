import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
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
