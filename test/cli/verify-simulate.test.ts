import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustPolicy } from '../../src/generate/policy-documents.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, rootClients } from '../verify/helpers.ts';

let sandbox: Sandbox;
let roleArn: string;
const bucket = 'from-policies';

beforeAll(async () => {
  sandbox = await startSandbox();
  await createBucket(sandbox.endpoint, bucket);
  roleArn = await createRole(sandbox.endpoint, { name: 'healthy', bucket });
});
afterAll(() => sandbox.close());

/** Simulates with credentials of the client's account. */
async function simulate(flags: readonly string[], changes: Parameters<typeof runCli>[1] = {}) {
  const saved = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT });
  try {
    return await runCli(
      ['verify', '--as', 'simulate', '--endpoint-url', sandbox.endpoint, '--bucket', bucket, ...flags],
      changes,
    );
  } finally {
    process.env = saved;
  }
}

describe('verify --as simulate', () => {
  it('says that no call was made, and shows no times of calls', async () => {
    const before = JSON.stringify(sandbox.snapshot());
    const { code, stdout } = await simulate(['--role-arn', roleArn]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ put-object +allowed\n/);
    expect(stdout).toContain('simulated: no call was made as ChannelMix');
    expect(JSON.stringify(sandbox.snapshot())).toBe(before);
  });

  it('shows layer, evidence, statement and the edited policy of a refusal', async () => {
    const statement = [trustPolicy('aws').Statement].flat()[0];
    const arn = await createRole(sandbox.endpoint, {
      name: 'external-id',
      bucket,
      trust: {
        Version: '2012-10-17',
        Statement: [{ ...statement, Effect: 'Allow', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }],
      },
    });
    const { code, stdout } = await simulate(['--role-arn', arn]);
    expect(code).toBe(1);
    expect(stdout).toContain('  layer:   trust (inferred from the policies)');
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(
      /where: trust policy of role external-id, statement \S+ \(\/Statement\/0\) comes nearest, but for its Condition StringEquals sts:ExternalId/,
    );
    expect(words).toMatch(/fix: Make the trust policy this one/);
    expect(stdout).not.toContain('answer:');
  });

  it('needs no secret on the access key way', async () => {
    const { accessKeyId } = await createUser(sandbox.endpoint, { name: 'loader', bucket });
    const { code, stdout } = await simulate(['--access-key-id', accessKeyId, '--output', 'json'], {
      askSecret: async () => {
        throw new Error('nobody must be asked');
      },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mode: 'simulate', ok: true, cleanup: { created: 0, left: [] } });
  });

  it('exits with 3 where only a call could tell, and names the key', async () => {
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    const Statement = {
      Sid: 'Perimeter',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
    };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    const { code, stdout } = await simulate(['--role-arn', roleArn]);
    const junit = await simulate(['--role-arn', roleArn, '--output', 'junit']);
    await s3.deleteBucketPolicy({ Bucket: bucket });
    expect(code).toBe(3);
    expect(stdout).toMatch(/\? put-object +unknown: NotDecided/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /why: it cannot be told without a call: depends on aws:SourceVpce: statement Perimeter of the policy/,
    );
    expect(junit.code).toBe(3);
    expect(junit.stdout).toContain('<error type="bucket-policy"');
  });

  it('writes a bundle, too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulate-'));
    const file = join(folder, 'ticket.md');
    const { code } = await simulate(['--role-arn', roleArn, '--bundle', file]);
    expect(code).toBe(0);
    expect(await readFile(file, 'utf8')).not.toContain(CLIENT_ACCOUNT);
    await rm(folder, { recursive: true });
  });

  it.each([
    [['--role-arn', 'ROLE', '--expect', 'revoked'], /--expect revoked needs real calls/],
    [['--role-arn', 'ROLE', '--bucket', 'never-made'], /there is no bucket named never-made/],
  ])('refuses %j with exit code 2', async (flags, message) => {
    const named = flags.map((flag) => (flag === 'ROLE' ? roleArn : flag));
    const saved = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT });
    const places = named.includes('--bucket') ? [] : ['--bucket', bucket];
    const { code, stdout, stderr } = await runCli([
      'verify',
      '--as',
      'simulate',
      '--endpoint-url',
      sandbox.endpoint,
      ...places,
      ...named,
    ]);
    process.env = saved;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
