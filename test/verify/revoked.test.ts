import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallResult } from '../../src/aws/index.ts';
import { trustPolicy } from '../../src/generate/policy-documents.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { collectReport, readVerifyTarget, verifyRevoked } from '../../src/verify/index.ts';
import type { PlannedCheck } from '../../src/verify/plan.ts';
import { readRevocation } from '../../src/verify/revoked-calls.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, channelMixPorts, createBucket, createRole, createUser, rootClients } from './helpers.ts';

let sandbox: Sandbox;
let roleArn: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  await createBucket(sandbox.endpoint, 'my-bucket');
  roleArn = await createRole(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
});
afterEach(() => sandbox.close());

const client = () => rootClients(sandbox.endpoint, CLIENT_ACCOUNT);

async function dropRole(): Promise<void> {
  const iam = await client().iam();
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName: 'channelmix' });
  for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName: 'channelmix', PolicyName });
  await iam.deleteRole({ RoleName: 'channelmix' });
}

function prove(waitMs: number, flags: object = {}) {
  const target = readVerifyTarget({ roleArn, bucket: 'my-bucket', ...flags });
  const ports = channelMixPorts(sandbox.endpoint);
  // The two refusals need not lie two real seconds apart here.
  const quick = { ...ports, sleep: (ms: number, signal: AbortSignal) => ports.sleep(ms / 20, signal) };
  return collectReport(verifyRevoked({ target, ports: quick, waitMs }));
}

const results = (report: Awaited<ReturnType<typeof prove>>) =>
  report.checks.map(({ id, result, ok }) => `${id} ${result} ${ok}`);

describe('proof of revocation', () => {
  it('is given when the role is gone, and asks twice', async () => {
    await dropRole();
    const report = await prove(30_000);
    expect(report).toMatchObject({
      ok: true,
      expect: 'revoked',
      mode: 'channelmix',
      cleanup: { created: 0, left: [] },
    });
    expect(results(report)).toEqual([
      'denied:sts:AssumeRole deny true',
      'denied:s3:ListBucket deny true',
      'denied:s3:GetObject deny true',
    ]);
    expect(report.checks[0]?.attempts).toBe(2);
    expect(Date.parse(report.date)).toBeGreaterThan(Date.now() - 60_000);
    expect(report.notes.join(' ')).toContain('12 hours');
  });

  it('is not given while the role can be assumed, and says who must change what', async () => {
    const report = await prove(0);
    expect(report.ok).toBe(false);
    expect(report.checks[0]).toMatchObject({ result: 'allow', diagnosis: { layer: 'trust', evidence: 'aws' } });
  });

  it('waits until the change has spread', async () => {
    sandbox.faults.add('iam-delay=300ms');
    const iam = await client().iam();
    const trust = trustPolicy('aws');
    const other = JSON.stringify(trust).replaceAll('031871504755', CLIENT_ACCOUNT);
    await iam.updateAssumeRolePolicy({ RoleName: 'channelmix', PolicyDocument: other });
    const report = await prove(10_000);
    expect(report.ok).toBe(true);
    expect(report.checks[0]?.attempts).toBeGreaterThan(2);
  });

  it('is not given when the bucket policy lets ChannelMix read by itself', async () => {
    await dropRole();
    const s3 = await client().s3();
    const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::031871504755:root' } };
    await s3.putBucketPolicy({
      Bucket: 'my-bucket',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { ...statement, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::my-bucket' },
          { ...statement, Action: 's3:GetObject', Resource: 'arn:aws:s3:::my-bucket/*' },
        ],
      }),
    });
    const report = await prove(0);
    expect(results(report)).toEqual([
      'denied:sts:AssumeRole deny true',
      'denied:s3:ListBucket allow false',
      'denied:s3:GetObject allow false',
    ]);
    expect(report.checks[1]?.diagnosis).toMatchObject({ layer: 'bucket-policy' });
  });

  it('counts a bucket that is gone as nothing left to read, and looks into each folder', async () => {
    await dropRole();
    await (await client().s3()).deleteBucket({ Bucket: 'my-bucket' });
    const report = await prove(0, { prefixes: ['a/', 'b/'] });
    expect(report.ok).toBe(true);
    expect(report.checks).toHaveLength(5);
    expect(report.checks[1]?.note).toContain('no such bucket any more');
    expect(report.notes.join(' ')).toContain('compare its name');
  });

  it('leaves open what the service does not answer', async () => {
    await dropRole();
    sandbox.faults.add('error=503,s3');
    const report = await prove(0);
    expect(report.ok).toBe(false);
    expect(results(report).slice(1)).toEqual(['denied:s3:ListBucket error false', 'denied:s3:GetObject error false']);
  });

  it('ends at once when nobody follows it any more', async () => {
    const target = readVerifyTarget({ roleArn, bucket: 'my-bucket' });
    const began = Date.now();
    for await (const event of verifyRevoked({ target, ports: channelMixPorts(sandbox.endpoint), waitMs: 60_000 })) {
      if (event.type === 'retry') break;
    }
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it('needs the credentials of ChannelMix on the role way', async () => {
    const target = readVerifyTarget({ roleArn, bucket: 'my-bucket' });
    const ports = { ...channelMixPorts(sandbox.endpoint), clients: () => client() };
    await expect(collectReport(verifyRevoked({ target, ports }))).rejects.toThrow('wrong account');
  });
});

