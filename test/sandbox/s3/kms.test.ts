import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  allow,
  CHANNELMIX,
  CLIENT,
  createBench,
  denied,
  document,
  failure,
  type S3Bench,
  type Statement,
} from './support.ts';

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

const putPolicy = (...statements: Statement[]) =>
  owner.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document(...statements)) }));
const get = (client: S3Client, Key = 'reports/a.csv') => client.send(new GetObjectCommand({ Bucket, Key }));
const put = (client: S3Client, Key: string, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));

describe('KMS', () => {
  const key = `arn:aws:kms:us-east-1:${CLIENT}:key/11111111-2222-3333-4444-555555555555`;

  beforeEach(async () => {
    await owner.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
              BucketKeyEnabled: true,
            },
          ],
        },
      }),
    );
  });

  test('an object is encrypted with the bucket’s key, and its ETag is no MD5', async () => {
    const answer = await put(owner, 'k');
    expect(answer).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true });
    expect(answer.ETag).not.toBe('"9dd4e461268c8034f5c8564e155c67a6"');
    const plain = await put(owner, 'plain', { ServerSideEncryption: 'AES256' });
    expect(plain).toMatchObject({ ServerSideEncryption: 'AES256', ETag: '"9dd4e461268c8034f5c8564e155c67a6"' });
  });

  test('writing needs kms:GenerateDataKey, reading and parts kms:Decrypt', async () => {
    const objects = allow(['s3:PutObject', 's3:GetObject'], `${ARN}/*`);
    const none = bench.user(document(objects));
    const writer = bench.user(document(objects, allow('kms:GenerateDataKey', key)));
    const both = bench.user(document(objects, allow(['kms:GenerateDataKey', 'kms:Decrypt'], key)));
    expect((await failure(put(none, 'k'))).message).toContain('kms:GenerateDataKey');
    await put(writer, 'k');
    expect((await failure(get(writer, 'k'))).message).toContain('kms:Decrypt');
    await writer.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    await get(both, 'k');
    const { UploadId } = await writer.send(new CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
    const part = new UploadPartCommand({ Bucket, Key: 'm', UploadId, PartNumber: 1, Body: 'x' });
    expect((await failure(writer.send(part))).message).toContain('kms:Decrypt');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
  test('the encryption context is the bucket with the bucket key, else the object', async () => {
    const decrypt = (arn: string) =>
      bench.user(
        document(
          allow('s3:*', '*'),
          allow('kms:*', key, { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': arn } }),
        ),
      );
    await put(decrypt(ARN), 'k');
    expect(await failure(put(decrypt(`${ARN}/k`), 'k'))).toMatchObject(denied());
    const own = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: false };
    await put(decrypt(`${ARN}/k`), 'k', own);
    expect(await failure(get(decrypt(ARN), 'k'))).toMatchObject(denied());
    await get(decrypt(`${ARN}/k`), 'k');
  });

  test('the AWS managed key serves its account in any region', async () => {
    const irish = bench.root(CLIENT, { region: 'eu-west-1' });
    const there = { Bucket: 'irish-bucket' };
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await irish.send(new CreateBucketCommand({ ...there, CreateBucketConfiguration }));
    await irish.send(new PutObjectCommand({ ...there, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' }));
    await irish.send(new GetObjectCommand({ ...there, Key: 'k' }));
  });

  test('a key policy that does not name the account’s IAM refuses, and a key that is disabled, too', async () => {
    const user = bench.user(document(allow('s3:*', '*'), allow('kms:*', '*')));
    await put(user, 'k');
    bench.keys.put(key, {
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CLIENT}:user/admin` },
        Action: 'kms:*',
        Resource: '*',
      }),
    });
    const refused = await failure(put(user, 'k'));
    expect(refused).toMatchObject(denied());
    expect(refused.message).toContain('no resource-based policy allows the kms:GenerateDataKey action');
    bench.keys.put(key, { enabled: false });
    expect(await failure(put(user, 'k'))).toMatchObject({ code: 'KMS.DisabledException', status: 400 });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
  test('the AWS managed key cannot be used from another account', async () => {
    await putPolicy({ ...allow('s3:*', `${ARN}/*`), Principal: { AWS: CHANNELMIX } });
    const user = bench.user(document(allow('s3:*', '*'), allow('kms:*', '*')), CHANNELMIX);
    const managed = { ServerSideEncryption: 'aws:kms' };
    const answer = await put(owner, 'k', managed);
    expect(answer.SSEKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:111122223333:key\//);
    // As users report it: KMS tells nothing of a key in another account.
    const why =
      'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';
    expect(await failure(put(user, 'k', managed))).toMatchObject({
      ...denied(),
      message: expect.stringMatching(`is not authorized to perform: kms:GenerateDataKey on this resource ${why}$`),
    });
    expect(await failure(get(user, 'k'))).toMatchObject({
      ...denied(),
      message: expect.stringMatching(`kms:Decrypt on the resource associated with this ciphertext ${why}$`),
    });
    await put(user, 'k', { ServerSideEncryption: 'AES256' });
  });
});
