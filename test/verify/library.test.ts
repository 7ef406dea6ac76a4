import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  type CheckResult,
  readGrant,
  type VerifyGrantOptions,
  type VerifyReport,
  verify,
} from '../../src/verify/library.ts';
import { bundleLambda, type LambdaFunction } from '../lambda-function.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, expectEmpty } from './helpers.ts';

let sandbox: Sandbox;
let roleArn: string;
const root = (account: string) => ({ accessKeyId: account, secretAccessKey: account });
const source = { name: 'the test' };
const grant = readGrant({ auth: 'role', access: 'minimal', buckets: [{ name: 'one-bucket' }] }, source);

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, '031871504755', '999988887777'] });
  await createBucket(sandbox.endpoint, 'one-bucket');
  await createBucket(sandbox.endpoint, 'two-bucket');
  roleArn = await createRole(sandbox.endpoint, { name: 'channelmix', bucket: 'one-bucket' });
});
afterAll(() => sandbox.close());

async function all(given = grant, options: VerifyGrantOptions = {}) {
  const checks: CheckResult[] = [];
  const run = verify(given, {
    roleArn,
    endpointUrl: sandbox.endpoint,
    region: 'us-east-1',
    waitMs: 0,
    credentials: root('031871504755'),
    ...options,
  });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { checks, reports: next.value as readonly VerifyReport[] };
    checks.push(next.value);
  }
}

describe('the library function', () => {
  it('proves a revocation, by calls only', async () => {
    const gone = { expect: 'revoked', roleArn: `${roleArn}-that-is-gone` } as const;
    const { reports } = await all(grant, gone);
    expect(reports).toMatchObject([
      { expect: 'revoked', checks: [{ id: 'denied:sts:AssumeRole', result: 'deny' }, {}, {}] },
    ]);
    await expect(all(grant, { ...gone, as: 'simulate' })).rejects.toThrow('asked as ChannelMix');
  });

  it('gives each check of each bucket, with its diagnosis, and the reports', async () => {
    const both = readGrant(
      { auth: 'role', access: 'minimal', buckets: [{ name: 'one-bucket' }, { name: 'two-bucket' }] },
      source,
    );
    const events: string[] = [];
    const { checks, reports } = await all(both, { onEvent: ({ type }) => events.push(type) });
    expect(reports.map(({ bucket, ok }) => [bucket, ok])).toEqual([
      ['one-bucket', true],
      ['two-bucket', false],
    ]);
    const put = checks.filter(({ id }) => id === 'put-object');
    expect(put.map(({ bucket, ok }) => [bucket, ok])).toEqual([
      ['one-bucket', true],
      ['two-bucket', false],
    ]);
    expect(put[1]?.diagnosis?.layer).toBe('identity');
    expect(events.filter((type) => type === 'report')).toHaveLength(2);
    await expectEmpty(sandbox, 'one-bucket');
  });

  it('reads the policies alone when it simulates, with the credentials of the client', async () => {
    const { reports } = await all(grant, { as: 'simulate', credentials: root(CLIENT_ACCOUNT) });
    expect(reports[0]).toMatchObject({ mode: 'simulate', ok: true });
  });

  it('tries the role with the credentials of the client, and leaves its trust policy as it was', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    } as const;
    const admin = await createUser(sandbox.endpoint, { name: 'admin', bucket: 'one-bucket', policy });
    const before = JSON.stringify(sandbox.snapshot());
    const { reports } = await all(grant, { as: 'client', credentials: admin, thirdParty: root('999988887777') });
    expect(reports[0]).toMatchObject({ mode: 'client', ok: true });
    expect(reports[0]?.checks.map(({ id }) => id)).toContain('denied:sts:AssumeRole');
    expect(JSON.stringify(sandbox.snapshot())).toBe(before);
    await expect(all(grant, { as: 'client', expect: 'revoked' })).rejects.toThrow('asked as ChannelMix');
  });

  it('cleans up when the loop is left early', async () => {
    for await (const _check of verify(grant, {
      roleArn,
      endpointUrl: sandbox.endpoint,
      region: 'us-east-1',
      credentials: root('031871504755'),
    }))
      break;
    await expectEmpty(sandbox, 'one-bucket');
  });

  it('takes the key way, and wants its secret unless it simulates', async () => {
    const key = await createUser(sandbox.endpoint, { name: 'user', bucket: 'one-bucket' });
    const keyGrant = readGrant({ auth: 'key', access: 'minimal', buckets: [{ name: 'one-bucket' }] }, source);
    expect((await all(keyGrant, { accessKey: key })).reports[0]).toMatchObject({ mode: 'key', ok: true });
    const { accessKeyId } = key;
    await expect(all(keyGrant, { accessKey: { accessKeyId } })).rejects.toThrow('needs accessKey with its secret');
    const simulated = await all(keyGrant, {
      accessKey: { accessKeyId },
      as: 'simulate',
      credentials: root(CLIENT_ACCOUNT),
    });
    expect(simulated.reports[0]).toMatchObject({ ok: true });
  });
});

describe('the Lambda function of templates/verify-lambda', () => {
  let lambda: LambdaFunction;
  beforeAll(async () => {
    lambda = await bundleLambda('verify-lambda', 'verify');
  });
  afterAll(() => lambda.remove());

  const invoke = (changes: Record<string, string>) =>
    lambda.invoke({ ROLE_ARN: roleArn, BUCKET: 'one-bucket', AWS_ENDPOINT_URL: sandbox.endpoint, ...changes });

  it('writes metrics in the embedded format, and answers whether access works', async () => {
    const [log, answer] = await invoke({});
    expect(answer).toEqual({ ok: true, Failed: 0, Unknown: 0 });
    expect(log).toMatchObject({ Bucket: 'one-bucket', Failed: 0, wrong: [] });
    expect(log._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'ChannelMixS3', Dimensions: [['Bucket']] });
  });

  it('names the layer and the fix where access does not work', async () => {
    const [log, answer] = await invoke({ BUCKET: 'two-bucket' });
    expect(answer.ok).toBe(false);
    expect(answer.Failed).toBeGreaterThan(3);
    expect(log.wrong[0]).toMatchObject({ bucket: 'two-bucket', layer: 'identity' });
    expect(log.wrong[0].fix).toContain('policy of the role');
  });

  it('fails when nothing could be found out', async () => {
    await expect(invoke({ BUCKET: 'No_Bucket' })).rejects.toThrow('No_Bucket');
    await expect(invoke({ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' })).rejects.toThrow('credentials');
  });
});
