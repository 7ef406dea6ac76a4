import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { CATALOGUE_VERSION } from '../../src/operations/catalogue.ts';
import { runCli } from '../helpers.ts';

const article = fileURLToPath(new URL('../fixtures/help-article-policy.txt', import.meta.url));
const good = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::my-bucket' },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: 'arn:aws:s3:::my-bucket/*',
    },
  ],
});
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelmix-lint-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const fromStdin = (text: string) => ({ readStdin: async () => text });

describe('lint', () => {
  it('tells findings with line, column and pointer, and exits with 1', async () => {
    const { code, stdout, stderr } = await runCli(['lint', article, '--output', 'json']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(['schemaVersion', 'command', 'files', 'summary']);
    expect(report.files[0].path).toBe(article);
    expect(report.files[0].findings).toContainEqual(
      expect.objectContaining({
        ruleId: 'invalid-version',
        severity: 'error',
        line: 2,
        column: 16,
        pointer: '/Version',
      }),
    );
    const count = (severity: string) =>
      report.files[0].findings.filter((finding: { severity: string }) => finding.severity === severity).length;
    for (const [severity, number] of Object.entries(report.summary)) expect(count(severity)).toBe(number);
  });

  it('exits with 0 for what is good, from stdin too', async () => {
    const { code, stdout } = await runCli(['lint', '-'], fromStdin(good));
    expect(stdout).toContain('0 errors');
    expect(code).toBe(0);
  });

  it('lints what policy prints without an error', async () => {
    for (const document of ['minimal', 'extended']) {
      const policy = await runCli(['policy', document, '--bucket', 'my-bucket', '--prefix', 'Client123/']);
      const lint = await runCli(['lint', '-', '--access', document as string], fromStdin(policy.stdout));
      expect(lint.stdout).toMatch(/^0 errors in 1 file\n$/);
    }
    const trust = await runCli(['policy', 'trust']);
    expect((await runCli(['lint', '-', '--for', 'any'], fromStdin(trust.stdout))).code).toBe(0);
  });

  it('fails from the severity on that is asked for; security counts as error', async () => {
    const noVersion = good.replace('"Version":"2012-10-17",', '');
    const run = (failOn: string) => runCli(['lint', '-', '--fail-on', failOn], fromStdin(noVersion));
    expect((await run('error')).code).toBe(0);
    expect((await run('warning')).code).toBe(1);
    expect((await run('suggestion')).code).toBe(1);
    const open =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}';
    const { code, stdout } = await runCli(['lint', '-', '--for', 'any', '--output', 'json'], fromStdin(open));
    expect(JSON.parse(stdout).summary).toMatchObject({ error: 0, security: 1 });
    expect(code).toBe(1);
  });

  it('leaves out what is about ChannelMix with --for any', async () => {
    const text = good.replaceAll('s3:DeleteObject', 's3:GetObjectAcl');
    const ids = async (audience: string) => {
      const { stdout } = await runCli(['lint', '-', '--for', audience, '--output', 'json'], fromStdin(text));
      return JSON.parse(stdout).files[0].findings.map((finding: { ruleId: string }) => finding.ruleId);
    };
    expect(await ids('channelmix')).toContain('missing-permission');
    expect(await ids('any')).toEqual([]);
  });

  it('reads UTF-16 as PowerShell writes it', async () => {
    const path = file('utf16.json', Buffer.from(`\uFEFF${good}`, 'utf16le'));
    const { stdout } = await runCli(['lint', path, '--output', 'json']);
    expect(JSON.parse(stdout).files[0].findings.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'byte-order-mark',
    ]);
  });

  it.each([
    ['text', '0 errors in 1 file'],
    ['sarif', '"version": "2.1.0"'],
    ['junit', '<testsuites '],
    ['github', '0 errors in 1 file'],
    ['html', '<!doctype html>'],
  ])('prints %s', async (format, expected) => {
    const { code, stdout } = await runCli(['lint', '-', '--output', format], fromStdin(good));
    expect(code).toBe(0);
    expect(stdout).toContain(expected);
  });

  it.each([
    [['lint'], 'missing'],
    [['lint', '/does/not/exist.json'], 'there is no such file'],
    [['lint', tmpdir()], 'is a folder'],
    [['lint', '-', '-'], 'given twice'],
    [['lint', '-', '--output', 'jsn'], 'Did you mean json?'],
    [['lint', '-', '--fail-on', 'security'], 'fail-on'],
    [['lint', '-', '--force'], '--force means nothing without --fix'],
    [['lint', '-', '--fix', '--force'], 'cannot write to stdin'],
    [['lint', article, article, '--fix'], 'several files'],
    [['lint', '-', '--bucket', 'My_Bucket'], '--bucket'],
  ])('refuses %j with exit code 2 and nothing on stdout', async (argv, expected) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(stderr).toContain(expected);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it('refuses what is no text', async () => {
    const { code, stderr } = await runCli(['lint', file('binary', Buffer.from([1, 0, 2]))]);
    expect(code).toBe(2);
    expect(stderr).toContain('NUL');
  });

  it('says that a date has passed by the clock of the machine', async () => {
    const until = (shift: number): string => {
      const time = new Date(Date.now() + shift).toISOString();
      const condition = { DateLessThan: { 'aws:CurrentTime': time } };
      const { Version, Statement } = JSON.parse(good);
      return file(
        `until-${shift}.json`,
        JSON.stringify({ Version, Statement: [{ ...Statement[0], Condition: condition }] }),
      );
    };
    const lint = async (path: string) => (await runCli(['lint', '--for', 'any', path])).stdout;
    expect(await lint(until(-3_600_000))).toContain('[expired-date]');
    expect(await lint(until(3_600_000))).not.toContain('[expired-date]');
  });

  it('shows an example in its help', async () => {
    const { stdout } = await runCli(['lint', '--help']);
    expect(stdout).toMatch(/Examples:\n {2}channelmix-s3 lint /);
  });
});

describe('lint --fix', () => {
  it('prints the corrected document, and on stderr what was changed and why', async () => {
    const { code, stdout, stderr } = await runCli(['lint', article, '--fix', '--bucket', 'my-bucket']);
    expect(JSON.parse(stdout).Version).toBe('2012-10-17');
    expect(stderr).toContain('[trailing-colon]');
    expect(code).toBe(0);
    const again = await runCli(['lint', '-', '--fix'], fromStdin(stdout));
    expect(again).toMatchObject({ code: 0, stdout });
  });

  it('says how to name the bucket where a placeholder is left', async () => {
    const { code, stderr } = await runCli(['lint', article, '--fix']);
    expect(code).toBe(1);
    expect(stderr).toContain('--bucket NAME');
  });

  it('writes over the file only with --force, whole, and keeps its mode', async () => {
    const path = file('policy.json', readFileSync(article));
    chmodSync(path, 0o640);
    await runCli(['lint', path, '--fix', '--bucket', 'my-bucket']);
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(article, 'utf8'));
    const { code, stdout } = await runCli(['lint', path, '--fix', '--force', '--bucket', 'my-bucket']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(path, 'utf8')).Version).toBe('2012-10-17');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not write through a symbolic link', async () => {
    const target = file('target.json', readFileSync(article));
    const link = join(folder, 'link.json');
    symlinkSync(target, link);
    const { code } = await runCli(['lint', link, '--fix', '--force', '--bucket', 'my-bucket']);
    expect(code).toBe(2);
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(article, 'utf8'));
  });

  it('gives changes, corrected text and what is left as JSON', async () => {
    const { stdout } = await runCli(['lint', article, '--fix', '--bucket', 'my-bucket', '--output', 'json']);
    const [first] = JSON.parse(stdout).files;
    expect(JSON.parse(first.fixed).Version).toBe('2012-10-17');
    expect(first.changes[0]).toMatchObject({ ruleId: 'invalid-version', line: 2, column: 16 });
  });
});

it('--version names the data', async () => {
  const { stdout } = await runCli(['--version']);
  expect(stdout).toContain(packageJson.version);
  expect(stdout).toContain(CATALOGUE_VERSION.version);
});
