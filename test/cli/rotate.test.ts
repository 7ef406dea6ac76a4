import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluateCase } from '../../src/evaluate/index.ts';
import { runCli } from '../helpers.ts';
import { BUCKET, DAY, keyOf, openScene, type Scene, USER } from '../rotate/helpers.ts';
import { CLIENT_ACCOUNT, createUser, rootClients } from '../verify/helpers.ts';

let scene: Scene;
let folder: string;
let file: string;
const saved = { ...process.env };

beforeEach(async () => {
  scene = await openScene();
  folder = await mkdtemp(join(tmpdir(), 'cli-rotate-'));
  file = join(folder, 'new-key.txt');
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT });
});
afterEach(async () => {
  process.env = { ...saved };
  expect(scene.sandbox.bugs()).toEqual([]);
  await scene.close();
  await rm(folder, { recursive: true });
});

type Changes = Parameters<typeof runCli>[1];
const bare = (flags: readonly string[], changes: Changes = {}) =>
  runCli(['rotate', '--endpoint-url', scene.sandbox.endpoint, ...flags], {
    env: { CHANNELMIX_S3_STATE_DIR: folder, AWS_REGION: 'us-east-1' },
    ...changes,
  });
const run = (flags: readonly string[], changes: Changes = {}) => bare(['--user', USER, ...flags], changes);
const create = (flags: readonly string[] = [], changes: Changes = {}) =>
  run(['--bucket', BUCKET, '--secret-file', file, ...flags], changes);

/** The key in the file that `create` wrote. */
async function keyInFile() {
  const text = await readFile(file, 'utf8');
  const field = (label: string) => new RegExp(`^${label} +(\\S+)$`, 'm').exec(text)?.[1] ?? '';
  return {
    accessKeyId: field('AWS access key id'),
    secretAccessKey: field('AWS secret access key'),
  };
}

/** Moves what has happened into the past: the command line goes by the real time. */
async function past(ms: number, act: () => Promise<unknown>) {
  scene.sandbox.clock.advance(-ms);
  await act();
  scene.sandbox.clock.advance(ms);
}

