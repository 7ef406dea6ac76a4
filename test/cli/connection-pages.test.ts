import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { runCli } from '../helpers.ts';
import { createBucket, createRole } from '../verify/helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-pages-'));
const at = (name: string) => join(folder, name);
const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const saved = { ...process.env };
let report: Record<string, unknown>;

function write(name: string, changes: Record<string, unknown> = {}): string {
  writeFileSync(at(name), JSON.stringify({ ...report, ...changes }));
  return at(name);
}

/** The page as a reader of Markdown shows it. */
function html(page: string): string {
  return new MarkdownIt({ html: true, linkify: true }).render(page);
}

beforeAll(async () => {
  const sandbox = await startSandbox();
  await createBucket(sandbox.endpoint, 'my-bucket');
  await createRole(sandbox.endpoint, { name: 'channelmix_s3_access', bucket: 'my-bucket' });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: '031871504755', AWS_SECRET_ACCESS_KEY: '031871504755' });
  const args = ['verify', '--role-arn', ROLE, '--bucket', 'my-bucket', '--output', 'json'];
  const { stdout } = await runCli([...args, '--endpoint-url', sandbox.endpoint, '--region', 'us-east-1']);
  process.env = saved;
  await sandbox.close();
  const { endpoint: _, ...real } = JSON.parse(stdout);
  report = real;
  writeFileSync(at('channelmix.yaml'), 'bucket: my-bucket\ncreateBucket: true\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('connection handover', () => {
  it('tells from a report of verify that it works, how it was verified, and when', async () => {
    const { code, stdout } = await runCli(['connection', 'handover', '--verified', write('good.json')]);
    expect(code).toBe(0);
    expect(stdout).toContain('# ChannelMix access to `my-bucket`: works\n');
    expect(stdout).toContain('| `assume-role-12h` | `sts:AssumeRole` | for information | refused |');
    expect(stdout).toContain(`| Role ARN | \`${ROLE}\` |`);
    const minute = String(report.date).slice(0, 16).replace('T', ' ');
    expect(stdout).toContain(`on ${minute} UTC, by assuming the role with ChannelMix's credentials: **`);
    expect(stdout).toContain(`verify --role-arn ${ROLE} --bucket my-bucket --expect revoked`);
  });

  it('tells what was created and how to remove it by hand, from channelmix.yaml', async () => {
    const args = ['--role-arn', ROLE, '--config', at('channelmix.yaml')];
    const { stdout } = await runCli(['connection', 'handover', ...args]);
    expect(stdout).toContain('not verified yet');
    expect(stdout).toContain('| New bucket | `my-bucket` |');
    expect(stdout).toContain('aws iam delete-role-policy --role-name channelmix_s3_access --policy-name channelmix-s3');
    expect(stdout).toContain('aws iam delete-role --role-name channelmix_s3_access');
  });

  it('detaches and deletes what a user has before it deletes the user', async () => {
    const args = ['--access-key-id', 'AKIAIOSFODNN7EXAMPLE', '--bucket', 'my-bucket', '--prefix', 'Client 1/'];
    const { stdout } = await runCli(['connection', 'handover', ...args]);
    const commands = stdout.split('\n').filter((line) => line.startsWith('aws iam '));
    expect(commands.map((line) => line.split(' ')[2])).toEqual([
      'delete-access-key',
      'detach-user-policy',
      'delete-user',
      'delete-policy',
    ]);
    expect(stdout).toContain("--prefix 'Client 1/' --expect revoked");
    expect(stdout).toContain('The secret access key is not on this page');
  });

  it('says what does not work, why, and how to mend it', async () => {
    const [first] = report.checks as readonly Record<string, unknown>[];
    const diagnosis = { layer: 'trust', evidence: 'aws', cause: 'the trust is wrong', fix: 'Mend it.' };
    const changes = { ok: false, checks: [{ ...first, result: 'deny', ok: false, diagnosis }] };
    const { stdout } = await runCli(['connection', 'handover', '--verified', write('bad.json', changes)]);
    expect(stdout.split('\n')[0]).toBe('# ChannelMix access to `my-bucket`: does not work');
    expect(stdout).toContain('**0 of 1 checks as expected**: does not work.');
    expect(stdout).toContain('- `assume-role`: the trust is wrong. To mend it: Mend it.');
    expect(stdout).toContain('| allowed | **refused** |');
  });

  it.each([
    ['that it was interrupted', { ok: false, interrupted: true }, 'interrupted'],
    ['that it was not AWS', { endpoint: '127.0.0.1:4566' }, 'works at a test endpoint, not verified at AWS'],
    ['that nothing was called', { mode: 'simulate' }, 'should work, by its policies'],
  ])('says %s', async (_name, changes, expected) => {
    const { stdout } = await runCli(['connection', 'handover', '--verified', write('other.json', changes)]);
    expect(stdout.split('\n')[0]).toBe(`# ChannelMix access to \`my-bucket\`: ${expected}`);
  });

  it('says that not all buckets are verified', async () => {
    const args = ['--bucket', 'my-bucket', '--bucket', 'other-bucket', '--verified', write('good.json')];
    const { stdout } = await runCli(['connection', 'handover', ...args]);
    expect(stdout.split('\n')[0]).toContain('not all verified yet');
  });

  it('shows nothing of a report as markup', async () => {
    const hostile = '<script>alert(1)</script> [x](javascript:y) | `a` \u202e';
    const checks = [
      {
        ...{ id: hostile, action: hostile, resource: hostile, expect: 'allow', result: 'deny', ok: false },
        diagnosis: { cause: hostile, fix: hostile },
      },
    ];
    const cleanup = { left: [{ what: hostile, command: `${hostile}\n\`\`\`\n# not a heading` }] };
    const changes = { ok: false, bucket: hostile, endpoint: hostile, checks, cleanup };
    const { stdout } = await runCli(['connection', 'handover', '--verified', write('hostile.json', changes)]);
    const shown = html(stdout);
    expect(shown).not.toMatch(/<script|href="javascript|not a heading<\/h1>/);
    expect(stdout).not.toContain('\u202e');
  });

  it.each([
    ['of another role', ['--role-arn', `${ROLE}2`], {}, 'something else is handed over'],
    ['of a teardown', [], { expect: 'revoked' }, 'proves that access is gone'],
    ['of another bucket', ['--bucket', 'other-bucket'], {}, 'which is not granted'],
    ['of another version', [], { schemaVersion: 7 }, 'schemaVersion 7'],
    ['of lint', [], { command: 'lint' }, 'no report of verify'],
    ['that was edited', [], { checks: [{ id: 1 }] }, 'checks is not as verify writes it'],
  ])('refuses a report %s', async (_name, args, changes, expected) => {
    const { code, stdout, stderr } = await runCli([
      ...['connection', 'handover', '--verified', write('wrong.json', changes)],
      ...args,
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });

  it.each([
    [[], 'nothing to hand over was named'],
    [['--role-arn', `${ROLE}2`, '--config', at('channelmix.yaml')], 'and the role that is handed over is'],
    [['--access-key-id', 'AKIAIOSFODNN7EXAMPLE', '--config', at('channelmix.yaml')], 'is about a role'],
  ])('refuses %j', async (args, expected) => {
    const { code, stderr } = await runCli(['connection', 'handover', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
});

describe('connection review', () => {
  it('says why there is no external ID, what limits the risk, and what to paste for each scanner', async () => {
    const { code, stdout } = await runCli(['connection', 'review', '--config', at('channelmix.yaml')]);
    expect(code).toBe(0);
    expect(stdout).toContain('## Why there is no external ID');
    expect(stdout).toContain('**The name is `channelmix_s3_access` here, which can be guessed.**');
    expect(stdout).toContain('# kics-scan disable=85138beb-ce7c-4ca3-a09f-e8fbcc57ddd7');
    expect(stdout).toContain('#checkov:skip=CKV_AWS_61:ChannelMix supports no external ID');
    expect(stdout).toContain('cloudformation-aws-cross-account-iam-assume-role-policy-without-external-id-or-mfa');
    expect(html(stdout)).not.toMatch(/<p>[^<]*\*\*/);
  });

  it('holds the policies that the grant comes to, word for word', async () => {
    const { stdout } = await runCli(['connection', 'review', '--bucket', 'my-bucket', '--prefix', 'a/']);
    const policy = await runCli(['policy', 'minimal', '--bucket', 'my-bucket', '--prefix', 'a/']);
    const trust = await runCli(['policy', 'trust']);
    expect(stdout).toContain(policy.stdout);
    expect(stdout).toContain(trust.stdout);
  });

  it('says of an unguessable name that it is one', async () => {
    const { stdout } = await runCli(['connection', 'review', '--bucket', 'my-bucket', '--unique-name']);
    expect(stdout).toContain('ends in 80 random bits');
    expect(stdout).toContain('| Unguessable name | yes |');
  });

  it('talks of keys where there is one, and not of external IDs that scanners want', async () => {
    const { stdout } = await runCli(['connection', 'review', '--bucket', 'my-bucket', '--auth', 'key']);
    expect(stdout).toContain('## Why a role would be better');
    expect(stdout).not.toContain('kics');
  });

  it('does not call full access the least', async () => {
    const { stdout } = await runCli(['connection', 'review', '--bucket', 'my-bucket', '--access', 'full']);
    expect(stdout).toContain('It reaches **every bucket of the account**.');
    expect(stdout).toContain('| Least privilege | **no**');
  });
});
