import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { CHANNELMIX, CLIENT, createBench, failure, rootOf } from './support.ts';

test('a bucket is made, found, listed with its region, and removed', async () => {
  const bench = createBench();
  const s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket: 'one-bucket' }));
  await s3.send(
    new CreateBucketCommand({ Bucket: 'two-bucket', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  expect((await s3.send(new HeadBucketCommand({ Bucket: 'one-bucket' }))).BucketRegion).toBe('us-east-1');
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'one-bucket' }))).LocationConstraint).toBeUndefined();
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'two-bucket' }))).LocationConstraint).toBe('eu-west-1');
  const all = await s3.send(new ListBucketsCommand({}));
  expect(all.Buckets?.map((bucket) => [bucket.Name, bucket.BucketRegion])).toEqual([
    ['one-bucket', undefined],
    ['two-bucket', undefined],
  ]);
  const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 1 }));
  expect(page.Buckets?.map((bucket) => [bucket.Name, bucket.BucketRegion])).toEqual([['one-bucket', 'us-east-1']]);
  const rest = await s3.send(new ListBucketsCommand({ MaxBuckets: 5, ContinuationToken: page.ContinuationToken }));
  expect(rest.Buckets?.map((bucket) => [bucket.Name, bucket.BucketRegion])).toEqual([['two-bucket', 'eu-west-1']]);
  expect((await bench.root(CHANNELMIX).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  await s3.send(new DeleteBucketCommand({ Bucket: 'one-bucket' }));
  expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: 'one-bucket' })))).toMatchObject({
    code: 'NoSuchBucket',
    status: 404,
  });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.length).toBe(1);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html#API_CreateBucket_Errors
test('a name that is taken is refused, but for the own bucket in us-east-1', async () => {
  const bench = createBench();
  const s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket: 'taken' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'taken' }));
  const ireland = bench.root(CLIENT, { region: 'eu-west-1' });
  const configuration = { LocationConstraint: 'eu-west-1' } as const;
  await ireland.send(new CreateBucketCommand({ Bucket: 'irish', CreateBucketConfiguration: configuration }));
  expect(
    await failure(ireland.send(new CreateBucketCommand({ Bucket: 'irish', CreateBucketConfiguration: configuration }))),
  ).toMatchObject({ code: 'BucketAlreadyOwnedByYou', status: 409 });
  expect(await failure(bench.root(CHANNELMIX).send(new CreateBucketCommand({ Bucket: 'taken' })))).toMatchObject({
    code: 'BucketAlreadyExists',
    status: 409,
  });
});

test.each([
  ['eu-west-1', undefined, 'IllegalLocationConstraintException'],
  ['eu-west-1', 'eu-north-1', 'IllegalLocationConstraintException'],
  ['us-east-1', 'us-east-1', 'InvalidLocationConstraint'],
  ['us-east-1', 'nowhere', 'InvalidLocationConstraint'],
])('signed for %s, a bucket in %s is refused with %s', async (region, constraint, code) => {
  const bench = createBench();
  const body =
    constraint === undefined
      ? undefined
      : Buffer.from(
          `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`,
        );
  const answer = await bench.send(
    { method: 'PUT', path: '/some-bucket', region, ...(body === undefined ? {} : { body }) },
    rootOf(CLIENT),
  );
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain(`<Code>${code}</Code>`);
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
test.each([
  'ab',
  'A-bucket',
  '-bucket',
  'bucket-',
  'a..b',
  '192.168.5.4',
  'xn--bucket',
  'bucket-s3alias',
  'a_b',
  'x'.repeat(64),
])('the name %s is refused', async (name) => {
  const bench = createBench();
  const answer = await bench.send({ method: 'PUT', path: `/${name}` }, rootOf(CLIENT));
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain('<Code>InvalidBucketName</Code>');
});

test('a bucket with objects, or with versions alone, cannot be removed', async () => {
  const bench = createBench();
  const s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket: 'full-bucket' }));
  await s3.send(new PutObjectCommand({ Bucket: 'full-bucket', Key: 'a', Body: 'x' }));
  const remove = new DeleteBucketCommand({ Bucket: 'full-bucket' });
  expect(await failure(s3.send(remove))).toMatchObject({
    code: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  });
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: 'full-bucket', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await s3.send(new DeleteObjectCommand({ Bucket: 'full-bucket', Key: 'a' }));
  expect((await s3.send(new ListObjectsV2Command({ Bucket: 'full-bucket' }))).KeyCount).toBe(0);
  expect(await failure(s3.send(remove))).toMatchObject({
    code: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
  });
});