describe('rotate', () => {
  it('makes a second key, verifies it, and writes the form to a file that only its owner may read', async () => {
    const { code, stdout, stderr } = await create();
    expect([code, stderr]).toEqual([0, expect.stringContaining('Acting as arn:aws:iam::111122223333:root')]);
    const fresh = await keyInFile();
    await scene.use(fresh);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^Role ARN +n\/a$/m);
    expect(stdout).toContain(fresh.accessKeyId);
    expect(stdout).toContain('create: the new key is made and verified');
    // The next command reaches the same account.
    expect(stdout).toContain(
      `Once ChannelMix works with it: channelmix-s3 rotate --user ${USER} --endpoint-url ${scene.sandbox.endpoint}`,
    );
    for (const text of [stdout, stderr]) expect(text).not.toContain(fresh.secretAccessKey);
    const state = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of state.filter((one) => one.isFile() && one.name !== 'new-key.txt')) {
      expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toContain(fresh.secretAccessKey);
    }
  });

  it('shows the secret on a terminal when it is asked to, once', async () => {
    const { code, stdout, stderr } = await run(['--bucket', BUCKET, '--show-secret'], { stdoutIsTerminal: true });
    expect(code).toBe(0);
    const secret = /AWS secret access key +(\S{40})/.exec(stdout)?.[1] ?? 'none';
    expect(stdout.split(secret)).toHaveLength(2);
    expect(stderr).not.toContain(secret);
  });

  it('goes through its steps, each said with the next', async () => {
    await create();
    const fresh = await keyInFile();
    const early = await run([]);
    expect(early.code).toBe(1);
    expect(early.stdout).toContain('not yet: nothing shows that ChannelMix has the new key');
    const forced = await run(['--step', 'deactivate', '--force']);
    expect([forced.code, forced.stdout]).toEqual([0, expect.stringContaining('warning: forced, although')]);
    expect(forced.stdout).toContain(`If something breaks: channelmix-s3 rotate --user ${USER} --undo --endpoint-url`);
    const undone = await run(['--undo']);
    expect([undone.code, undone.stdout]).toEqual([0, expect.stringContaining('the old key is active again')]);
    await scene.use(scene.old);
    await run(['--step', 'deactivate', '--force']);
    const waiting = await run(['--delete', '--yes', scene.old.accessKeyId]);
    expect([waiting.code, waiting.stdout]).toEqual([1, expect.stringContaining('it can be deleted from')]);
    const zero = ['--delete', '--quiet-for-delete', '0s'];
    const nobody = await run(zero);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining(`Add --yes ${scene.old.accessKeyId}`)]);
    const other = await run([...zero, '--yes', fresh.accessKeyId]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--yes names another key')]);
    const no = await run(zero, { stdinIsTerminal: true, askText: async () => 'yes' });
    expect(no.code).toBe(2);
    expect(await scene.keys()).toHaveLength(2);
    const typed = await run(zero, { stdinIsTerminal: true, askText: async () => scene.old.accessKeyId });
    expect([typed.code, typed.stdout]).toEqual([0, expect.stringContaining('has come to its end')]);
    expect(await scene.keys()).toEqual([{ id: fresh.accessKeyId, status: 'Active' }]);
  });

  it('reports as JSON with stable keys and no secret', async () => {
    const { code, stdout } = await create(['--output', 'json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      command: 'rotate',
      user: USER,
      userArn: `arn:aws:iam::${CLIENT_ACCOUNT}:user/${USER}`,
      step: 'create',
      done: true,
      next: 'deactivate',
      oldKeyId: scene.old.accessKeyId,
      keys: [{ id: scene.old.accessKeyId, status: 'Active', lastUsedService: 's3' }, { status: 'Active' }],
      verified: [{ bucket: BUCKET, ok: true }],
      left: [],
    });
    expect(stdout).not.toContain((await keyInFile()).secretAccessKey);
    const next = JSON.parse((await run(['--output', 'json'])).stdout);
    expect(next).toMatchObject({ step: 'deactivate', done: false, next: 'deactivate' });
    expect(next.objections.map(({ id }: { id: string }) => id)).toEqual(['new-key-unused', 'old-key-used-lately']);
  });

  it('deactivates by itself when the keys show that ChannelMix has changed over', async () => {
    await past(4 * DAY, () => create());
    const fresh = await keyInFile();
    // The scene used the old key a minute ago.
    await scene.use(fresh);
    const { code } = await run(['--quiet-for', '0s']);
    expect(code).toBe(0);
    await expect(scene.use(scene.old)).rejects.toThrow();
  });

  it('says in a plan what it would do', async () => {
    const before = scene.sandbox.snapshot();
    const { code, stdout } = await run(['--plan']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('plan: create: a second key would be made')]);
    expect(scene.sandbox.snapshot()).toEqual(before);
  });

  it('exits by the signal after an interrupt, with the new key removed again', async () => {
    const controller = new AbortController();
    const end = scene.sandbox.observe(({ operation }) => {
      if (operation === 'PutObject') controller.abort('SIGTERM');
      return undefined;
    });
    const { code, stdout } = await create([], { signal: controller.signal });
    end();
    expect([code, stdout]).toEqual([
      143,
      expect.stringContaining('create: interrupted\nThe new key was removed again'),
    ]);
    expect(await scene.keys()).toHaveLength(1);
    expect(await readdir(folder)).not.toContain('new-key.txt');
  });

  it('exits with 0 when the interrupt comes after everything is done', async () => {
    const controller = new AbortController();
    const end = scene.sandbox.observe(({ operation, phase }) => {
      // The list of keys that follows the delivery of the form.
      if (operation === 'ListAccessKeys' && phase === 'before' && existsSync(file)) controller.abort('SIGINT');
      return undefined;
    });
    const { code, stdout } = await create([], { signal: controller.signal });
    end();
    expect(controller.signal.aborted).toBe(true);
    expect([code, stdout]).toEqual([0, expect.stringContaining('create: the new key is made and verified')]);
    await scene.use(await keyInFile());
  });

  it('exits with 1 and keeps the old key when the new one may not do what it has to', async () => {
    const { code, stderr } = await create(['--bucket', 'another-bucket', '--wait', '0']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no bucket named another-bucket[\s\S]*removed again/)]);
    const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.createBucket({ Bucket: 'another-bucket' });
    const denied = await create(['--bucket', 'another-bucket', '--wait', '0']);
    expect([denied.code, denied.stdout]).toEqual([
      1,
      expect.stringContaining('The new key was removed again; the old one is as it was'),
    ]);
    expect(await scene.keys()).toEqual([{ id: scene.old.accessKeyId, status: 'Active' }]);
    expect(await readdir(folder)).not.toContain('new-key.txt');
  });
});

