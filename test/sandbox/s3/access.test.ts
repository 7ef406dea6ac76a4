import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { allow, createBench, denied, document, failure, type S3Bench } from './support.ts';

const Bucket = 'client-bucket';
const ARN = `arn:aws:s3:::${Bucket}`;
let bench: S3Bench;
let owner: S3Client;

beforeEach(async () => {
  bench = createBench();
  owner = bench.root();
  await owner.send(new CreateBucketCommand({ Bucket }));
  await owner.send(new PutObjectCommand({ Bucket, Key: 'reports/a.csv', Body: 'a', Tagging: 'team=marketing' }));
});

const get = (client: S3Client, Key = 'reports/a.csv') => client.send(new GetObjectCommand({ Bucket, Key }));
const put = (client: S3Client, Key: string, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));

describe('identity policies', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
  test('a refusal names who, action, resource and layer', async () => {
    const user = bench.user(document(allow('s3:ListBucket', ARN)));
    const refused = await failure(get(user));
    expect(refused).toMatchObject(denied());
    expect(refused.message).toMatch(
      /^User: arn:aws:iam::111122223333:user\/\w+ is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::client-bucket\/reports\/a.csv" because no identity-based policy allows the s3:GetObject action$/,
    );
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  test('an absent key is 404 to those who may list, and 403 to others', async () => {
    const lister = bench.user(document(allow('s3:ListBucket', ARN), allow('s3:GetObject', `${ARN}/*`)));
    const reader = bench.user(document(allow('s3:GetObject', `${ARN}/*`)));
    const listerOnly = bench.user(document(allow('s3:ListBucket', ARN)));
    expect(await failure(get(lister, 'absent'))).toMatchObject({ code: 'NoSuchKey', status: 404 });
    expect(await failure(get(reader, 'absent'))).toMatchObject(denied());
    expect(await failure(get(listerOnly, 'absent'))).toMatchObject(denied());
    const head = (client: S3Client) => failure(client.send(new HeadObjectCommand({ Bucket, Key: 'absent' })));
    expect(await head(lister)).toMatchObject({ status: 404 });
    expect(await head(reader)).toMatchObject({ status: 403 });
  });

  test('a prefix condition binds listings', async () => {
    const user = bench.user(document(allow('s3:ListBucket', ARN, { StringLike: { 's3:prefix': 'reports/*' } })));
    const list = (more: { Prefix?: string; MaxKeys?: number }) =>
      user.send(new ListObjectsV2Command({ Bucket, ...more }));
    expect((await list({ Prefix: 'reports/2024' })).KeyCount).toBe(0);
    expect(await failure(list({ Prefix: 'other/' }))).toMatchObject(denied());
    expect(await failure(list({}))).toMatchObject(denied());
  });

  test('conditions on max-keys, tags, storage class and conditional writes bind', async () => {
    const user = bench.user(
      document(
        allow('s3:ListBucket', ARN, { NumericLessThanEquals: { 's3:max-keys': '10' } }),
        allow('s3:GetObject', `${ARN}/*`, { StringEquals: { 's3:ExistingObjectTag/team': 'marketing' } }),
        allow('s3:PutObject', `${ARN}/once/*`, { Null: { 's3:if-none-match': 'false' } }),
        allow(['s3:PutObject', 's3:PutObjectTagging'], `${ARN}/tagged/*`, {
          StringEquals: { 's3:RequestObjectTag/team': 'marketing' },
          'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team'] },
        }),
        allow('s3:PutObject', `${ARN}/cold/*`, { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } }),
      ),
    );
    await user.send(new ListObjectsV2Command({ Bucket, MaxKeys: 10 }));
    expect(await failure(user.send(new ListObjectsV2Command({ Bucket, MaxKeys: 11 })))).toMatchObject(denied());
    await get(user);
    await put(owner, 'untagged');
    expect(await failure(get(user, 'untagged'))).toMatchObject(denied());
    await put(user, 'once/a', { IfNoneMatch: '*' });
    expect(await failure(put(user, 'once/b'))).toMatchObject(denied());
    await put(user, 'tagged/a', { Tagging: 'team=marketing' });
    for (const Tagging of ['team=sales', 'team=marketing&more=1']) {
      expect(await failure(put(user, 'tagged/a', { Tagging }))).toMatchObject(denied());
    }
    const tag = (Value: string) =>
      user.send(
        new PutObjectTaggingCommand({ Bucket, Key: 'tagged/a', Tagging: { TagSet: [{ Key: 'team', Value }] } }),
      );
    await tag('marketing');
    expect(await failure(tag('sales'))).toMatchObject(denied());
    await put(user, 'cold/a', { StorageClass: 'STANDARD_IA' });
    expect(await failure(put(user, 'cold/a'))).toMatchObject(denied());
  });

  test('a tag on a new object needs s3:PutObjectTagging, an ACL s3:PutObjectAcl', async () => {
    const user = bench.user(document(allow('s3:PutObject', `${ARN}/*`)));
    await put(user, 'a');
    expect((await failure(put(user, 'a', { Tagging: 'a=1' }))).message).toContain('s3:PutObjectTagging');
    expect((await failure(put(user, 'a', { ACL: 'bucket-owner-full-control' }))).message).toContain('s3:PutObjectAcl');
  });

  test('a batch delete is decided key by key', async () => {
    const user = bench.user(document(allow('s3:DeleteObject', `${ARN}/mine/*`)));
    await put(owner, 'mine/a');
    const result = await user.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'mine/a' }, { Key: 'reports/a.csv' }] } }),
    );
    expect(result.Deleted?.map((one) => one.Key)).toEqual(['mine/a']);
    expect(result.Errors).toMatchObject([{ Key: 'reports/a.csv', Code: 'AccessDenied' }]);
    await get(owner);
  });

  test('a copy needs to read its source, with its tags when they come along', async () => {
    const copy = (client: S3Client, more = {}) =>
      client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/reports/a.csv`, ...more }));
    const write = allow(['s3:PutObject', 's3:PutObjectTagging'], `${ARN}/copy`);
    const read = allow('s3:GetObject', `${ARN}/reports/*`);
    const readTags = allow('s3:GetObjectTagging', `${ARN}/reports/*`);
    expect((await failure(copy(bench.user(document(write))))).message).toContain('s3:GetObject on');
    expect((await failure(copy(bench.user(document(write, read))))).message).toContain('s3:GetObjectTagging');
    expect((await failure(copy(bench.user(document(read, readTags))))).message).toContain('s3:PutObject on');
    await copy(bench.user(document(read, write, readTags)));
    await copy(bench.user(document(read, write)), { TaggingDirective: 'REPLACE' });
  });

  test('a multipart upload needs s3:PutObject, its abort s3:AbortMultipartUpload', async () => {
    const user = bench.user(document(allow('s3:PutObject', `${ARN}/*`)));
    const { UploadId } = await user.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const abort = new AbortMultipartUploadCommand({ Bucket, Key: 'k', UploadId });
    expect((await failure(user.send(abort))).message).toContain('s3:AbortMultipartUpload');
    await owner.send(abort);
  });

  test('a missing bucket is 404 to everyone', async () => {
    const call = bench
      .user(document(allow('s3:GetObject', `${ARN}/*`)))
      .send(new GetObjectCommand({ Bucket: 'no-such', Key: 'k' }));
    expect(await failure(call)).toMatchObject({ code: 'NoSuchBucket', status: 404 });
  });
});
