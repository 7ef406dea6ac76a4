import { describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../../src/model/policy.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, verifyRole } from './helpers.ts';
import { createSimulations, document } from './simulations.ts';

const { sandbox, newName, simulated, grant, setBucketPolicy } = createSimulations();

describe('statements', () => {
  test('a Deny is named with policy, Sid, index and pointer, and shown with the exception in it', async () => {
    const flags = await grant();
    const deny: PolicyStatement = {
      Sid: 'OnlyLoaders',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteObject',
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CLIENT_ACCOUNT}:role/loader-*` } },
    };
    const first: PolicyStatement = {
      ...deny,
      Sid: 'Tls',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    await setBucketPolicy(flags.bucket, [first, deny]);
    const check = (await simulated(flags)).checks.find(({ id }) => id === 'delete-object');
    expect(check?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      statement: { policy: `policy of bucket ${flags.bucket}`, index: 1, sid: 'OnlyLoaders' },
      pointer: '/Statement/1',
    });
    const edited = check?.diagnosis?.remedy?.edited;
    expect(edited?.Condition).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${CLIENT_ACCOUNT}:role/loader-*`, flags.roleArn] },
    });
    await setBucketPolicy(flags.bucket, [first, edited ?? deny]);
    expect((await simulated(flags)).ok).toBe(true);
  });

  test('where nothing allows, the statement that nearly does is named, with what does not fit', async () => {
    const bucket = newName();
    await createBucket(sandbox().endpoint, bucket);
    const policy = document({
      Sid: 'Objects',
      Effect: 'Allow',
      Action: ['s3:*Object', 's3:ListBucket'],
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
    const roleArn = await createRole(sandbox().endpoint, { name: bucket, bucket, policy });
    const check = (await simulated({ roleArn, bucket })).checks.find(({ id }) => id === 'list-bucket');
    expect(check?.diagnosis?.near).toMatchObject({
      layer: 'identity',
      statement: { policy: 'channelmix', index: 0, sid: 'Objects' },
      reason: 'resource',
      detail: `Resource arn:aws:s3:::${bucket}/*`,
      pointer: '/Statement/0',
    });
  });

  test('what allows too much is named, too', async () => {
    const report = await simulated({ ...(await grant({ access: 'full' })), access: 'minimal' });
    expect(report.checks.find(({ id }) => id === 'denied:s3:ListAllMyBuckets')?.diagnosis).toMatchObject({
      statement: { policy: 'arn:aws:iam::aws:policy/AmazonS3FullAccess', index: 0 },
      pointer: '/Statement/0',
    });
  });
});

describe('after a refusal of a real call', () => {
  const guard = (bucket: string, Condition?: object): PolicyStatement =>
    ({
      Sid: 'Guard',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      ...(Condition === undefined ? {} : { Condition }),
    }) as PolicyStatement;

  test('a role that may read the bucket policy is told the statement', async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    await setBucketPolicy(flags.bucket, [guard(flags.bucket)]);
    const report = await verifyRole(sandbox().endpoint, flags);
    expect(report.checks.find(({ id }) => id === 'put-object')?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'aws',
      source: 'answer+documents',
      statement: { policy: `policy of bucket ${flags.bucket}`, index: 0, sid: 'Guard' },
      remedy: { edited: { Sid: 'Guard' } },
    });
  });

  test('a role that may read nothing is asked for one thing, and AWS has the only word', async () => {
    const flags = await grant();
    await setBucketPolicy(flags.bucket, [guard(flags.bucket)]);
    const report = await verifyRole(sandbox().endpoint, flags);
    const diagnosis = report.checks.find(({ id }) => id === 'put-object')?.diagnosis;
    expect(diagnosis).toMatchObject({ layer: 'bucket-policy', evidence: 'aws', source: 'answer' });
    expect(diagnosis).not.toHaveProperty('statement');
  });

  test('a statement that depends on the network is the one, since AWS names its layer', async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    await setBucketPolicy(flags.bucket, [guard(flags.bucket, { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })]);
    const check = (await verifyRole(sandbox().endpoint, flags)).checks.find(({ id }) => id === 'put-object');
    expect(check?.diagnosis).toMatchObject({
      source: 'answer+documents',
      statement: { sid: 'Guard' },
      cause: expect.stringContaining('StringNotEquals aws:SourceVpce vpce-1'),
    });
  });
});