describe('the permissions of a rotation', () => {
  const admin = { name: 'admin', bucket: 'unused' };
  const printed = async (user: string) => JSON.parse((await bare(['--print-permissions', '--user', user])).stdout);

  it('are printed, are enough for every step, and are all needed', async () => {
    const policy = await printed(`arn:aws:iam::${CLIENT_ACCOUNT}:user/${USER}`);
    const as = await createUser(scene.sandbox.endpoint, { ...admin, policy });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: as.accessKeyId, AWS_SECRET_ACCESS_KEY: as.secretAccessKey });
    expect((await create()).code).toBe(0);
    expect((await run(['--step', 'deactivate', '--force'])).code).toBe(0);
    expect((await run(['--undo'])).code).toBe(0);
    expect((await run(['--discard', '--yes', (await keyInFile()).accessKeyId])).code).toBe(0);
    const actions = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
    expect(actions).toHaveLength(6);
    for (const action of actions) {
      const decision = evaluateCase({
        request: {
          principal: `arn:aws:iam::${CLIENT_ACCOUNT}:user/admin`,
          action,
          resource: `arn:aws:iam::${CLIENT_ACCOUNT}:user/${USER}`,
        },
        identityPolicies: [await printed(USER)],
      });
      expect(decision).toMatchObject({ decision: 'allow' });
    }
  });

  it.each([
    ['iam:ListAccessKeys', ['--plan']],
    ['iam:CreateAccessKey', ['--bucket', BUCKET]],
    ['iam:UpdateAccessKey', ['--step', 'deactivate', '--force']],
    ['iam:DeleteAccessKey', ['--discard']],
  ])('are named when %s is missing', async (action, flags) => {
    if (action !== 'iam:CreateAccessKey') await scene.run();
    const policy = await printed(USER);
    const less = policy.Statement.map((statement: { Action: string[] }) => ({
      ...statement,
      Action: statement.Action.filter((one) => one !== action),
    }));
    const as = await createUser(scene.sandbox.endpoint, { ...admin, policy: { ...policy, Statement: less } });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: as.accessKeyId, AWS_SECRET_ACCESS_KEY: as.secretAccessKey });
    const yes = action === 'iam:DeleteAccessKey' ? ['--yes', keyOf(scene.forms[0]).accessKeyId] : [];
    const before = await scene.keys();
    const secret = action === 'iam:CreateAccessKey' ? ['--secret-file', file] : [];
    const { code, stdout, stderr } = await run([...flags, ...yes, ...secret]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`may not ${action} on user ${USER}`);
    expect(stderr).toContain('--print-permissions');
    expect(await scene.keys()).toEqual(before);
  });

  it('for what is only good to know are done without', async () => {
    const policy = await printed(USER);
    const less = policy.Statement.map((statement: { Action: string[] }) => ({
      ...statement,
      Action: statement.Action.filter((one) => !['iam:GetUser', 'iam:GetAccessKeyLastUsed'].includes(one)),
    }));
    const as = await createUser(scene.sandbox.endpoint, { ...admin, policy: { ...policy, Statement: less } });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: as.accessKeyId, AWS_SECRET_ACCESS_KEY: as.secretAccessKey });
    expect(await create()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('could not be read (iam:GetUser'),
    });
    expect(await run([])).toMatchObject({ code: 1, stdout: expect.stringContaining('last used is not known') });
  });
});

