import {
  CreateAliasCommand,
  CreateGrantCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allow, CLIENT, failure, keyPolicy, kmsOf, newKey, roleWith, rootKeys, s3Of } from './support.ts';

const Bucket = 'data';
let sandbox: Sandbox;
let root: KMSClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  root = kmsOf(sandbox, rootKeys(CLIENT));
});
afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

describe('a bucket that is encrypted with a key', () => {
  const s3Actions = allow(['s3:PutObject', 's3:GetObject'], `arn:aws:s3:::${Bucket}/*`);
  const put = (s3: S3Client) => s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  let owner: S3Client;
  let key: { readonly id: string; readonly arn: string };

  const encrypt = (KMSMasterKeyID: string) =>
    owner.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID } }],
        },
      }),
    );

  beforeEach(async () => {
    owner = s3Of(sandbox, rootKeys(CLIENT));
    await owner.send(new CreateBucketCommand({ Bucket }));
    key = await newKey(root);
    await encrypt(key.arn);
  });

  it('asks the key’s grants, within the encryption context that they name', async () => {
    const s3 = s3Of(sandbox, await roleWith(sandbox, 'worker', s3Actions));
    expect((await failure(put(s3))).message).toContain('kms:GenerateDataKey');
    const grant = (object: string) =>
      root.send(
        new CreateGrantCommand({
          KeyId: key.arn,
          GranteePrincipal: `arn:aws:iam::${CLIENT}:role/worker`,
          Operations: ['GenerateDataKey', 'Decrypt'],
          Constraints: { EncryptionContextSubset: { 'aws:s3:arn': `arn:aws:s3:::${Bucket}/${object}` } },
        }),
      );
    await grant('other');
    expect(await failure(put(s3))).toMatchObject({ code: 'AccessDenied' });
    await grant('k');
    await put(s3);
    await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-eventual-consistency
  it('lets a new grant count after the delay that a fault sets, or with its token', async () => {
    const keys = await roleWith(sandbox, 'worker', s3Actions);
    const [s3, kms] = [s3Of(sandbox, keys), kmsOf(sandbox, keys)];
    sandbox.faults.add('grant-delay=5m');
    const { GrantToken = '' } = await root.send(
      new CreateGrantCommand({
        KeyId: key.arn,
        GranteePrincipal: `arn:aws:iam::${CLIENT}:role/worker`,
        Operations: ['GenerateDataKey', 'Decrypt', 'DescribeKey'],
      }),
    );
    expect(await failure(put(s3))).toMatchObject({ code: 'AccessDenied' });
    expect(await failure(kms.send(new DescribeKeyCommand({ KeyId: key.arn })))).toMatchObject({ status: 400 });
    await kms.send(new DescribeKeyCommand({ KeyId: key.arn, GrantTokens: [GrantToken] }));
    sandbox.clock.advance(300_000);
    await put(s3);
  });

  it('passes on what KMS says of its state', async () => {
    await put(owner);
    await root.send(new DisableKeyCommand({ KeyId: key.id }));
    expect(await failure(put(owner))).toEqual({
      code: 'KMS.DisabledException',
      status: 400,
      message: `${key.arn} is disabled.`,
    });
    expect((await failure(owner.send(new GetObjectCommand({ Bucket, Key: 'k' })))).code).toBe('KMS.DisabledException');
    await root.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    expect(await failure(put(owner))).toEqual({
      code: 'KMS.KMSInvalidStateException',
      status: 400,
      message: `${key.arn} is pending deletion.`,
    });
    sandbox.clock.advance(30 * 86_400_000);
    expect(await failure(put(owner))).toMatchObject({
      code: 'KMS.NotFoundException',
      message: `Key '${key.arn}' does not exist`,
    });
  });

  it('may name it by an alias', async () => {
    await root.send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: key.id }));
    await encrypt('alias/reports');
    expect((await put(owner)).SSEKMSKeyId).toBe(key.arn);
    expect(await failure(encrypt('alias/none'))).toMatchObject({ code: 'KMS.NotFoundException' });
  });

  it('with the AWS managed key shows that in KMS, where nobody can change it', async () => {
    const { SSEKMSKeyId } = await owner.send(
      new PutObjectCommand({
        Bucket,
        Key: 'k',
        Body: 'x',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: 'alias/aws/s3',
      }),
    );
    const { KeyMetadata } = await root.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(KeyMetadata).toMatchObject({ Arn: SSEKMSKeyId, KeyManager: 'AWS' });
    const { Policy } = await root.send(new GetKeyPolicyCommand({ KeyId: SSEKMSKeyId }));
    expect(Policy).toContain('kms:ViaService');
    const change = root.send(new PutKeyPolicyCommand({ KeyId: SSEKMSKeyId, Policy: keyPolicy() }));
    expect((await failure(change)).status).toBe(400);
  });
});
