import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createRole, createUser, rootClients } from '../verify/helpers.ts';

let sandbox: Sandbox;
let roleArn: string;
let before: string;

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, '031871504755', '222233334444'] });
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: 'my-bucket' });
  roleArn = await createRole(sandbox.endpoint, { name: 'channelmix_s3_access', bucket: 'my-bucket' });
  before = JSON.stringify(sandbox.snapshot().s3);
});
afterAll(() => sandbox.close());

/** Runs verify as an account of the sandbox, by the SDK's own environment variables. */
async function runVerify(flags: readonly string[], account = '031871504755', changes: Partial<Context> = {}) {
  const saved = { ...process.env };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: account,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  if (account === '') {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
  try {
    return await runCli(['verify', '--endpoint-url', sandbox.endpoint, '--wait', '0', ...flags], changes);
  } finally {
    process.env = saved;
  }
}

describe('verify', () => {
  it('exits with 0 for a healthy grant, with progress on stderr and the report on stdout', async () => {
    const { code, stdout, stderr } = await runVerify(['--role-arn', roleArn, '--bucket', 'my-bucket']);
    expect(code).toBe(0);
    expect(stderr).toContain('assume-role');
    expect(stdout).toMatch(/17 of 17 as expected, 0 left behind/);
  });

  it('prints one JSON document of the shape in the design', async () => {
    const { stdout } = await runVerify(['--role-arn', roleArn, '--bucket', 'my-bucket', '--output', 'json']);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      command: 'verify',
      mode: 'channelmix',
      roleArn,
      bucket: 'my-bucket',
      caller: { arn: 'arn:aws:iam::031871504755:root', account: '031871504755' },
      ok: true,
      cleanup: { left: [] },
    });
    expect(report.checks.map((check: { id: string }) => check.id)).toEqual(
      expect.arrayContaining([
        'assume-role',
        'list-bucket',
        'put-object',
        'get-object',
        'head-object',
        'delete-object',
      ]),
    );
  });

  it('prints a plan without credentials and without a call', async () => {
    const flags = [
      'verify',
      '--role-arn',
      roleArn,
      '--bucket',
      'my-bucket',
      '--plan',
      '--endpoint-url',
      'http://127.0.0.1:1',
    ];
    const text = await runCli(flags);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('nothing was called');
    const json = await runCli([...flags, '--output', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ command: 'verify', plan: true, bucket: 'my-bucket' });
    expect((await runCli([...flags, '--output', 'junit'])).code).toBe(2);
  });

  it('writes a bundle without account numbers beside the report, and never over a file without --force', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    const file = join(folder, 'ticket.md');
    const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', '--bundle', file];
    const first = await runVerify(flags);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('as expected');
    const text = await readFile(file, 'utf8');
    expect(text).toContain('role arn:aws:iam::ACCOUNT-1:role/channelmix_s3_access');
    expect(text).not.toContain(CLIENT_ACCOUNT);
    const again = await runVerify(flags);
    expect([again.code, again.stdout, await readFile(file, 'utf8')]).toEqual([2, '', text]);
    expect(again.stderr).toContain('exists already');
    expect((await runVerify([...flags, '--force', '--show-accounts'])).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(CLIENT_ACCOUNT);
    expect(await readdir(folder)).toEqual(['ticket.md']);
    const nowhere = await runVerify([...flags.slice(0, -1), join(folder, 'none', 'x.md')]);
    expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
    await rm(folder, { recursive: true });
  });

  it('keeps its answer when the bundle cannot be written in the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    const file = join(folder, 'ticket.md');
    const takeItsPlace = { out: () => writeFileSync(file, 'of somebody else') };
    const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', '--bundle', file];
    const good = await runVerify(flags, undefined, takeItsPlace);
    expect([good.code, await readFile(file, 'utf8')]).toEqual([3, 'of somebody else']);
    expect(good.stderr).toContain('exists already');
    await rm(file);
    expect((await runVerify([...flags, '--access', 'extended'], undefined, takeItsPlace)).code).toBe(1);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['junit', /^<\?xml .*<testsuites name="channelmix-s3 verify"/s],
    ['github', /^::error title=multipart-upload/],
  ])('prints %s', async (output, expected) => {
    const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', '--access', 'extended', '--output', output];
    const { code, stdout } = await runVerify(flags);
    expect(code).toBe(1);
    expect(stdout).toMatch(expected);
  });

  it('exits with 1 when the answer is no', async () => {
    const { code, stdout } = await runVerify(['--role-arn', roleArn, '--bucket', 'my-bucket', '--access', 'extended']);
    expect(code).toBe(1);
    expect(stdout).toContain('multipart-upload');
  });

  it.each([
    [['--role-arn', 'arn:aws:iam::111122223333:role', '--bucket', 'my-bucket'], 2, '--role-arn'],
    [['--role-arn', 'not-an-arn!', '--bucket', 'my-bucket'], 2, 'must be the ARN of a role'],
    [['--role-arn', 'arn:aws:iam::111122223333:user/ann', '--bucket', 'my-bucket'], 2, 'ARN of a user'],
    [['--role-arn', 'arn:aws-cn:iam::111122223333:role/x', '--bucket', 'my-bucket'], 2, 'partition'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket', 'My-Bucket'], 2, 'uppercase'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x'], 2, 'Add --bucket NAME.'],
    [['--bucket', 'my-bucket'], 2, '--role-arn'],
    [
      ['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket', 'my-bucket', '--access', 'minmal'],
      2,
      'Did you mean minimal?',
    ],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket', 'my-bucket', '--wait', 'soon'], 2, '--wait'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket', 'my-bucket', '--region', 'x y'], 2, '--region'],
    [['--role-arn', 'arn:aws:iam::111122223333:role/x', '--bucket', 'my-bucket', '--role-arn', 'y'], 2, 'given twice'],
    [
      [
        '--role-arn',
        'arn:aws:iam::111122223333:role/x',
        '--bucket',
        'my-bucket',
        '--as',
        'client',
        '--expect',
        'revoked',
      ],
      2,
      '--as client',
    ],
  ])('refuses %j before any call', async (flags, expected, text) => {
    const { code, stdout, stderr } = await runVerify(flags);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(text);
  });

  it.each([
    [['--as', 'simulate', '--expect', 'revoked'], '--as simulate makes none'],
    [['--as', 'simulate', '--plan'], '--as simulate makes none'],
    [['--as', 'simulate', '--careful'], '--careful means nothing'],
    [['--plan', '--expect', 'revoked'], '--plan is of the probes'],
    [['--plan', '--bundle', 'ticket.md'], '--plan stops before'],
    [['--plan', '--output', 'junit'], '--plan has no junit output'],
    [['--expect', 'revoked', '--deep'], '--deep means nothing'],
    [['--expect', 'revoked', '--other-bucket', 'other-bucket'], '--other-bucket means nothing'],
    [['--expect', 'revoked', '--third-party-profile', 'x'], '--third-party-profile means nothing'],
    [['--show-accounts'], 'Add --bundle FILE.'],
    [['--bundle', '-'], '--bundle is for a file'],
    [['--force'], 'Add --bundle FILE.'],
    [['--yes'], '--yes is for --as client'],
  ])('refuses %j, of which one would do nothing', async (flags, text) => {
    const { code, stdout, stderr } = await runVerify(['--role-arn', roleArn, '--bucket', 'my-bucket', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  it('says that a bucket does not exist', async () => {
    const { code, stderr } = await runVerify(['--role-arn', roleArn, '--bucket', 'no-such-bucket']);
    expect([2, 3]).toContain(code);
    expect(stderr).toContain('no-such-bucket');
  });

  it.each([
    ['of the wrong account', '111122223333', '031871504755', ['--as', 'channelmix']],
    ["of ChannelMix where the client's are meant", '031871504755', "not the client's", ['--as', 'client', '--yes']],
    ['that nobody knows', 'AKIAIOSFODNN7EXAMPLE', 'credential', []],
    ['that are missing', '', 'credential', []],
  ])('exits with 3 for credentials %s', async (_name, account, text, more) => {
    const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', ...more];
    const { code, stdout, stderr } = await runVerify(flags, account);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr.toLowerCase()).toContain(text);
  });

  it("simulates with anybody's credentials but ChannelMix's, and says so", async () => {
    const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', '--output', 'json'];
    const { code, stdout, stderr } = await runVerify(flags, CLIENT_ACCOUNT);
    expect([code, JSON.parse(stdout).mode]).toEqual([0, 'simulate']);
    expect(stderr).toContain('--as client tries the role for real');
  });

  it.each([
    ['missing', 'nowhere', 3, /third account.*nowhere/],
    ['of unknown credentials', 'unknown', 3, /third account.*not valid/],
    ["of the role's own account", 'own', 2, /no third account but of the role's own/],
    ["of ChannelMix's account", 'channelmix', 2, /no third account but of ChannelMix's/],
    ['of another account', 'other', 0, /denied:sts:AssumeRole/],
  ])('a third-party profile that is %s is found out before anything is written', async (_name, profile, code, text) => {
    const directory = await mkdtemp(join(tmpdir(), 'profiles-'));
    const file = join(directory, 'credentials');
    const keys = {
      own: CLIENT_ACCOUNT,
      channelmix: '031871504755',
      other: '222233334444',
      unknown: 'AKIANOBODYKNOWSTHIS1',
    };
    const sections = Object.entries(keys).map(
      ([name, key]) => `[${name}]\naws_access_key_id=${key}\naws_secret_access_key=${key}\n`,
    );
    writeFileSync(file, sections.join(''));
    const saved = process.env.AWS_SHARED_CREDENTIALS_FILE;
    process.env.AWS_SHARED_CREDENTIALS_FILE = file;
    let puts = 0;
    const remove = sandbox.observe(({ operation }) => {
      if (operation === 'PutObject') puts += 1;
      return undefined;
    });
    try {
      const flags = ['--role-arn', roleArn, '--bucket', 'my-bucket', '--third-party-profile', profile];
      const ended = await runVerify([...flags, '--as', 'channelmix']);
      expect(ended.stdout + ended.stderr).toMatch(text);
      expect(ended.code).toBe(code);
      expect(puts > 0).toBe(code === 0);
    } finally {
      remove();
      if (saved === undefined) delete process.env.AWS_SHARED_CREDENTIALS_FILE;
      else process.env.AWS_SHARED_CREDENTIALS_FILE = saved;
      await rm(directory, { recursive: true });
    }
  });

  it("asks before it changes a trust policy for the client's own credentials, and does nothing where nobody can answer", async () => {
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.createUser({ UserName: 'ann' });
    await iam.attachUserPolicy({ UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' });
    const saved = { ...process.env };
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
    });
    const flags = [
      '--role-arn',
      roleArn,
      '--bucket',
      'my-bucket',
      '--as',
      'client',
      '--endpoint-url',
      sandbox.endpoint,
    ];
    const run = (more: readonly string[], answer?: string) =>
      runCli(['verify', ...flags, ...more], {
        stdinIsTerminal: answer !== undefined,
        askText: async () => answer ?? '',
      });
    const untouched = sandbox.snapshot();
    try {
      const nobody = await run([]);
      expect([nobody.code, nobody.stdout]).toEqual([2, '']);
      expect(nobody.stderr).toContain('Acting as arn:aws:iam::111122223333:user/ann');
      expect(nobody.stderr).toContain('"ArnEquals"');
      expect((await run([], 'no')).code).toBe(2);
      expect(sandbox.snapshot()).toEqual(untouched);
      for (const { code, stdout } of [await run(['--yes']), await run([], 'yes')]) {
        expect(code).toBe(0);
        expect(stdout).toContain('is again what it was');
      }
      expect(sandbox.snapshot()).toEqual(untouched);
    } finally {
      process.env = saved;
    }
  });

  it('takes the secret of a key from stdin, and shows it nowhere', async () => {
    const key = await createUser(sandbox.endpoint, { name: 'channelmix_user', bucket: 'my-bucket' });
    const { code, stdout, stderr } = await runCli(
      [
        'verify',
        '--endpoint-url',
        sandbox.endpoint,
        '--access-key-id',
        key.accessKeyId,
        '--bucket',
        'my-bucket',
        '--output',
        'json',
      ],
      { readStdinLine: async () => `${key.secretAccessKey}\n` },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).mode).toBe('key');
    expect(stdout + stderr).not.toContain(key.secretAccessKey);
  });

  it('asks for the secret, and says so when there is none', async () => {
    const { code, stderr } = await runCli([
      'verify',
      '--endpoint-url',
      sandbox.endpoint,
      '--access-key-id',
      'AKIAIOSFODNN7EXAMPLE',
      '--bucket',
      'my-bucket',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('stdin');
  });

  it('leaves the bucket as it was', () => {
    expect(JSON.stringify(sandbox.snapshot().s3)).toBe(before);
    expect(sandbox.bugs()).toEqual([]);
  });
});

describe('what verify never does', () => {
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYaa';

  it('echoes a secret that was pasted for the id of a key', async () => {
    const { code, stdout, stderr } = await runVerify(['--access-key-id', secret, '--bucket', 'my-bucket']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain(secret.slice(0, 8));
  });

  it.each([
    ['http://user:hunter2@127.0.0.1:1', 'user or password'],
    ['http://127.0.0.1:1/path', 'end after the host'],
    ['ftp://127.0.0.1', 'http or https'],
  ])('takes %s for an endpoint', async (endpoint, text) => {
    const { code, stderr } = await runCli([
      'verify',
      '--role-arn',
      roleArn,
      '--bucket',
      'my-bucket',
      '--endpoint-url',
      endpoint,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('hunter2');
  });

  it('lets AWS_PROFILE win over keys in the environment, or an empty AWS_REGION count', async () => {
    const saved = { ...process.env };
    Object.assign(process.env, { AWS_PROFILE: 'not-there', AWS_REGION: '' });
    const { code } = await runVerify(['--role-arn', roleArn, '--bucket', 'my-bucket']);
    process.env = saved;
    expect(code).toBe(0);
  });

  it('leaves out the name of a profile that gives no credentials', async () => {
    const { code, stderr } = await runVerify([
      '--role-arn',
      roleArn,
      '--bucket',
      'my-bucket',
      '--profile',
      'not-there',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('"not-there"');
  });

  it('prints what moves the cursor', async () => {
    const { stderr } = await runCli(['fo\u001B[31mo\u202E']);
    expect(stderr).toContain('fo\\u{1B}[31mo\\u{202E}');
  });
});
