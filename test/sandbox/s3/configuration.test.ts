import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetPublicAccessBlockCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { S3_OPERATIONS } from '../../../src/operations/index.ts';
import { operations } from '../../../src/sandbox/s3/handlers/index.ts';
import { createBench, failure, type S3Bench } from './support.ts';

const Bucket = 'settings-bucket';
let bench: S3Bench;
let s3: S3Client;

beforeEach(async () => {
  bench = createBench();
  s3 = bench.root();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

test('every operation that is served stands in the table of permissions', () => {
  expect(Object.keys(operations).filter((name) => !S3_OPERATIONS.includes(name))).toEqual([]);
});

// https://aws.amazon.com/about-aws/whats-new/2023/04/amazon-s3-security-best-practices-buckets-default/
test('a new bucket blocks public access, has no ACLs, and encrypts', async () => {
  expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  expect((await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls).toEqual({
    Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
  });
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  ]);
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  expect((await s3.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer).toBe('BucketOwner');
  expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([{ Permission: 'FULL_CONTROL' }]);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
test.each([
  [new GetBucketCorsCommand({ Bucket }), 'NoSuchCORSConfiguration'],
  [new GetBucketWebsiteCommand({ Bucket }), 'NoSuchWebsiteConfiguration'],
  [new GetBucketReplicationCommand({ Bucket }), 'ReplicationConfigurationNotFoundError'],
  [new GetObjectLockConfigurationCommand({ Bucket }), 'ObjectLockConfigurationNotFoundError'],
  [new GetBucketLifecycleConfigurationCommand({ Bucket }), 'NoSuchLifecycleConfiguration'],
  [new GetBucketTaggingCommand({ Bucket }), 'NoSuchTagSet'],
  [new GetBucketPolicyStatusCommand({ Bucket }), 'NoSuchBucketPolicy'],
  [new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'i' }), 'NoSuchConfiguration'],
])('what nobody has set is not found: %#', async (command, code) => {
  // The commands are of different types; each is sent as what it is.
  const call = (s3.send as (command: unknown) => Promise<unknown>)(command);
  expect(await failure(call)).toMatchObject({ code, status: 404 });
});

test('settings that have an answer without being set give it', async () => {
  expect((await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined();
  expect((await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status).toBeUndefined();
  const notification = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(notification.TopicConfigurations).toBeUndefined();
  expect((await s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))).IsTruncated).toBe(false);
  expect((await s3.send(new ListBucketAnalyticsConfigurationsCommand({ Bucket }))).IsTruncated).toBe(false);
});

test('a setting that sets nothing is taken, one that sets something is not implemented', async () => {
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
  const accelerate = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration: { Status } }));
  await accelerate('Suspended');
  expect(await failure(accelerate('Enabled'))).toMatchObject({ code: 'NotImplemented', status: 501 });
});

test('server access logs go to a bucket that is there, until they are turned off', async () => {
  const logging = (LoggingEnabled?: { TargetBucket: string; TargetPrefix: string }) =>
    s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  const now = async () => (await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled;
  expect(await failure(logging({ TargetBucket: 'no-such-bucket', TargetPrefix: '' }))).toMatchObject({
    code: 'InvalidTargetBucketForLogging',
    status: 400,
  });
  await logging({ TargetBucket: Bucket, TargetPrefix: 'logs/' });
  expect(await now()).toEqual({ TargetBucket: Bucket, TargetPrefix: 'logs/' });
  await logging({ TargetBucket: Bucket, TargetPrefix: '' });
  expect(await now()).toEqual({ TargetBucket: Bucket, TargetPrefix: '' });
  await logging();
  expect(await now()).toBeUndefined();
});

describe('the ACL of a bucket', () => {
  const EVERYONE = 'http://acs.amazonaws.com/groups/global/AllUsers';
  const acl = (ACL: 'private' | 'public-read') => s3.send(new PutBucketAclCommand({ Bucket, ACL }));
  const ownership = (ObjectOwnership: 'BucketOwnerPreferred' | 'BucketOwnerEnforced') =>
    s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }));

  test('is refused where ACLs are off, and where public ones are blocked', async () => {
    expect(await failure(acl('public-read'))).toMatchObject({ code: 'AccessControlListNotSupported', status: 400 });
    await ownership('BucketOwnerPreferred');
    expect(await failure(acl('public-read'))).toMatchObject({ code: 'AccessDenied', status: 403 });
    const byHeader = s3.send(new PutBucketAclCommand({ Bucket, GrantRead: `uri="${EVERYONE}"` }));
    expect(await failure(byHeader)).toMatchObject({ code: 'NotImplemented', status: 501 });
  });

  test('is kept, and given back; ACLs cannot be turned off before it is private', async () => {
    await ownership('BucketOwnerPreferred');
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await acl('public-read');
    const shown = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(shown.Grants).toMatchObject([
      { Grantee: { ID: shown.Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
      { Grantee: { URI: EVERYONE, Type: 'Group' }, Permission: 'READ' },
    ]);
    expect(await failure(ownership('BucketOwnerEnforced'))).toMatchObject({
      code: 'InvalidBucketAclWithObjectOwnership',
      status: 400,
    });
    await acl('private');
    await ownership('BucketOwnerEnforced');
  });

  test('is read from its document', async () => {
    await ownership('BucketOwnerPreferred');
    const { Owner } = await s3.send(new GetBucketAclCommand({ Bucket }));
    const reader = 'a'.repeat(64);
    const put = (ID: string, Permission: 'READ') =>
      s3.send(
        new PutBucketAclCommand({
          Bucket,
          AccessControlPolicy: { Owner, Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission }] },
        }),
      );
    await put(reader, 'READ');
    expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([
      { Grantee: { ID: reader }, Permission: 'READ' },
    ]);
    expect(await failure(put('nobody', 'READ'))).toMatchObject({ code: 'InvalidArgument', status: 400 });
  });
});

