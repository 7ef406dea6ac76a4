import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('policy', () => {
  it.each([
    ['policy minimal --bucket my-bucket', ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']],
    ['policy extended --bucket my-bucket', ['s3:AbortMultipartUpload', 's3:ListBucketMultipartUploads']],
    ['policy minimal --bucket my-bucket --prefix Client123', ['arn:aws:s3:::my-bucket/Client123/*']],
    ['policy minimal --bucket my-bucket --partition aws-cn', ['arn:aws-cn:s3:::my-bucket']],
    ['policy trust', ['arn:aws:iam::031871504755:root', 'sts:AssumeRole']],
    ['policy bucket --bucket my-bucket', ['aws:SecureTransport']],
    ['policy full', ['arn:aws:iam::aws:policy/AmazonS3FullAccess', 's3-object-lambda:*']],
  ])('prints the document of "%s" on stdout and nothing else', async (line, parts) => {
    const { code, stdout, stderr } = await runCli(line.split(' '));
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const text = JSON.stringify(JSON.parse(stdout));
    for (const part of parts) expect(text).toContain(part);
  });

  it('reads the grant from a file', async () => {
    const file = join(folder, 'channelmix.yaml');
    writeFileSync(file, 'buckets:\n  - name: reports-in\n    prefixes: [a/]\n');
    const { code, stdout } = await runCli(['policy', 'extended', '--config', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('arn:aws:s3:::reports-in/a/*');
  });

  it.each([
    ['policy', 'document'],
    ['policy minimum --bucket my-bucket', 'Did you mean minimal?'],
    ['policy minimal', 'Add --bucket NAME.'],
    ['policy minimal --bucket My-Bucket', '--bucket: "My-Bucket" must not have uppercase letters'],
    ['policy minimal --bucket my-bucket --prefix ../a', '--prefix: "../a"'],
    ['policy minimal --bucket my-bucket --prefix /a', '--prefix: "/a"'],
    ['policy minimal --bucket my-bucket --bukcet x', 'Did you mean --bucket?'],
    ['policy minimal --bucket my-bucket --kms-key alias/x', '--kms-key'],
    ['policy minimal --bucket', 'bucket'],
    ['policy bucket --bucket aaa --bucket bbb', 'one bucket'],
    ['policy trust --bucket my-bucket', '--bucket means nothing'],
    ['policy trust --partition aws-us-gov', 'across partitions'],
    ['policy full --prefix a/', '--prefix means nothing'],
    ['policy minimal --config /does/not/exist.yaml', 'there is no such file'],
    ['policy minimal --config /tmp', '/tmp'],
    ['policy minimal --bucket=', '--bucket needs a value'],
    ['policy minimal --bucket my-bucket --no-prefix', 'unknown argument "no-prefix"'],
    ['policy minimal --config /dev/zero', 'at most 65536 bytes'],
    ['demo --port 1', 'unknown argument "port"'],
    ['verify --as clien', '--as cannot be "clien"'],
    ['sandbox start --region Mars', '--region "Mars"'],
    ['polcy', 'Did you mean policy?'],
    ['', 'no command was given'],
  ])('refuses "%s" with exit code 2, one clear error and nothing on stdout', async (line, expected) => {
    const { code, stdout, stderr } = await runCli(line === '' ? [] : line.split(' '));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('    at ');
  });
});

describe('help', () => {
  it.each(['policy', 'connection', 'evaluate', 'explain', 'verify', 'sandbox', 'demo'])(
    'of %s shows an example',
    async (name) => {
      const { code, stdout } = await runCli([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples:\n {2}channelmix-s3 /);
    },
  );

  it('of a list of files names no default', async () => {
    const { stdout } = await runCli(['lint', '--help']);
    expect(stdout).toContain('[required]');
    expect(stdout).not.toContain('[]');
  });

  it('lists every command within one screen', async () => {
    const { stdout } = await runCli(['--help']);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(30);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('has a completion script', async () => {
    const { stdout } = await runCli(['completion']);
    expect(stdout).toContain('compl');
  });
});
