import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { CHANNELMIX, createBench, failure } from './support.ts';

test('a bucket is made, found, listed and removed', async () => {
  const bench = createBench();
  const s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket: 'one-bucket' }));
  const head = await s3.send(new HeadBucketCommand({ Bucket: 'one-bucket' }));
  expect(head.BucketRegion).toBe('us-east-1');
  const list = await s3.send(new ListBucketsCommand({}));
  expect(list.Buckets?.map((bucket) => bucket.Name)).toEqual(['one-bucket']);
  const put = await s3.send(new PutObjectCommand({ Bucket: 'one-bucket', Key: 'a b+c/ü//..//x', Body: 'hello' }));
  expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const got = await s3.send(new GetObjectCommand({ Bucket: 'one-bucket', Key: 'a b+c/ü//..//x' }));
  expect(await got.Body?.transformToString()).toBe('hello');
  const keys = await s3.send(new ListObjectsV2Command({ Bucket: 'one-bucket' }));
  expect(keys.Contents?.map((one) => one.Key)).toEqual(['a b+c/ü//..//x']);
  expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: 'one-bucket' })))).toMatchObject({
    code: 'BucketNotEmpty',
  });
  expect(await failure(bench.root(CHANNELMIX).send(new HeadBucketCommand({ Bucket: 'one-bucket' })))).toMatchObject({
    status: 403,
  });
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'one-bucket' }))).LocationConstraint).toBeUndefined();
});
