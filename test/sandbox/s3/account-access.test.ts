import {
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  DeletePublicAccessBlockCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildXml } from '../../../src/sandbox/xml.ts';
import { allow, CHANNELMIX, CLIENT, createBench, denied, document, failure, rootOf, type S3Bench } from './support.ts';

const Bucket = 'data-bucket';
let bench: S3Bench;
let owner: S3Client;

beforeEach(async () => {
  bench = createBench();
  owner = bench.root();
  await owner.send(new CreateBucketCommand({ Bucket }));
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
describe('the public access block of an account', () => {
  const control = (method: string, body: object | undefined = undefined, caller = rootOf(CLIENT), account = CLIENT) =>
    bench.send(
      {
        method,
        path: '/v20180820/configuration/publicAccessBlock',
        headers: { 'x-amz-account-id': account },
        ...(body === undefined
          ? {}
          : { body: Buffer.from(buildXml('PublicAccessBlockConfiguration', body as Record<string, boolean>)) }),
      },
      caller,
    );
  const publicRead = () =>
    owner.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify(document({ ...allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`), Principal: '*' })),
      }),
    );

  test('is put, read and removed by its own account', async () => {
    expect((await control('GET')).status).toBe(404);
    expect((await control('PUT', { BlockPublicPolicy: true })).status).toBe(201);
    const answer = await control('GET');
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain('<BlockPublicPolicy>true</BlockPublicPolicy>');
    expect(answer.body.toString()).toContain('<RestrictPublicBuckets>false</RestrictPublicBuckets>');
    expect((await control('GET', undefined, rootOf(CHANNELMIX))).status).toBe(403);
    expect((await control('DELETE')).status).toBe(204);
    expect((await control('GET')).status).toBe(404);
    expect((await control('POST')).status).toBe(501);
  });

  test('counts together with that of each bucket', async () => {
    await owner.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await control('PUT', { BlockPublicPolicy: true });
    expect((await failure(publicRead())).message).toContain('BlockPublicPolicy');
    await control('DELETE');
    await publicRead();
    const other = bench.user(document(allow('s3:*', '*')), CHANNELMIX);
    const get = () => other.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await get();
    await control('PUT', { RestrictPublicBuckets: true });
    expect(await failure(get())).toMatchObject(denied());
  });

  test('is not taken for a bucket of that name', async () => {
    await owner.send(new CreateBucketCommand({ Bucket: 'v20180820' }));
    await owner.send(new PutObjectCommand({ Bucket: 'v20180820', Key: 'configuration/publicAccessBlock', Body: 'x' }));
    const got = await owner.send(new GetObjectCommand({ Bucket: 'v20180820', Key: 'configuration/publicAccessBlock' }));
    expect(await got.Body?.transformToString()).toBe('x');
  });
});

describe('settings that are kept, and not acted on', () => {
  test('notifications are given back, and end with an empty configuration', async () => {
    const TopicArn = `arn:aws:sns:us-east-1:${CLIENT}:new-files`;
    const set = (NotificationConfiguration: object) =>
      owner.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    await set({ TopicConfigurations: [{ Id: 'a', TopicArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] }] });
    const get = () => owner.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect((await get()).TopicConfigurations).toEqual([
      { Id: 'a', TopicArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] },
    ]);
    await set({});
    expect((await get()).TopicConfigurations).toBeUndefined();
    const wrong = set({ QueueConfigurations: [{ QueueArn: TopicArn, Events: ['s3:ObjectCreated:*'] }] });
    expect(await failure(wrong)).toMatchObject({ code: 'InvalidArgument' });
  });

  test('replication needs versioning, is given back and removed', async () => {
    const ReplicationConfiguration = {
      Role: `arn:aws:iam::${CLIENT}:role/copier`,
      Rules: [
        {
          ID: 'copy',
          Priority: 1,
          Status: 'Enabled' as const,
          Filter: { Prefix: '' },
          DeleteMarkerReplication: { Status: 'Disabled' as const },
          Destination: { Bucket: 'arn:aws:s3:::other-bucket' },
        },
      ],
    };
    const put = () => owner.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    expect(await failure(put())).toMatchObject({ code: 'InvalidRequest' });
    await owner.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await put();
    const got = await owner.send(new GetBucketReplicationCommand({ Bucket }));
    expect(got.ReplicationConfiguration).toEqual(ReplicationConfiguration);
    await owner.send(new DeleteBucketReplicationCommand({ Bucket }));
    const gone = owner.send(new GetBucketReplicationCommand({ Bucket }));
    expect(await failure(gone)).toMatchObject({ code: 'ReplicationConfigurationNotFoundError', status: 404 });
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
describe('a bucket whose requesters pay', () => {
  beforeEach(async () => {
    await owner.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const statement = { ...allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`), Principal: '*' };
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document(statement)) }));
    await owner.send(
      new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } }),
    );
  });

  test('is open to other accounts that say so, and tells them that they are charged', async () => {
    const other = bench.user(document(allow('s3:*', '*')), CHANNELMIX);
    const get = (more: object = {}) => other.send(new GetObjectCommand({ Bucket, Key: 'k', ...more }));
    expect(await failure(get())).toMatchObject(denied());
    expect((await get({ RequestPayer: 'requester' })).RequestCharged).toBe('requester');
  });

  test('charges its own account nothing, and needs no word of it', async () => {
    const own = bench.user(document(allow('s3:GetObject', '*')));
    expect((await own.send(new GetObjectCommand({ Bucket, Key: 'k' }))).RequestCharged).toBeUndefined();
  });

  test('is closed to those who sign nothing', async () => {
    const headers = { 'x-amz-request-payer': 'requester' };
    expect((await bench.send({ method: 'GET', path: `/${Bucket}/k`, headers })).status).toBe(403);
  });
});
