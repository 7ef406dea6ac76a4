import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../src/model/audit.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, rootClients } from '../verify/setup.ts';

const saved = { ...process.env };
let sandbox: Sandbox;
let folder: string;
let roleArn: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'channelmix-audit-'));
  await createBucket(sandbox.endpoint, 'my-bucket');
  roleArn = await createRole(sandbox.endpoint, { name: 'channelmix_s3_access', bucket: 'my-bucket' });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT,
    AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT,
  });
});
afterAll(async () => {
  process.env = saved;
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const audit = (...args: readonly string[]) => runCli(['audit', ...args]);
const live = () => ['--role-arn', roleArn, '--bucket', 'my-bucket'];
const file = (name: string, text = '') => {
  const path = join(folder, name);
  if (text !== '') writeFileSync(path, text);
  return path;
};

/** The role and the bucket as whoever may read only this sees them. */
async function asReaderOf(actions: readonly string[], act: () => Promise<void>): Promise<void> {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  } as const;
  const name = `reader-${actions.length}`;
  const key = await createUser(sandbox.endpoint, { name, bucket: 'my-bucket', policy });
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey });
  try {
    await act();
  } finally {
    process.env = before;
  }
}

describe('audit of a role in AWS', () => {
  it('says that it does what is needed, and no more', async () => {
    const { code, stdout } = await audit(...live());
    expect(stdout.split('\n')[0]).toMatch(/^ChannelMix can do what it needs, and no more/);
    expect(code).toBe(0);
  });

  it('changes nothing', async () => {
    const before = JSON.stringify(sandbox.snapshot().s3);
    await audit(...live(), '--last-accessed');
    expect(JSON.stringify(sandbox.snapshot().s3)).toBe(before);
  });

  it('gives the report as one JSON document and nothing else', async () => {
    const { stdout, stderr } = await audit(...live(), '--output', 'json');
    const report = JSON.parse(stdout) as AuditReport;
    expect(report).toMatchObject({ schemaVersion: 1, command: 'audit', subject: { arn: roleArn }, complete: true });
    expect(report.matrix.length).toBeGreaterThan(20);
    expect(stderr).toBe('');
  });

  it('saves what it read, and says the same of it without AWS', async () => {
    const path = file('saved.json');
    const direct = JSON.parse((await audit(...live(), '--output', 'json', '--save', path)).stdout);
    const meant = ['--bucket', 'my-bucket', '--output', 'json'];
    const again = JSON.parse((await audit('--from', path, ...meant)).stdout);
    expect({ ...again, date: direct.date }).toEqual(direct);
  });

  it.each(['text', 'json', 'sarif', 'junit', 'github', 'html', 'svg', 'asff'])(
    'writes %s into a file, and not over another one',
    async (format) => {
      const out = file(`report.${format}`);
      const first = await audit(...live(), '--output', format, '--out', out);
      expect(first.stdout).toBe('');
      expect(readFileSync(out, 'utf8').length).toBeGreaterThan(0);
      const second = await audit(...live(), '--output', format, '--out', out);
      expect(second).toMatchObject({ code: 2, stdout: '' });
      expect((await audit(...live(), '--output', format, '--out', out, '--force')).code).toBe(0);
    },
  );

  it('says what it could not read, by which permission, and is not content', async () => {
    await asReaderOf(['iam:GetRole', 'iam:ListRolePolicies', 'sts:*'], async () => {
      const { code, stdout } = await audit(...live());
      expect(code).toBe(3);
      expect(stdout).toContain('iam:GetRolePolicy');
      expect(stdout).toContain('s3:GetBucketPolicy');
      expect(stdout).toMatch(/^Not known whether ChannelMix can do what it needs/);
      // The command that is named for what was missing prints it.
      const [, words = ''] = /^ *channelmix-s3 (audit .* --print-permissions)$/m.exec(stdout) ?? [];
      expect((await runCli(words.split(' '))).stdout).toContain('s3:GetBucketPolicy');
    });
  });

  it('is content with what --print-permissions prints', async () => {
    const { stdout } = await audit('--print-permissions', ...live());
    const { Statement } = JSON.parse(stdout) as {
      readonly Statement: readonly { readonly Action: readonly string[] }[];
    };
    const actions = Statement.flatMap(({ Action }) => Action);
    await asReaderOf(actions, async () => {
      expect((await audit(...live())).code).toBe(0);
    });
  });

  it.each([
    ['AWS_REGION', 'aws-us-gov', 'us-gov-west-1'],
    ['AWS_DEFAULT_REGION', 'aws-cn', 'cn-north-1'],
  ])('prints permissions for the partition of %s', async (name, partition, region) => {
    const { stdout } = await runCli(['audit', '--user', 'channelmix', '--print-permissions'], {
      env: { [name]: region },
    });
    expect(stdout).toContain(`"arn:${partition}:iam::*:user/channelmix"`);
    expect(stdout).not.toContain('"arn:aws:');
  });

  it('counts from the severity on that is asked for', async () => {
    expect((await audit(...live(), '--fail-on', 'suggestion')).code).toBe(1);
  });

  it('names what changed since a former audit', async () => {
    const former = file('former.json');
    await audit(...live(), '--output', 'json', '--out', former);
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const attached = { RoleName: 'channelmix_s3_access', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' };
    await iam.attachRolePolicy(attached);
    const { code, stdout } = await audit(...live(), '--baseline', former, '--output', 'json');
    await iam.detachRolePolicy(attached);
    const { findings, trend } = JSON.parse(stdout) as AuditReport;
    expect(code).toBe(1);
    expect(findings.map(({ question }) => question)).toContain('drift');
    expect(trend?.appeared.length).toBeGreaterThan(0);
  });

  it('stops at once when it is interrupted, and writes nothing', async () => {
    const controller = new AbortController();
    controller.abort('SIGINT');
    const out = file('interrupted.json');
    const { code } = await runCli(['audit', ...live(), '--out', out], { signal: controller.signal });
    expect(code).toBe(130);
    expect(existsSync(out)).toBe(false);
  });
});

describe('audit of a user', () => {
  it('takes its name', async () => {
    await createUser(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
    const { code, stdout } = await audit('--user', 'channelmix', '--bucket', 'my-bucket', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ subject: { kind: 'user', name: 'channelmix' } });
    expect(code).toBe(0);
  });

  it.each([
    ['--trust', 'docs/examples/audit/trust.json', 'the policies of role x'],
    ['--identity', 'docs/examples/minimal.json', 'the trust policy of role x'],
  ])('is not content with half of the role: %s %s', async (flag, path, missing) => {
    const principal = 'arn:aws:iam::111122223333:role/x';
    const { code, stdout } = await audit(
      flag,
      path,
      '--principal',
      principal,
      '--bucket',
      'acme-reports',
      '--output',
      'json',
    );
    const { complete, unjudged } = JSON.parse(stdout);
    expect([code === 0, complete]).toEqual([false, false]);
    expect(unjudged.filter(({ open }: { open: boolean }) => open)).toMatchObject([{ what: missing }]);
  });
});

const template = 'docs/examples/audit/template.yaml';

describe('what cannot be audited', () => {
  it.each([
    [[], 'nothing to audit was named'],
    [['--role-arn', 'channelmix_s3_access'], 'role'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--plan', 'a.json'], 'exclude each other'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--trust', 'a.json'], 'exclude each other'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket-policy', 'a.json'], '--bucket-policy means nothing'],
    [['--plan', 'a.json', '--profile', 'x'], '--profile means nothing'],
    [['--plan', 'a.json', '--prefix', 'in/'], '--prefix is of a bucket'],
    [['--plan', 'no-such-file.json'], 'there is no such file'],
    [['--plan', 'package.json'], 'package.json'],
    [['--from', 'docs/examples/form.txt'], 'says nothing of a role or user'],
    [['--identity', 'docs/examples/form.txt'], 'form.txt'],
    [['--plan', 'a.json', '--config', 'c.yaml', '--bucket', 'b'], '--bucket means nothing beside --config'],
    [['--plan', 'docs/examples/audit/template.yaml', '--accept', 'package.json'], 'package.json'],
    [['--plan', 'docs/examples/audit/template.yaml', '--baseline', 'package.json'], 'package.json'],
    [['--plan', 'docs/examples/audit/template.yaml', '--parameter', 'Name'], 'is not KEY=VALUE'],
    [['--plan', 'docs/examples/audit/template.yaml', '--bucket', 'No_Bucket'], 'No_Bucket'],
    [['--plan', 'docs/examples/audit/template.yaml', '--print-permissions'], 'files need none'],
    [['--plan', 'docs/examples/audit/template.yaml', '--save', 'x.json', '--out', 'x.json'], 'the same file'],
    [['--plan', template, '--parameter', 'P=1', '--parameter', 'P=2'], '--parameter P was given twice'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/nobody'], 'nobody'],
    [['--role-arn', 'AKIAIOSFODNN7EXAMPLE'], 'send the whole ARN'],
    [['--role-arn', 'channelmix_s3_access', '--print-permissions'], 'send the whole ARN'],
    [['--role-arn', 'arn:aws:iam::111122223333:user/x'], 'is the ARN of a user'],
    [['--user', 'arn:aws:iam::111122223333:role/x'], 'is a role: name it by --role-arn'],
    [['--user', 'a b'], 'must be the name of an IAM user'],
    [['--user', 'x', '--print-permissions', '--output', 'sarif'], '--output means nothing beside --print-permissions'],
    [['--user', 'x', '--print-permissions', '--baseline', 'nope'], '--baseline means nothing'],
    [['--user', 'x', '--print-permissions', '--save', 's'], '--save means nothing'],
    [['--plan', template, '--output', 'asff', '--region', "x'y"], 'is not the name of a region'],
    [['--bucket-policy', 'a.json'], 'a bucket policy alone is of no role'],
    [['--plan', template, '--save', 'x.json', '--out', './x.json'], 'the same file'],
    [['--plan', template, '--out', `./${template}`, '--force'], '--plan and --out name the same file'],
    [['--plan', template, '--accept', 'accept.yaml', '--save', 'docs/../accept.yaml'], 'the same file'],
    [['--identity', '-', '--trust', '-'], 'stdin can be read once'],
  ])('is told in one error: %j', async (args, message) => {
    const { code, stdout, stderr } = await audit(...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('is a report that would take the place of what it is made of', async () => {
    const path = file('own-input.json');
    await audit(...live(), '--save', path);
    const before = readFileSync(path, 'utf8');
    const link = file('link-to-input.json');
    symlinkSync(path, link);
    for (const from of [path, link]) {
      const { code, stderr } = await audit('--from', from, '--out', path, '--force');
      expect([code, stderr]).toEqual([2, expect.stringContaining('--from and --out name the same file')]);
    }
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('is not a clean bill without credentials, or without a network', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wrong' });
    expect(await audit(...live())).toMatchObject({ code: 3, stdout: '' });
    process.env = before;
    expect(await audit(...live(), '--endpoint-url', 'http://127.0.0.1:9')).toMatchObject({ code: 3, stdout: '' });
  });
});
