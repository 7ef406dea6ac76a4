import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, rootClients } from '../verify/helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const BUCKET = 'arn:aws:s3:::my-bucket';
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const minimal = file(
  'identity.json',
  policy(
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], Resource: `${BUCKET}/Client123/*` },
    {
      Sid: 'List',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: BUCKET,
      Condition: { StringLike: { 's3:prefix': 'Client123/*' } },
    },
  ),
);
const keeps = file(
  'bucket.json',
  policy({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `${BUCKET}/*/keep/*` }),
);

describe('explain', () => {
  it('shows a matrix in which patterns are the answer', async () => {
    const { code, stdout, stderr } = await runCli(['explain', '--identity', minimal, '--bucket-policy', keeps]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      [
        `${BUCKET}/*  (s3:object)`,
        '  some         s3:GetObject, s3:PutObject',
        `                 on ${BUCKET}/Client123/*`,
        '  some         s3:DeleteObject',
        `                 on ${BUCKET}/Client123/*`,
        `                    except ${BUCKET}/*/keep/*`,
        '  deny         ',
      ].join('\n'),
    );
    expect(stdout).toContain('  conditional  s3:ListBucket\n');
    expect(stdout).toContain('if StringLike s3:prefix Client123/*');
    expect(stderr).toContain('Assumed: requests are made over HTTPS.');
  });

  it('gives the same as data, with every action on every resource that is named', async () => {
    const { stdout } = await runCli(['explain', '--identity', minimal, '--output', 'json']);
    const { schemaVersion, command, matrix } = JSON.parse(stdout);
    expect({ schemaVersion, command }).toEqual({ schemaVersion: 1, command: 'explain' });
    expect(matrix).toContainEqual({
      action: 's3:GetObject',
      kind: 's3:object',
      resource: `${BUCKET}/*`,
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/Client123/*`], decision: 'allow' }],
    });
    expect(matrix.length).toBeGreaterThan(100);
  });

  it('counts where a whole row is answered alike', async () => {
    const { stdout } = await runCli(['explain', '--identity', 'policies/documents/amazon-s3-full-access.json']);
    expect(stdout).toMatch(/^arn:aws:s3:::\* {2}\(s3:bucket\)\n {2}allow {8}all \d+ actions$/m);
    expect(stdout).toMatch(/^arn:aws:kms:\*:\*:key\/\* {2}\(kms:key\)\n {2}deny {9}all \d+ actions$/m);
  });

  it('is limited by SCPs, level by level, by RCPs and session policies', async () => {
    const full = file('full.json', policy({ Effect: 'Allow', Action: '*', Resource: '*' }));
    const reads = file('reads.json', policy({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }));
    const explained = async (...flags: readonly string[]): Promise<{ readonly [action: string]: string }> => {
      const { code, stdout } = await runCli(['explain', '--identity', minimal, '--output', 'json', ...flags]);
      expect(code).toBe(0);
      const { matrix, assumed } = JSON.parse(stdout) as {
        matrix: { action: string; resource: string; decision: string }[];
        assumed: string[];
      };
      const ofObjects = matrix.filter(({ resource }) => resource === `${BUCKET}/*`);
      return { ...Object.fromEntries(ofObjects.map((one) => [one.action, one.decision])), assumed: assumed.join('; ') };
    };
    expect(await explained('--scp', full, '--scp', reads)).toMatchObject({
      's3:GetObject': 'some',
      's3:PutObject': 'deny',
      assumed: expect.stringContaining('no RCP, session policy or VPC endpoint policy stands in the way'),
    });
    expect(await explained('--session', full, '--rcp', keeps)).toMatchObject({ 's3:PutObject': 'some' });
    expect(await explained('--session', reads, '--session', full)).toMatchObject({ 's3:PutObject': 'some' });
    expect((await explained('--session', full, '--scp', full, '--rcp', full)).assumed).toContain(
      'no VPC endpoint policy stands in the way',
    );
  });

  it('names what is denied too, when asked', async () => {
    const { stdout } = await runCli(['explain', '--identity', minimal, '--all']);
    expect(stdout).toContain('s3:DeleteBucket,');
    expect(stdout).not.toContain('others');
    const lists = stdout.split('\n').filter((line) => /s3:\w+,/.test(line));
    expect(Math.max(...lists.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    ['nothing', [], 'nothing to explain'],
    ['two sources', ['--identity', minimal, '--role-arn', 'arn:aws:iam::111122223333:role/x'], 'exclude each other'],
    ['a file that is not there', ['--identity', join(folder, 'none.json')], 'there is no such file'],
    ['what is not JSON', ['--identity', file('bad.json', '{"Version": ')], 'is not JSON'],
    ['what is no policy', ['--identity', file('list.json', [])], 'no policy document'],
    ['a principal that is none', ['--identity', minimal, '--principal', 'alice'], 'no ARN of a user'],
    ['an account that is none', ['--identity', minimal, '--bucket-account', '12'], '12 digits'],
    ['a role ARN that is none', ['--role-arn', 'x'], 'not the ARN of a role'],
    [
      'a boundary beside a role',
      ['--role-arn', 'arn:aws:iam::111122223333:role/x', '--boundary', minimal],
      '--boundary means nothing',
    ],
  ])('refuses %s with exit code 2', async (_, argv, expected) => {
    const { code, stdout, stderr } = await runCli(['explain', ...argv]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(expected);
  });
});

describe('explain --role-arn', () => {
  let sandbox: Sandbox;
  let roleArn: string;
  const saved = { ...process.env };
  const actAs = (account: string): void => {
    process.env.AWS_ACCESS_KEY_ID = account;
    process.env.AWS_SECRET_ACCESS_KEY = account;
  };
  beforeAll(async () => {
    sandbox = await startSandbox();
    Object.assign(process.env, { AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: 'us-east-1' });
    actAs(CLIENT_ACCOUNT);
    await createBucket(sandbox.endpoint, 'my-bucket');
    const clients = rootClients(sandbox.endpoint, CLIENT_ACCOUNT);
    const iam = await clients.iam();
    const { Policy } = await iam.createPolicy({
      PolicyName: 'edge',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::my-*'] })),
    });
    roleArn = await createRole(sandbox.endpoint, {
      name: 'partner',
      path: '/vendors/',
      bucket: 'my-bucket',
      boundaryArn: Policy?.Arn ?? '',
    });
    const attached = await iam.createPolicy({
      PolicyName: 'tags',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 's3:GetObjectTagging', Resource: '*' })),
    });
    await iam.attachRolePolicy({ RoleName: 'partner', PolicyArn: attached.Policy?.Arn ?? '' });
    const s3 = await clients.s3();
    await s3.putBucketPolicy({
      Bucket: 'my-bucket',
      Policy: JSON.stringify(
        policy({
          Effect: 'Deny',
          Principal: { AWS: roleArn },
          Action: 's3:DeleteObject',
          Resource: `${BUCKET}/keep/*`,
        }),
      ),
    });
  });
  afterAll(async () => {
    process.env = saved;
    await sandbox.close();
  });

  it('reads inline and attached policies, boundary and bucket policy from AWS', async () => {
    const { code, stdout, stderr } = await runCli(['explain', '--role-arn', roleArn, '--output', 'json']);
    expect(code, stderr).toBe(0);
    const { principal, matrix } = JSON.parse(stdout);
    expect(principal).toBe(`arn:aws:sts::${CLIENT_ACCOUNT}:assumed-role/partner/channelmix`);
    const at = (action: string, resource: string) =>
      matrix.find((one: { action: string; resource: string }) => one.action === action && one.resource === resource);
    expect(at('s3:PutObject', `${BUCKET}/*`).decision).toBe('allow');
    expect(at('s3:DeleteObject', `${BUCKET}/*`).parts).toEqual([
      { resources: [`${BUCKET}/*`], except: [`${BUCKET}/keep/*`], decision: 'allow' },
    ]);
    // Attached for everything, bounded to the buckets that begin with my-.
    expect(at('s3:GetObjectTagging', 'arn:aws:s3:::*/*').parts).toEqual([
      { resources: ['arn:aws:s3:::my-*/*'], decision: 'allow' },
    ]);
  });

  it('says which read was refused, and how to go on', async () => {
    actAs('031871504755');
    const other = await runCli(['explain', '--role-arn', roleArn]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('there is no role partner in the account of these credentials');
    actAs(CLIENT_ACCOUNT);
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.createUser({ UserName: 'reader' });
    await iam.putUserPolicy({
      UserName: 'reader',
      PolicyName: 'some',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' })),
    });
    const { AccessKey } = await iam.createAccessKey({ UserName: 'reader' });
    process.env.AWS_ACCESS_KEY_ID = AccessKey?.AccessKeyId ?? '';
    process.env.AWS_SECRET_ACCESS_KEY = AccessKey?.SecretAccessKey ?? '';
    const { code, stdout, stderr } = await runCli(['explain', '--role-arn', roleArn]);
    actAs(CLIENT_ACCOUNT);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(
      'these credentials may not read the inline policies of role partner: iam:ListRolePolicies was refused',
    );
    expect(stderr).toContain('--identity FILE');
  });

  it('says when the ARN lacks the path of the role', async () => {
    const { code, stderr } = await runCli(['explain', '--role-arn', `arn:aws:iam::${CLIENT_ACCOUNT}:role/partner`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`the role that these credentials see is ${roleArn}`);
  });

  it('tells a network that is down from a refusal', async () => {
    const { code, stderr } = await runCli(['explain', '--role-arn', roleArn, '--endpoint-url', 'http://127.0.0.1:9']);
    expect(code).toBe(3);
    expect(stderr).toContain('could not be reached');
  });
});
