import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

const ROLE = 'arn:aws:iam::011110000110:role/channelmix_s3_access';

describe('connection', () => {
  it("prints the four fields of ChannelMix's form", async () => {
    const { code, stdout } = await runCli(['connection', '--role-arn', ROLE]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'AWS access key id          n/a',
        'AWS secret access key      n/a',
        `Role ARN                   ${ROLE}`,
        'ChannelMix AWS Account ID  031871504755',
        '',
      ].join('\n'),
    );
  });

  it('prints one JSON document', async () => {
    const { stdout } = await runCli(['connection', '--access-key-id', 'AKIAIOSFODNN7EXAMPLE', '--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      command: 'connection',
      fields: { 'AWS access key id': 'AKIAIOSFODNN7EXAMPLE', 'Role ARN': 'n/a', 'ChannelMix AWS Account ID': 'n/a' },
    });
  });

  it('prints a table in Markdown', async () => {
    const { stdout } = await runCli(['connection', '--role-arn', ROLE, '--output', 'markdown']);
    expect(stdout).toContain(`| Role ARN | \`${ROLE}\` |`);
  });

  it.each([
    [
      '--role-arn arn:aws:sts::111122223333:assumed-role/channelmix/session',
      "send the role's: arn:aws:iam::111122223333:role/channelmix",
    ],
    ['--role-arn arn:aws:iam::111122223333:user/ann', 'ARN of a user'],
    ['--role-arn arn:aws:iam::111122223333:policy/x', 'ARN of a policy'],
    ['--role-arn channelmix_s3_access', 'send the whole ARN'],
    ['--role-arn arn:aws-cn:iam::111122223333:role/x', 'across partitions'],
    ['--role-arn arn:aws:iam::1111:role/x', '12 digits'],
    [`--role-arn ${ROLE} --access-key-id AKIAIOSFODNN7EXAMPLE`, 'exclude each other'],
    ['--access-key-id ASIAIOSFODNN7EXAMPLE', 'temporary'],
    [`--role-arn ${ROLE} --show-secret`, 'on a terminal only'],
    ['--output json', 'Give one of'],
    [`check --role-arn ${ROLE} --verified report.json`, '--verified means nothing for connection check'],
    [`review --bucket my-bucket --output json`, 'no format json'],
    [`--role-arn ${ROLE} --bucket my-bucket`, '--bucket means nothing for connection'],
    ['chek', 'Did you mean check?'],
  ])('refuses "%s"', async (line, expected) => {
    const { code, stdout, stderr } = await runCli(['connection', ...line.split(' ')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });

  it('does not echo a secret that was pasted for the id', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const { code, stdout, stderr } = await runCli(['connection', '--access-key-id', secret]);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(secret.slice(0, 12));
  });
});

describe('connection --from-stack', () => {
  // A stand-in for the CLI that a client has; the outputs are those of the real program (test/engine).
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-pulumi-'));
  const path = process.env.PATH;
  beforeAll(() => {
    const outputs = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '[secret]' };
    const script = [
      '#!/bin/sh',
      'case "$*" in',
      `*--show-secrets*) echo '${JSON.stringify({ ...outputs, secretAccessKey: 'plain-secret' })}' ;;`,
      `*missing*) echo "error: no stack named 'missing' found" >&2; exit 255 ;;`,
      `*) echo '${JSON.stringify(outputs)}' ;;`,
      'esac',
    ];
    writeFileSync(join(folder, 'pulumi'), script.join('\n'));
    chmodSync(join(folder, 'pulumi'), 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  afterAll(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  it('reads the outputs without asking for the secret', async () => {
    const { code, stdout } = await runCli(['connection', '--from-stack', 'prod']);
    expect(code).toBe(0);
    expect(stdout).toContain('AKIAIOSFODNN7EXAMPLE');
    expect(stdout).not.toContain('plain-secret');
  });

  it('shows the secret on a terminal, when told to', async () => {
    const { stdout } = await runCli(['connection', '--from-stack', 'prod', '--show-secret'], {
      stdoutIsTerminal: true,
    });
    expect(stdout).toContain('plain-secret');
  });

  it("says what pulumi said when it can't", async () => {
    const { code, stderr } = await runCli(['connection', '--from-stack', 'missing']);
    expect(code).toBe(3);
    expect(stderr).toContain("no stack named 'missing' found");
  });
});