describe("a user who rotates the user's own key", () => {
  it('makes the new one with the old one, and takes the old one away with the new one', async () => {
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const policy = JSON.parse((await bare(['--print-permissions', '--user', USER])).stdout);
    await iam.putUserPolicy({ UserName: USER, PolicyName: 'rotate', PolicyDocument: JSON.stringify(policy) });
    const use = ({ accessKeyId, secretAccessKey }: typeof scene.old) =>
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    use(scene.old);
    expect((await create()).code).toBe(0);
    const refused = await run([]);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('cannot bring itself back')]);
    use(await keyInFile());
    const done = await run(['--force']);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('the old key is inactive')]);
    expect((await run(['--undo'])).code).toBe(0);
  });

  it('learns by force, too, how the keys are afterwards', async () => {
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const policy = JSON.parse((await bare(['--print-permissions', '--user', USER])).stdout);
    await iam.putUserPolicy({ UserName: USER, PolicyName: 'rotate', PolicyDocument: JSON.stringify(policy) });
    const { accessKeyId, secretAccessKey } = scene.old;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    await create();
    const { code, stdout } = await run(['--force', '--output', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).keys[0]).toMatchObject({ id: accessKeyId, status: 'Inactive' });
  });
});

describe('what cannot be rotated', () => {
  it.each([
    [[], 'nothing to rotate was named'],
    [['--user', 'nobody'], 'there is no user nobody in account 111122223333'],
    [['--user', 'arn:aws:iam::111122223333:role/channelmix_s3_access'], 'is a role'],
    [['--user', 'arn:aws:iam::111122223333:root'], 'is the root user'],
    [['--user', 'arn:aws:s3:::bucket'], 'not the ARN of a user'],
    [['--user', `arn:aws:iam::444455556666:user/${USER}`], 'another account than your credentials'],
    [['--user', "x'; rm -rf"], 'must be the name of an IAM user'],
    [['--user', '<root_account>'], 'must be the name of an IAM user'],
    [['--access-key-id', 'AKIAIOSFODNN7EXAMPLE'], 'is no key of account 111122223333'],
    [['--access-key-id', 'ASIAIOSFODNN7EXAMPLE'], 'temporary'],
    [['--access-key-id', CLIENT_ACCOUNT], 'root user'],
    [['--access-key-id', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'], 'rotate the key'],
    [['--user', USER, '--access-key-id', 'AKIAIOSFODNN7EXAMPLE'], 'none of the keys of the user'],
    [['--user', USER, '--bucket', BUCKET], 'not said where the secret'],
    [['--user', USER, '--show-secret', '--bucket', BUCKET], 'on a terminal only'],
    [['--user', USER, '--secret-file', '-', '--bucket', BUCKET], 'no secret goes to stdout'],
    [['--user', USER, '--bucket', 'My-Bucket'], 'uppercase'],
    [['--user', USER, '--step', 'deactivate', '--undo'], 'exclude each other'],
    [['--user', USER, '--delete', '--undo'], 'exclude each other'],
    [['--user', USER, '--undo', '--bucket', BUCKET], 'no key is made by this step'],
    [['--user', USER, '--yes', 'AKIAIOSFODNN7EXAMPLE'], 'no key is deleted without'],
    [['--user', USER, '--delete', '--force'], 'nothing forces a deletion'],
    [['--user', USER, '--undo', '--quiet-for', '3h'], '--quiet-for means nothing for this step'],
    [['--user', USER, '--step', 'deactivate', '--quiet-for-delete', '3h'], '--quiet-for-delete means nothing'],
    [['--user', USER, '--undo', '--wait', '5s'], '--wait is for the new key'],
    [['--user', USER, '--print-permissions', '--plan'], '--plan means nothing beside --print-permissions'],
    [['--user', USER, '--print-permissions', '--output', 'json'], '--output means nothing'],
    [['--user', USER, '--step', 'create', '--force'], '--force is for the deactivation'],
    [['--user', USER, '--secret-file', 'x.txt', '--force'], '--force is for the deactivation'],
    [['--user', USER, '--show-secret', '--force'], '--force is for the deactivation'],
    [['--user', USER, '--quiet-for', '7 days'], 'is not a duration'],
    [['--user', USER, '--quiet-for-delete', '400d'], 'is not a duration'],
    [['--print-permissions', '--access-key-id', 'AKIAIOSFODNN7EXAMPLE'], 'needs --user'],
    [['--user', USER, '--secret', 'x'], 'unknown argument'],
  ])('%j is refused, and nothing was done', async (flags, text) => {
    const before = scene.sandbox.snapshot();
    const { code, stdout, stderr } = await bare(flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('wJalrXUtnFEMI');
    expect(scene.sandbox.snapshot()).toEqual(before);
  });

  it('no bucket is named: nothing was done', async () => {
    const { code, stderr } = await run(['--secret-file', file]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no bucket was named')]);
    expect(await scene.keys()).toHaveLength(1);
  });

  it('the file for the secret is there already, or its folder is not', async () => {
    await writeFile(file, 'mine');
    expect(await create()).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
    expect(await readFile(file, 'utf8')).toBe('mine');
    const nowhere = join(folder, 'none', 'key.txt');
    const flags = ['--bucket', BUCKET, '--secret-file', nowhere];
    expect(await run(flags)).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') });
    expect(await scene.keys()).toHaveLength(1);
  });

  it('no hint names a flag that would deactivate the live key', async () => {
    await writeFile(file, 'mine');
    const { code, stderr } = await create(['--step', 'create']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('a secret is never written over one')]);
    expect(stderr).not.toContain('--force');
    expect(await create(['--force'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--force is for') });
  });

  it.each([
    [[], 'is deactivated by: channelmix-s3 rotate --user'],
    [['--plan'], 'is deactivated by: channelmix-s3 rotate --user'],
  ])(
    'the command of the first step is run once more %j: it says what is next, and does nothing',
    async (more, next) => {
      await past(4 * DAY, () => create());
      // The second key is in use: the next step would be taken.
      await scene.use(await keyInFile());
      const other = ['--bucket', BUCKET, '--secret-file', join(folder, 'other.txt'), '--quiet-for', '0s', ...more];
      const before = await scene.keys();
      for (const flags of [other, ['--bucket', BUCKET, '--quiet-for', '0s', '--force', ...more]]) {
        const { code, stdout, stderr } = await run(flags);
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toContain('the second key is there already');
        expect(stderr).toContain(next);
      }
      expect(await scene.keys()).toEqual(before);
      await run(['--step', 'deactivate', '--force']);
      expect(await run(other)).toMatchObject({ code: 2, stderr: expect.stringContaining(`--user ${USER} --delete`) });
    },
  );

  it('the file comes to be there while the key is verified: the key is removed again', async () => {
    const end = scene.sandbox.observe(async ({ operation, phase }) => {
      if (operation === 'PutObject' && phase === 'after') await writeFile(file, 'mine');
      return undefined;
    });
    const { code, stderr } = await create();
    end();
    expect([code, stderr]).toEqual([2, expect.stringContaining('The new key was removed again')]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await scene.keys()).toHaveLength(1);
  });

  it('a user has no key, or none that is active', async () => {
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.updateAccessKey({ UserName: USER, AccessKeyId: scene.old.accessKeyId, Status: 'Inactive' });
    expect(await run([])).toMatchObject({ code: 1, stdout: expect.stringContaining('no key would be active') });
    expect((await run(['--undo'])).code).toBe(0);
    await iam.createUser({ UserName: 'keyless' });
    expect(await bare(['--user', 'keyless'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no access key'),
    });
  });

  it('the credentials are missing or wrong', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' });
    expect(await run([])).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('credentials') });
  });

  it('a grant of the role way is named', async () => {
    const config = join(folder, 'channelmix.yaml');
    await writeFile(config, `buckets:\n  - name: ${BUCKET}\n`);
    expect(await run(['--config', config, '--secret-file', file])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('describes the role way'),
    });
  });

  it('is told when the user belongs to a stack', async () => {
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.tagUser({ UserName: USER, Tags: [{ Key: 'managed-by', Value: 'Pulumi' }] });
    const { stdout } = await run(['--plan']);
    expect(stdout).toContain('was made with Pulumi');
  });

  it('the key that is named tells the user', async () => {
    const { code, stdout } = await bare(['--access-key-id', scene.old.accessKeyId, '--plan', '--output', 'json']);
    expect([code, JSON.parse(stdout).user]).toEqual([0, USER]);
  });
});