test('an object in a bucket without Object Lock has no retention', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  expect(await failure(s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' })))).toMatchObject({
    code: 'InvalidRequest',
    message: 'Bucket is missing Object Lock Configuration',
  });
});

test('the public access block is put, read and removed', async () => {
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));
  expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  });
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await failure(s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchPublicAccessBlockConfiguration',
    status: 404,
  });
});

test('with ownership controls off or changed, an ACL that gives only the owner something is taken', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const acl = (ACL: 'private' | 'public-read') => s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL }));
  expect(await failure(acl('private'))).toMatchObject({ code: 'AccessControlListNotSupported', status: 400 });
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    }),
  );
  await acl('private');
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }));
  expect(await failure(acl('public-read'))).toMatchObject({ code: 'AccessDenied', status: 403 });
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await failure(acl('public-read'))).toMatchObject({ code: 'NotImplemented', status: 501 });
  const owner = (await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).Owner?.ID;
  expect((await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).Grants).toMatchObject([
    { Grantee: { ID: owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
  ]);
  await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
  expect(await failure(s3.send(new GetBucketOwnershipControlsCommand({ Bucket })))).toMatchObject({
    code: 'OwnershipControlsNotFoundError',
    status: 404,
  });
});

test('encryption is put with a key by ARN or id, and goes back to SSE-S3', async () => {
  const encrypt = (KMSMasterKeyID?: string, SSEAlgorithm: 'aws:kms' | 'AES256' = 'aws:kms') =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
        },
      }),
    );
  const id = '11111111-2222-3333-4444-555555555555';
  await encrypt(id);
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID).toBe(
    `arn:aws:kms:us-east-1:111122223333:key/${id}`,
  );
  expect(await failure(encrypt(id, 'AES256'))).toMatchObject({ code: 'InvalidArgument' });
  expect(await failure(encrypt('nonsense'))).toMatchObject({ code: 'KMS.NotFoundException', status: 400 });
  expect(await failure(encrypt(`arn:aws:kms:eu-west-1:111122223333:key/${id}`))).toMatchObject({
    code: 'KMS.NotFoundException',
  });
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  expect((await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))).ServerSideEncryption).toBe('AES256');
});

test('versioning is enabled and suspended', async () => {
  const put = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  await put('Enabled');
  await put('Suspended');
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
});

test('bucket tags are put, read and removed', async () => {
  const TagSet = [{ Key: 'team', Value: 'marketing' }];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
  expect(await failure(s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({ code: 'NoSuchTagSet' });
});

test('lifecycle rules are given back as they were put, named where they had no name', async () => {
  const rules = [
    {
      ID: 'abort',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
    {
      ID: 'old',
      Status: 'Enabled' as const,
      Filter: {
        And: {
          Prefix: 'a/',
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'b', Value: '2' },
          ],
        },
      },
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' as const },
        { Days: 60, StorageClass: 'GLACIER' as const },
      ],
    },
  ];
  const put = (Rules: object[]) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: Rules as typeof rules } }),
    );
  const read = async () => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
  await put(rules);
  expect(await read()).toEqual(rules);
  await put([{ Status: 'Disabled', Filter: {}, Expiration: { Days: 1 } }]);
  expect((await read())?.[0]?.ID).toMatch(/^[0-9a-f-]{36}$/);
  const rule = { Status: 'Enabled', Filter: { Prefix: '' } };
  for (const [bad, code] of [
    [[rule], 'InvalidRequest'],
    [[{ ...rule, Status: 'On', Expiration: { Days: 1 } }], 'MalformedXML'],
    [[{ ...rule, Expiration: { Days: 0 } }], 'InvalidArgument'],
    [[{ Status: 'Enabled', Expiration: { Days: 1 } }], 'MalformedXML'],
    [[rules[0], rules[0]], 'InvalidArgument'],
    [[], 'MalformedXML'],
  ] as [object[], string][]) {
    expect(await failure(put(bad))).toMatchObject({ code, status: 400 });
  }
  await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
  expect(await failure(read())).toMatchObject({ code: 'NoSuchLifecycleConfiguration' });
});

test('documents with entities, a wrong root or no end are malformed', async () => {
  for (const body of [
    '<!DOCTYPE x [<!ENTITY a "b">]><Tagging><TagSet/></Tagging>',
    '<Other/>',
    '<Tagging><TagSet>',
    '',
    `${'<a>'.repeat(100)}`,
  ]) {
    const answer = await bench.send(
      { method: 'PUT', path: `/${Bucket}`, query: 'tagging', body: Buffer.from(body) },
      bench.rootCaller,
    );
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('<Code>MalformedXML</Code>');
  }
});
