import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(args: readonly string[], stdin = '') {
  return runCli(['connection', 'check', ...args], { readStdin: async () => stdin });
}

describe('connection check', () => {
  it('says that nothing is wrong, and exits with 0', async () => {
    const { code, stdout, stderr } = await check([], `Role ARN: ${ROLE}`);
    expect([code, stdout]).toEqual([0, 'nothing is wrong, filled in for a role\n']);
    expect(stderr).toContain('channelmix-s3 verify');
  });

  it('names each mistake once, what to write, and the form as it should be, and exits with 1', async () => {
    const { code, stdout } = await check(
      [],
      `Role ARN: "arn:aws:iam:eu-west-1:111122223333:role/channelmix_s3_access"`,
    );
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        'Role ARN: is in quotes or brackets: write it without (quotes)',
        'Role ARN: names a region: ARNs of IAM have none (role-arn-with-region)',
        `  write: ${ROLE}`,
        '',
        '2 findings, filled in for a role; as it should be:',
        'AWS access key id          n/a',
        'AWS secret access key      n/a',
        `Role ARN                   ${ROLE}`,
        'ChannelMix AWS Account ID  031871504755',
        '',
      ].join('\n'),
    );
  });

  it('reads a file, and fields of the command line beside it', async () => {
    const file = join(folder, 'form.txt');
    writeFileSync(file, `\uFEFFRole ARN: ${ROLE}\r\n`, 'utf16le');
    const { code, stdout } = await check([file, '--bucket', 's3://my-bucket/a', '--output', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      command: 'connection check',
      ok: false,
      way: 'role',
      findings: [
        { id: 'bucket-url', field: 'Bucket', corrected: 'my-bucket' },
        { id: 'bucket-path', field: 'Bucket', corrected: 'my-bucket' },
      ],
      form: { 'Role ARN': ROLE, 'ChannelMix AWS Account ID': '031871504755' },
    });
  });

  it('does not wait for stdin when fields are on the command line', async () => {
    const never = () => new Promise<string>(() => undefined);
    const { code } = await runCli(['connection', 'check', '--account-id', '0318-7150-4755', '--role-arn', ROLE], {
      readStdin: never,
    });
    expect(code).toBe(1);
  });

  it('says what to do on a terminal', async () => {
    const { stderr } = await runCli(['connection', 'check'], {
      stdinIsTerminal: true,
      readStdin: async () => `Role ARN: ${ROLE}`,
    });
    expect(stderr).toContain('press Ctrl-D');
  });

  it('says that a secret that was not given was not checked', async () => {
    const { code, stderr } = await check(['--access-key-id', 'AKIAIOSFODNN7EXAMPLE']);
    expect(code).toBe(0);
    expect(stderr).toContain('was not checked');
  });

  it.each([
    [['--access-key-id', SECRET], 1],
    [['--role-arn', SECRET], 1],
    [['--account-id', SECRET], 1],
    [['--bucket', SECRET], 1],
    [[SECRET], 2],
    [['form.txt', SECRET], 2],
  ] as const)('never shows a secret that was given in the wrong place: %j', async (args, expected) => {
    for (const output of ['text', 'json']) {
      const { code, stdout, stderr } = await check([...args, '--output', output]);
      expect(code).toBe(expected);
      expect(stdout + stderr).not.toContain(SECRET.slice(0, 8));
      expect(stdout + stderr).toMatch(/rotate the key|\(hidden\)/);
    }
  });

  it.each([
    ['nothing on stdin', [], '', 'stdin is empty'],
    ['text without a field', [], 'hello', 'none of the four fields'],
    ['NUL bytes', [], 'Role ARN: \0', 'not a text file'],
    ['no such file', ['nowhere.txt'], '', 'there is no such file'],
    ['two buckets', ['--bucket', 'a-bucket', '--bucket', 'b-bucket'], '', 'takes one bucket'],
  ])('exits with 2 for %s', async (_name, args, stdin, expected) => {
    const { code, stdout, stderr } = await check(args, stdin);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });
});
