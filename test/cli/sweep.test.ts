import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { openJournal } from '../../src/verify/journal-file.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createRole, rootClients } from '../verify/helpers.ts';

const bucket = 'my-bucket';
const RUN = 'a'.repeat(32);
const KEY = `.channelmix-verify/${'b'.repeat(32)}`;

let sandbox: Sandbox;
let state: string;
let roleArn: string;
const saved = { ...process.env };

beforeEach(async () => {
  sandbox = await startSandbox();
  state = await mkdtemp(join(tmpdir(), 'cli-sweep-'));
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: bucket });
  roleArn = await createRole(sandbox.endpoint, { name: 'channelmix_s3_access', bucket });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT });
});
afterEach(async () => {
  process.env = { ...saved };
  await sandbox.close();
  await rm(state, { recursive: true });
});

/** What a killed run leaves. */
async function leaveSomething(): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.putObject({ Bucket: bucket, Key: KEY, Body: 'x', Metadata: { 'channelmix-verify': RUN } });
  const endpoint = new URL(sandbox.endpoint).host;
  const facts = { runId: RUN, mode: 'channelmix', bucket, roleArn, endpoint } as const;
  const journal = await openJournal(state, facts, () => new Date());
  await journal.add({ id: 'b'.repeat(32), kind: 'object', bucket, key: KEY });
  await journal.close();
}

const run = (flags: readonly string[], changes: Parameters<typeof runCli>[1] = {}) =>
  runCli(['sweep', '--endpoint-url', sandbox.endpoint, ...flags], {
    env: { CHANNELMIX_S3_STATE_DIR: state, AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT },
    ...changes,
  });

it('finds nothing where nothing was left, without a call', async () => {
  const { code, stdout } = await runCli(['sweep', '--endpoint-url', 'http://127.0.0.1:9'], {
    env: { CHANNELMIX_S3_STATE_DIR: state },
  });
  expect([code, stdout]).toEqual([0, 'nothing found, 0 removed, 0 left\n']);
});

it('removes nothing without a yes: not in a dry run, not where nobody can be asked, not after a no', async () => {
  await leaveSomething();
  const before = sandbox.snapshot();
  const dry = await run(['--dry-run']);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining(`object s3://${bucket}/${KEY}`)]);
  const nobody = await run([]);
  expect([nobody.code, nobody.stdout]).toEqual([2, '']);
  expect(nobody.stderr).toContain('Acting as arn:aws:iam::111122223333:root');
  expect(nobody.stderr).toContain('--yes');
  const no = await run([], { stdinIsTerminal: true, askText: async () => 'no' });
  expect([no.code, no.stdout]).toEqual([2, '']);
  expect(sandbox.snapshot()).toEqual(before);
});

it('removes what was left after a yes, and a second time finds nothing', async () => {
  await leaveSomething();
  const yes = await run([], { stdinIsTerminal: true, askText: async () => 'yes' });
  expect(yes.code).toBe(0);
  expect(yes.stdout).toContain('1 thing that a journal names found, 1 removed, 0 left');
  expect(await readdir(join(state, 'runs'))).toEqual([]);
  const before = sandbox.snapshot();
  const again = await run(['--yes', '--bucket', bucket, '--prefix', 'in', '--role-arn', roleArn, '--output', 'json']);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    schemaVersion: 1,
    command: 'sweep',
    ok: true,
    removed: 0,
    left: [],
  });
  expect(sandbox.snapshot()).toEqual(before);
});

it('exits with 4 and names the command where something stays', async () => {
  await leaveSomething();
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${bucket}/*` };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
  await s3.putBucketPolicy({ Bucket: bucket, Policy });
  const { code, stdout } = await run(['--yes']);
  expect(code).toBe(4);
  expect(stdout).toContain(`aws s3api delete-object --bucket ${bucket} --key ${KEY}`);
  expect(await readdir(join(state, 'runs'))).toHaveLength(1);
});

it.each([
  [['--prefix', 'in/'], '--bucket'],
  [['--bucket', 'My-Bucket'], 'uppercase'],
  [['--role-arn', 'x'], 'send the whole ARN'],
])('refuses %j with exit code 2', async (flags, text) => {
  const { code, stdout, stderr } = await run(flags);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(text);
});
