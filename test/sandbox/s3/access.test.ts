import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/model/policy.ts';
import { CHANNELMIX, CLIENT, createBench, failure, type S3Bench } from './support.ts';

const Bucket = 'client-bucket';
const ARN = `arn:aws:s3:::${Bucket}`;
let bench: S3Bench;
let owner: S3Client;

type Statement = { readonly [element: string]: JsonValue };

const document = (...statements: Statement[]): JsonValue => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], Condition?: JsonValue): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const denied = (code = 'AccessDenied') => ({ code, status: 403 });

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

describe('bucket policies', () => {
  const other = (...statements: Statement[]) => bench.user(document(...statements), CHANNELMIX);
  const grant = (Principal: JsonValue, Action: string | string[] = 's3:GetObject'): Statement => ({
    ...allow(Action, `${ARN}/*`),
    Principal,
  });

  test('across accounts both sides must allow, and the refusal gives no reason', async () => {
    const user = other(allow('s3:GetObject', `${ARN}/*`));
    expect(await failure(get(user))).toMatchObject({ ...denied(), message: 'Access Denied' });
    await putPolicy(grant({ AWS: `arn:aws:iam::${CHANNELMIX}:root` }));
    await get(user);
    expect(await failure(get(other()))).toMatchObject(denied());
  });

  test('an explicit deny beats the owner, who can still mend the policy', async () => {
    await putPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [ARN, `${ARN}/*`] });
    const refused = await failure(get(owner));
    expect(refused).toMatchObject(denied());
    expect(refused.message).toContain('with an explicit deny in a resource-based policy');
    const user = bench.user(document(allow('s3:*', '*')));
    expect(await failure(user.send(new DeleteBucketPolicyCommand({ Bucket })))).toMatchObject(denied());
    expect((await owner.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toContain('"Deny"');
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    await get(owner);
  });

  test('a policy is the business of the owner’s account alone', async () => {
    await putPolicy({ ...allow('s3:GetBucketPolicy', ARN), Principal: { AWS: CHANNELMIX } });
    const call = other(allow('s3:*', '*')).send(new GetBucketPolicyCommand({ Bucket }));
    expect(await failure(call)).toMatchObject({ code: 'MethodNotAllowed', status: 405 });
  });

  test('the text of a policy is given back as it was put', async () => {
    const Policy = `{ "Version":"2012-10-17",\n "Statement": ${JSON.stringify([grant({ AWS: CHANNELMIX })])} }`;
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await owner.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await failure(owner.send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({
      code: 'NoSuchBucketPolicy',
      status: 404,
    });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  test('a public policy is refused while public access is blocked, and opens the bucket to everyone when not', async () => {
    const everyone = grant('*');
    const refused = await failure(putPolicy(everyone));
    expect(refused).toMatchObject(denied());
    expect(refused.message).toContain('because public policies are prevented by the BlockPublicPolicy setting');
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const anonymous = () => bench.send({ method: 'GET', path: `/${Bucket}/reports/a.csv` });
    expect((await anonymous()).status).toBe(403);
    await putPolicy(everyone);
    expect((await owner.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(true);
    expect((await anonymous()).body.toString()).toBe('a');
    const withOverride = { method: 'GET', path: `/${Bucket}/reports/a.csv`, query: 'response-content-type=text/plain' };
    expect((await bench.send(withOverride)).status).toBe(400);
    expect((await bench.send({ method: 'PUT', path: `/${Bucket}/reports/a.csv` })).status).toBe(403);
  });

  test('RestrictPublicBuckets closes a public bucket to other accounts, not to its own', async () => {
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await putPolicy(grant('*'));
    const stranger = other(allow('s3:GetObject', `${ARN}/*`));
    await get(stranger);
    const document = Buffer.from(
      '<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
    );
    await bench.send(
      { method: 'PUT', path: `/${Bucket}`, query: 'publicAccessBlock', body: document },
      bench.rootCaller,
    );
    expect(await failure(get(stranger))).toMatchObject(denied());
    expect((await bench.send({ method: 'GET', path: `/${Bucket}/reports/a.csv` })).status).toBe(403);
    await get(owner);
  });

  test('where the requester pays, one of another account has to say so', async () => {
    await putPolicy(grant({ AWS: CHANNELMIX }));
    await owner.send(
      new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } }),
    );
    const user = other(allow('s3:GetObject', `${ARN}/*`));
    expect(await failure(get(user))).toMatchObject(denied());
    await user.send(new GetObjectCommand({ Bucket, Key: 'reports/a.csv', RequestPayer: 'requester' }));
    await get(owner);
  });

  const good = grant({ AWS: CHANNELMIX });
  test.each<[string, JsonValue | string, string]>([
    ['no JSON', 'hello', "Policies must be valid JSON and the first byte must be '{'"],
    ['broken JSON', '{"Version":', 'This policy contains invalid Json'],
    ['JSON without end', '{"a":'.repeat(2000), 'This policy contains invalid Json'],
    ['another version', { Version: '2024-05-16', Statement: [good] }, 'The policy must contain a valid version string'],
    ['no statement', { Version: '2012-10-17' }, 'Missing required field Statement'],
    ['an unknown field', document({ ...good, Actions: 's3:*' }), 'Unknown field Actions'],
    ['no principal', document(allow('s3:GetObject', `${ARN}/*`)), 'Missing required field Principal'],
    ['no action', document({ Effect: 'Allow', Principal: '*', Resource: ARN }), 'Missing required field Action'],
    ['an effect that is none', document({ ...good, Effect: 'allow' }), 'Invalid effect: "allow"'],
    ['another bucket', document({ ...good, Resource: 'arn:aws:s3:::other/*' }), 'Policy has invalid resource'],
    [
      'a placeholder left in',
      document({ ...good, Resource: 'arn:aws:s3:::$' + '{BucketName}/*' }),
      'Policy has invalid resource',
    ],
    ['an action of another service', document({ ...good, Action: 'iam:GetRole' }), 'Policy has invalid action'],
    ['an action that does not exist', document({ ...good, Action: 's3:HeadObject' }), 'Policy has invalid action'],
    [
      'an action with a colon too many',
      document({ ...good, Action: 's3:AbortMultipartUpload:' }),
      'Policy has invalid action',
    ],
    [
      'an action of the bucket on its objects',
      document({ ...good, Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an action of objects on the bucket',
      document({ ...good, Resource: ARN }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'a wildcard in a principal',
      document(grant({ AWS: `arn:aws:iam::${CHANNELMIX}:role/*` })),
      'Invalid principal in policy',
    ],
    ['a principal that is none', document(grant({ AWS: 'someone' })), 'Invalid principal in policy'],
  ])('a policy with %s is malformed', async (_, policy, message) => {
    const Policy = typeof policy === 'string' ? policy : JSON.stringify(policy);
    const call = owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await failure(call)).toEqual({ code: 'MalformedPolicy', status: 400, message });
  });

  test('a policy of more than 20 KB is too large', async () => {
    const Policy = JSON.stringify(document({ ...good, Sid: 'x'.repeat(20_480) }));
    expect(await failure(owner.send(new PutBucketPolicyCommand({ Bucket, Policy })))).toMatchObject({
      code: 'PolicyTooLarge',
      status: 400,
    });
  });
});

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
    bench.service.kms.put(key, {
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
    bench.service.kms.put(key, { enabled: false });
    expect(await failure(put(user, 'k'))).toMatchObject({ code: 'KMS.DisabledException', status: 400 });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
  test('the AWS managed key cannot be used from another account', async () => {
    await putPolicy({ ...allow('s3:*', `${ARN}/*`), Principal: { AWS: CHANNELMIX } });
    const user = bench.user(document(allow('s3:*', '*'), allow('kms:*', '*')), CHANNELMIX);
    const managed = { ServerSideEncryption: 'aws:kms' };
    const answer = await put(owner, 'k', managed);
    expect(answer.SSEKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:111122223333:key\//);
    expect(await failure(put(user, 'k', managed))).toMatchObject(denied());
    expect(await failure(get(user, 'k'))).toMatchObject(denied());
    await put(user, 'k', { ServerSideEncryption: 'AES256' });
  });
});
