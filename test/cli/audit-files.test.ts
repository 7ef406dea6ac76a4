import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelmix-audit-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXAMPLES = 'docs/examples/audit';
const TEMPLATE = `${EXAMPLES}/template.yaml`;
const DOCUMENTS = ['--identity', `${EXAMPLES}/identity.json`, '--trust', `${EXAMPLES}/trust.json`];
const audit = (...args: readonly string[]) => runCli(['audit', ...args]);
const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
/** What `>` of Windows PowerShell makes of a file. */
const utf16 = (path: string) => Buffer.from(`\uFEFF${readFileSync(path, 'utf8')}`, 'utf16le');
const verdict = ({ code, stdout, stderr }: Awaited<ReturnType<typeof runCli>>) => {
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly id: string }[] };
  return { code, stderr, rules: findings.length };
};

describe('a file that is none of those that are read', () => {
  it.each([
    ['empty.json', '', 'is empty', 'terraform show -json'],
    ['tfplan', Buffer.from('PK\u0003\u0004\u0014\0\u0008\0', 'latin1'), 'own binary format', 'terraform show -json'],
    ['plan.gz', gzipSync('{"format_version": "1.2"}'), 'is compressed (gzip)', 'gunzip'],
    [
      'main.tf',
      'terraform {\n}\n\nresource "aws_iam_role" "x" {\n}\n',
      'is a configuration of Terraform',
      'show -json',
    ],
    ['plan.txt', '\u001B[0m\u001B[1mTerraform used the selected providers to\n', 'shown to people', 'show -json'],
    ['wait.txt', 'Acquiring state lock. This may take a few moments...\n', 'shown to people', 'show -json'],
    ['preview.txt', 'Previewing update (dev)\n\n     Type   Name\n', 'is a preview as it is shown', 'pulumi preview'],
    ['no-mark.json', Buffer.from('{"format_version": "1.2"}', 'utf16le'), 'is not UTF-8 text', 'Out-File'],
    ['image.bin', Buffer.from('GIF89a\0\u0001', 'latin1'), 'it has NUL bytes', 'terraform show -json'],
    [
      'log.json',
      '{"@level":"info","@message":"Terraform 1.9","type":"version"}\n{"@level":"info","Statement":[{}]}\n',
      'is the log of a run (terraform plan -json)',
      'show -json',
    ],
    [
      'events.json',
      '{"sequence":0,"timestamp":1,"preludeEvent":{}}\n{"sequence":1,"Statement":[{}]}\n',
      'is the log of a run, event by event',
      'pulumi preview',
    ],
  ])('%s is told by what it is, by --plan and by --from', async (name, content, what, hint) => {
    const path = file(name, content);
    for (const flag of ['--plan', '--from']) {
      const { code, stdout, stderr } = await audit(flag, path);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(what);
      expect(stderr).toContain(hint);
    }
  });

  it('is told what to do with it, where another flag takes it', async () => {
    expect((await audit('--plan', `${EXAMPLES}/identity.json`)).stderr).toContain('--identity');
    const saved = join(folder, 'saved.json');
    await audit('--plan', TEMPLATE, '--save', saved);
    expect((await audit('--plan', saved)).stderr).toContain('with --from');
    expect((await audit('--plan', file('account.json', '{"RoleDetailList": []}'))).stderr).toContain('with --from');
  });

  it.each(['--identity', '--trust'])('is empty, for %s', async (flag) => {
    const { code, stderr } = await audit(flag, file('nothing.json', '\n'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('nothing.json is empty')]);
  });

  it('still is read where it is Terraform with policies in it', async () => {
    const policy = readFileSync(`${EXAMPLES}/identity.json`, 'utf8');
    const path = file('policy.tf', `resource "aws_iam_policy" "x" {\n  policy = <<EOT\n${policy}\nEOT\n}\n`);
    expect((await audit('--from', path)).code).toBe(1);
  });

  it('has its name quoted in the command that says what is wrong with it', async () => {
    const path = file("sp ace's.json", '{"Version": "2012-10-17", "Statement": [}');
    for (const args of [
      ['audit', '--identity', path],
      ['explain', '--identity', path],
    ]) {
      const { stderr } = await runCli(args);
      expect(stderr).toContain("ace'\\''s.json'");
    }
  });
});

