import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/model/policy.ts';
import { allow, CHANNELMIX, createBench, denied, document, failure, type S3Bench, type Statement } from './support.ts';

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
