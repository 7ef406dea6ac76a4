import { lookup } from 'node:dns';
import { Agent } from 'node:http';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { CHANNELMIX, CLIENT, failure } from './support.ts';

let sandbox: Sandbox;
let number = 0;
let Bucket: string;
let owner: S3Client;

function config(account = CLIENT) {
  const credentials = sandbox.accounts[account];
  if (credentials === undefined) throw new Error(`no account ${account}`);
  return { endpoint: sandbox.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

/** STS as a user of ChannelMix that may assume any role. */
async function channelmixUser(): Promise<STSClient> {
  const iam = new IAMClient(config(CHANNELMIX));
  const user = { UserName: `user-${number}` };
  await iam.send(new CreateUserCommand(user));
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ ...user, PolicyName: 'assume', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand(user));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  return new STSClient({ ...config(CHANNELMIX), credentials });
}

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

beforeEach(async () => {
  number += 1;
  Bucket = `sandbox-bucket-${number}`;
  owner = new S3Client({ ...config(), forcePathStyle: true });
  await owner.send(new CreateBucketCommand({ Bucket }));
});

test('a stream without a known checksum is put with trailers, and read back', async () => {
  const body = Buffer.alloc(12 * 1024 * 1024, 'channelmix');
  await new Upload({ client: owner, params: { Bucket, Key: 'big', Body: body } }).done();
  const got = await owner.send(new GetObjectCommand({ Bucket, Key: 'big' }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
});

test('a bucket is found by its host name', async () => {
  // Not every resolver knows the names below localhost.
  const agent = new Agent({ lookup: (_, options, callback) => lookup('127.0.0.1', options, callback) });
  const { port } = new URL(sandbox.endpoint);
  const client = new S3Client({
    ...config(),
    endpoint: `http://s3.localhost:${port}`,
    requestHandler: { httpAgent: agent },
  });
  const Key = 'a b/ü+~(1)//..';
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.map((one) => one.Key)).toEqual([Key]);
  expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe('x');
  agent.destroy();
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
test('a presigned URL serves whoever holds it, with the headers that stand in it', async () => {
  const Key = 'reports/a b.csv';
  const put = await getSignedUrl(
    owner,
    new PutObjectCommand({ Bucket, Key, Metadata: { source: 'presigned' }, StorageClass: 'STANDARD_IA' }),
  );
  // The SDK signs the checksum of an empty body, which S3 does not look at.
  expect(put).toContain('x-amz-checksum-crc32=AAAAAA%3D%3D');
  expect((await fetch(put, { method: 'PUT', body: 'hello' })).status).toBe(200);
  const get = await getSignedUrl(owner, new GetObjectCommand({ Bucket, Key, ResponseContentType: 'text/csv' }));
  const answer = await fetch(get);
  expect(await answer.text()).toBe('hello');
  expect(answer.headers.get('content-type')).toBe('text/csv');
  expect(answer.headers.get('x-amz-meta-source')).toBe('presigned');
  expect(answer.headers.get('x-amz-storage-class')).toBe('STANDARD_IA');
  expect((await fetch(get.replace('a%20b', 'b'))).status).toBe(403);
  expect((await fetch(get, { method: 'PUT', body: 'x' })).status).toBe(403);
});

test('a URL signed the old way is refused as real S3 does', async () => {
  const answer = await fetch(
    `${sandbox.endpoint}/${Bucket}/key?AWSAccessKeyId=${CLIENT}&Signature=x&Expires=99999999999`,
  );
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('Please use AWS4-HMAC-SHA256.');
});

test('an anonymous request gets what a public bucket policy gives', async () => {
  await owner.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'public' }));
  const url = `${sandbox.endpoint}/${Bucket}/a`;
  const refused = await fetch(url);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('<Message>Access Denied</Message>');
  await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
  });
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  expect(await (await fetch(url)).text()).toBe('public');
  expect((await fetch(`${sandbox.endpoint}/${Bucket}`)).status).toBe(403);
  expect((await fetch(`${sandbox.endpoint}/${Bucket}/absent`)).status).toBe(403);
});

test('errors carry their fields, and a HEAD has no body', async () => {
  const get = await getSignedUrl(owner, new GetObjectCommand({ Bucket, Key: 'absent' }));
  const text = await (await fetch(get)).text();
  expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*<Error><Code>NoSuchKey<\/Code>/);
  expect(text).toContain('<Message>The specified key does not exist.</Message><Key>absent</Key>');
  expect(await failure(owner.send(new HeadBucketCommand({ Bucket: 'no-such-bucket' })))).toMatchObject({ status: 404 });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
test('a bucket policy that names a role no longer means the role that is made anew under its name', async () => {
  const iam = new IAMClient(config());
  const role = { RoleName: `reader-${number}` };
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: CHANNELMIX }, Action: 'sts:AssumeRole' }],
  });
  const create = async () => (await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }))).Role;
  const first = await create();
  const put = (Arn: string | undefined) =>
    owner.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: Arn }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
          ],
        }),
      }),
    );
  expect(await failure(put(`arn:aws:iam::${CLIENT}:role/absent`))).toMatchObject({
    code: 'MalformedPolicy',
    message: 'Invalid principal in policy',
  });
  await put(first?.Arn);
  await owner.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));

  const sts = await channelmixUser();
  const visitor = async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: first?.Arn, RoleSessionName: 'test', DurationSeconds: 900 }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return new S3Client({ ...config(), credentials, forcePathStyle: true });
  };
  const read = async () => (await visitor()).send(new GetObjectCommand({ Bucket, Key: 'a' }));
  await read();
  await iam.send(new DeleteRoleCommand(role));
  const shown = (await owner.send(new GetBucketPolicyCommand({ Bucket }))).Policy;
  expect(shown).toContain(first?.RoleId);
  expect(shown).not.toContain(first?.Arn);
  await create();
  expect(await failure(read())).toMatchObject({ code: 'AccessDenied', status: 403 });
  await iam.send(
    new PutRolePolicyCommand({
      ...role,
      PolicyName: 'read',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
      }),
    }),
  );
  await read();
});