describe('how files are read', () => {
  it('takes UTF-16 as PowerShell writes it for every file', async () => {
    const converted = (path: string) => file(path.replace(/^.*\//, '16-'), utf16(path));
    const identity = converted(`${EXAMPLES}/identity.json`);
    const trust = converted(`${EXAMPLES}/trust.json`);
    const plain = verdict(await audit(...DOCUMENTS, '--output', 'json'));
    expect(plain.code).toBe(1);
    expect(verdict(await audit('--identity', identity, '--trust', trust, '--output', 'json'))).toEqual(plain);
    const saved = join(folder, 'to-convert.json');
    await audit(...DOCUMENTS, '--save', saved);
    const again = converted(saved);
    expect(verdict(await audit('--from', again, '--output', 'json')).rules).toBe(plain.rules);
    expect((await audit(...DOCUMENTS, '--baseline', again)).code).toBe(1);
    const template = converted(TEMPLATE);
    const plan = await audit('--plan', template, '--output', 'json');
    expect(verdict(plan)).toEqual(verdict(await audit('--plan', TEMPLATE, '--output', 'json')));
    const accepted = file('accepted.yaml', 'accepted: []\n');
    expect((await audit(...DOCUMENTS, '--accept', converted(accepted))).stderr).not.toContain('NUL');
  });

  it('takes stdin for a hyphen', async () => {
    const streamStdin = () => Readable.from([readFileSync(`${EXAMPLES}/identity.json`)]);
    const args = ['audit', '--identity', '-', '--trust', `${EXAMPLES}/trust.json`, '--output', 'json'];
    expect(verdict(await runCli(args, { streamStdin }))).toEqual(
      verdict(await audit(...DOCUMENTS, '--output', 'json')),
    );
    const template = () => Readable.from([readFileSync(TEMPLATE)]);
    for (const flag of ['--plan', '--from'])
      expect((await runCli(['audit', flag, '-'], { streamStdin: template })).stdout).toContain('stdin');
    expect((await audit('--plan', '-')).stderr).toContain('stdin is empty');
  });

  it('stops at the limit of what has no end', async () => {
    for (const args of [
      ['--plan', '/dev/zero'],
      ['--identity', '/dev/zero'],
    ]) {
      const { code, stderr } = await audit(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('/dev/zero is larger than 64 MiB')]);
    }
    expect((await runCli(['explain', '--identity', '/dev/zero'])).stderr).toContain('is larger than 1 MiB');
  });

  it('takes a pipe that has a name', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const writing = writeFileLater(path);
    expect((await audit('--plan', path)).code).toBe((await audit('--plan', TEMPLATE)).code);
    await writing;
  });
});

async function writeFileLater(path: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, readFileSync(TEMPLATE));
}

describe('--parameter', () => {
  it('is refused where no template is read', async () => {
    const saved = join(folder, 'for-parameter.json');
    await audit(...DOCUMENTS, '--save', saved);
    const terraform = 'test/cases/plans/terraform-role-plan.json';
    for (const args of [
      ['--plan', terraform],
      ['--from', terraform],
      ['--from', saved],
    ]) {
      const { code, stderr } = await audit(...args, '--parameter', 'A=b');
      expect([code, stderr]).toEqual([2, expect.stringContaining('--parameter is of a CloudFormation template')]);
    }
  });

  it('is named where the trust policy of a template hangs on one', async () => {
    const trust = (account: string) => `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  P: { Type: String }
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: { AWS: ${account} }, Action: 'sts:AssumeRole' }
`;
    const open = await audit('--plan', file('open.yaml', trust("!Sub 'arn:aws:iam::${P}:root'")));
    expect([open.code, open.stderr]).toEqual([
      2,
      expect.stringContaining('Give what the template leaves open: --parameter'),
    ]);
    const other = await audit('--plan', file('other.yaml', trust("'arn:aws:iam::111122223333:root'")));
    expect(other.stderr).not.toContain('--parameter');
    expect(other.stderr).toContain('--principal NAME');
  });
});