test('a client that signed for another region is told the right one', async () => {
  const bench = createBench();
  await bench
    .root()
    .send(new CreateBucketCommand({ Bucket: 'irish', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  const path = await bench.send({ method: 'GET', path: '/irish/key' }, rootOf(CLIENT));
  expect(path.status).toBe(301);
  expect(path.headers['x-amz-bucket-region']).toBe('eu-west-1');
  expect(path.body.toString()).toContain('<Code>PermanentRedirect</Code>');
  const host = await bench.send({ method: 'GET', path: '/key', host: 'irish.s3.localhost' }, rootOf(CLIENT));
  expect(host.status).toBe(400);
  expect(host.body.toString()).toContain(
    "<Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>",
  );
  const following = bench.root(CLIENT, { followRegionRedirects: true });
  await following.send(new PutObjectCommand({ Bucket: 'irish', Key: 'key', Body: 'x' }));
});

test('HeadBucket tells the region even to those who may not', async () => {
  const bench = createBench();
  await bench.root().send(new CreateBucketCommand({ Bucket: 'private-bucket' }));
  const answer = await bench.send({ method: 'HEAD', path: '/private-bucket' }, rootOf(CHANNELMIX));
  expect(answer.status).toBe(403);
  expect(answer.headers['x-amz-bucket-region']).toBe('us-east-1');
});

test('a bucket whose owner is not the expected one is refused', async () => {
  const bench = createBench();
  const s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket: 'owned-bucket' }));
  await s3.send(new HeadBucketCommand({ Bucket: 'owned-bucket', ExpectedBucketOwner: CLIENT }));
  const wrong = { Bucket: 'owned-bucket', Key: 'key', ExpectedBucketOwner: CHANNELMIX };
  expect(await failure(s3.send(new GetObjectCommand(wrong)))).toMatchObject({ code: 'AccessDenied', status: 403 });
  const nobody = { ...wrong, ExpectedBucketOwner: 'me' };
  expect(await failure(s3.send(new GetObjectCommand(nobody)))).toMatchObject({
    code: 'InvalidBucketOwnerAWSAccountID',
    status: 400,
  });
});

test.each([
  ['localhost', '/addressed/k', 'k'],
  ['127.0.0.1', '/addressed/k', 'k'],
  ['s3.localhost', '/addressed/k', 'k'],
  ['s3.us-east-1.localhost', '/addressed/k', 'k'],
  ['addressed.localhost', '/k', 'k'],
  ['addressed.s3.localhost', '/k', 'k'],
  ['addressed.s3.us-east-1.localhost', '/k', 'k'],
  ['addressed.s3.us-east-1.amazonaws.com', '/k', 'k'],
  ['addressed.s3.dualstack.us-east-1.amazonaws.com', '/k', 'k'],
  ['localhost', '/addressed/a+b%2Bc%20d', 'a+b+c d'],
  ['localhost', '/addressed//a//../b/', '/a//../b/'],
  ['localhost', '/addressed/%C3%BC/%F0%9F%98%80', 'ü/😀'],
  ['localhost', '/addressed/%2e%2e%2Fx', '../x'],
])('%s%s is the key %s', async (host, path, key) => {
  const bench = createBench();
  await bench.root().send(new CreateBucketCommand({ Bucket: 'addressed' }));
  const put = await bench.send({ method: 'PUT', host, path, body: Buffer.from('x') }, rootOf(CLIENT));
  expect(put.status).toBe(200);
  const list = await bench.root().send(new ListObjectsV2Command({ Bucket: 'addressed' }));
  expect(list.Contents?.map((one) => one.Key)).toEqual([key]);
});

test.each(['/addressed/%zz', '/addressed/%', '/addressed/%ff'])('the path %s cannot be read', async (path) => {
  const answer = await createBench().send({ method: 'GET', path }, rootOf(CLIENT));
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain('<Code>InvalidURI</Code>');
});

test('what the sandbox does not have is a 501 that names it', async () => {
  const bench = createBench();
  await bench.root().send(new CreateBucketCommand({ Bucket: 'some-bucket' }));
  for (const [method, path, query, name] of [
    ['GET', '/some-bucket', 'colour', 'colour'],
    ['PUT', '/some-bucket', 'website', 'PutBucketWebsite'],
    ['GET', '/some-bucket/key', 'torrent', 'GetObjectTorrent'],
    ['POST', '/some-bucket', '', 'PostObject'],
  ] as const) {
    const answer = await bench.send({ method, path, query }, rootOf(CLIENT));
    expect(answer.status).toBe(501);
    expect(answer.body.toString()).toContain(name);
  }
  const patch = await bench.send({ method: 'PATCH', path: '/some-bucket' }, rootOf(CLIENT));
  expect(patch.status).toBe(405);
});