describe('an answer proves', () => {
  const denied = (action: string, denial: object): CallResult<unknown> => ({
    ok: false,
    attempts: 1,
    failure: { kind: 'denied', code: 'AccessDenied', message: '', attempts: 1, denial: { action, ...denial } },
  });
  const missing = { kind: 'not-found', code: 'NoSuchKey', message: '', attempts: 1 } as const;
  const cases: readonly [string, 'role' | 'key', string, CallResult<unknown>, string][] = [
    ['revocation by a bare refusal', 'role', 'sts:AssumeRole', denied('sts:AssumeRole', {}), 'deny'],
    ['revocation by the trust policy', 'role', 'sts:AssumeRole', denied('sts:AssumeRole', { layer: 'trust' }), 'deny'],
    [
      'nothing by policies of the caller alone',
      'role',
      'sts:AssumeRole',
      denied('sts:AssumeRole', { layer: 'identity' }),
      'error',
    ],
    [
      'revocation by policies of the key',
      'key',
      's3:ListBucket',
      denied('s3:ListBucket', { layer: 'identity' }),
      'deny',
    ],
    ['access by a key that is missing', 'role', 's3:GetObject', { ok: false, attempts: 1, failure: missing }, 'allow'],
    [
      'access where only listing is refused',
      'key',
      's3:GetObject',
      denied('s3:ListBucket', { layer: 'identity' }),
      'allow',
    ],
    ['nothing by an empty success', 'role', 'sts:AssumeRole', { ok: true, attempts: 1, value: {} }, 'error'],
    ['nothing by an empty listing', 'role', 's3:ListBucket', { ok: true, attempts: 1, value: {} }, 'error'],
  ];
  it.each(cases)('%s', (_name, way, action, answer, result) => {
    const id = `denied:${action}` as const;
    const check: PlannedCheck = {
      ...{ node: id, id, action, resource: 'arn:aws:s3:::my-bucket' },
      ...{ expect: 'deny', needs: [], after: [], prefix: '' },
    };
    expect(readRevocation(way, check, answer).result).toBe(result);
  });
});

describe('the key way', () => {
  const run = async (key: { accessKeyId: string; secretAccessKey: string }) =>
    runCli(
      [
        ...['verify', '--access-key-id', key.accessKeyId, '--bucket', 'my-bucket', '--expect', 'revoked'],
        ...['--wait', '0', '--endpoint-url', sandbox.endpoint, '--output', 'json'],
      ],
      { env: { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey } },
    );

  it('is proven by a key that nobody knows any more, not by one without permissions', async () => {
    const key = await createUser(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
    const active = await run(key);
    expect(active.code).toBe(1);
    expect(JSON.parse(active.stdout).checks[0]).toMatchObject({ id: 'denied:sts:GetCallerIdentity', result: 'allow' });
    const iam = await client().iam();
    await iam.updateAccessKey({ UserName: 'channelmix', AccessKeyId: key.accessKeyId, Status: 'Inactive' });
    const inactive = await run(key);
    expect(inactive.code).toBe(0);
    expect(JSON.parse(inactive.stdout).ok).toBe(true);
    expect(inactive.stdout).not.toContain(key.secretAccessKey);
  });
});
