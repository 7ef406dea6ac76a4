import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TEMPLATE_URL = 'https://a-bucket.s3.eu-west-1.amazonaws.com/channelmix-s3.yaml';
const SINGLE = ['cloudformation', 'terraform', 'aws-cli'] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('generate', () => {
  it.each(SINGLE)('%s prints to stdout, the same bytes for the same grant, and nothing else', async (format) => {
    const first = await runCli(['generate', format, '--bucket', 'my-bucket', '--prefix', 'Client123/']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Client123/');
    expect(await runCli(['generate', format, '--bucket', 'my-bucket', '--prefix', 'Client123/'])).toEqual(first);
  });

  it.each(SINGLE)('%s goes to a file, over an existing one only by force, and says what is next', async (format) => {
    const out = join(folder, 'artefact');
    const args = ['generate', format, '--bucket', 'my-bucket'];
    const written = await runCli([...args, '--out', out]);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(written.stderr).toMatch(/^Next: \S/);
    expect(await readFile(out, 'utf8')).toBe((await runCli(args)).stdout);
    const again = await runCli(['generate', format, '--bucket', 'another-bucket', '--out', out]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('exists already');
    expect(await readFile(out, 'utf8')).not.toContain('another-bucket');
    expect((await runCli(['generate', format, '--bucket', 'another-bucket', '--out', out, '--force'])).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('another-bucket');
    expect(await readdir(folder)).toEqual(['artefact']);
  });

  it('writes a Pulumi project below a folder, and none when one of its files is there', async () => {
    const out = join(folder, 'project');
    const args = ['generate', 'pulumi', '--bucket', 'my-bucket', '--out', out];
    expect(await runCli(args)).toMatchObject({ code: 0, stdout: '' });
    const files = await readdir(out);
    expect(files).toEqual(expect.arrayContaining(['Pulumi.yaml', 'channelmix.yaml', 'index.ts', 'package.json']));
    await rm(join(out, 'index.ts'));
    const again = await runCli(args);
    expect(again.code).toBe(2);
    expect(await readdir(out)).toEqual(files.filter((name) => name !== 'index.ts'));
  });

  it('draws a name that cannot be guessed once for an artefact, and leaves it to Pulumi for a project', async () => {
    const args = ['generate', 'aws-cli', '--bucket', 'my-bucket', '--unique-name'];
    const [one, two] = [(await runCli(args)).stdout, (await runCli(args)).stdout];
    const name = /channelmix_s3_access-[a-z2-7]{16}/.exec(one)?.[0];
    expect(name).toBeDefined();
    expect(two).not.toContain(name);
    const out = join(folder, 'project');
    await runCli(['generate', 'pulumi', '--bucket', 'my-bucket', '--unique-name', '--out', out]);
    expect(await readFile(join(out, 'channelmix.yaml'), 'utf8')).toContain('uniqueName: true');
  });

  it('makes links that open the console, for every region or for one', async () => {
    const args = [
      'generate',
      'cloudformation',
      '--bucket',
      'my-bucket',
      '--quick-create',
      '--template-url',
      TEMPLATE_URL,
    ];
    const all = await runCli(args);
    expect(all.code).toBe(0);
    expect(all.stdout.match(/https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com\//g)?.length).toBeGreaterThan(30);
    const one = await runCli([...args, '--region', 'eu-west-1']);
    expect(one.stdout.match(/https:\/\/\S+/g)).toHaveLength(1);
    expect(one.stdout).toContain('param_BucketName');
  });

  it.each([
    ['no bucket', ['terraform'], 'no bucket was named'],
    ['a format that is none', ['cloudfromation', '--bucket', 'b'], 'Did you mean cloudformation'],
    ['a role in another partition', ['aws-cli', '--bucket', 'my-bucket', '--partition', 'aws-cn'], '--auth'],
    [
      'folders with full access',
      ['terraform', '--bucket', 'my-bucket', '--access', 'full', '--prefix', 'a/'],
      '--access',
    ],
    ['a bucket name that is none', ['terraform', '--bucket', 'My_Bucket'], '--bucket'],
    ['a tag without a value', ['terraform', '--bucket', 'my-bucket', '--tag', 'team'], 'KEY=VALUE'],
    ['a tag twice', ['terraform', '--bucket', 'my-bucket', '--tag', 'a=1', '--tag', 'a=2'], 'given twice'],
    ['a tag of AWS', ['terraform', '--bucket', 'my-bucket', '--tag', 'aws:x=1'], '--tag'],
    ['flags beside a file', ['terraform', '--config', 'channelmix.yaml', '--bucket', 'my-bucket'], 'beside --config'],
    ['a file that is not there', ['terraform', '--config', '/nowhere/channelmix.yaml'], 'there is no such file'],
    ['a Pulumi project without a folder', ['pulumi', '--bucket', 'my-bucket'], '--out'],
    ['a stack set of Terraform', ['terraform', '--bucket', 'my-bucket', '--stackset'], '--stackset'],
    ['links without a template', ['cloudformation', '--bucket', 'my-bucket', '--quick-create'], '--template-url'],
    ['links to a stack set', ['cloudformation', '--bucket', 'my-bucket', '--quick-create', '--stackset'], '--stackset'],
    [
      'a template that is not on S3',
      ['cloudformation', '--bucket', 'my-bucket', '--quick-create', '--template-url', 'https://example.com/a.yaml'],
      'S3',
    ],
    ['a region without links', ['cloudformation', '--bucket', 'my-bucket', '--region', 'eu-west-1'], '--region'],
    [
      'links to a region without the key',
      [
        'cloudformation',
        '--bucket',
        'my-bucket',
        '--create-bucket',
        '--kms-key',
        KEY,
        '--quick-create',
        '--template-url',
        TEMPLATE_URL,
        '--region',
        'us-east-1',
      ],
      'eu-west-1',
    ],
    [
      'a folder that is not there',
      ['terraform', '--bucket', 'my-bucket', '--out', '/nowhere/channelmix.tf'],
      '/nowhere/channelmix.tf',
    ],
    ['a folder in place of a file', ['terraform', '--bucket', 'my-bucket', '--out', tmpdir()], 'is a folder'],
  ])('refuses %s, with exit code 2 and nothing on stdout', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(['generate', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('names the numbers when the policies are too many', async () => {
    const buckets = Array.from({ length: 700 }, (_, index) => [
      '--bucket',
      `bucket-with-a-long-name-for-a-client-${index}`,
    ]);
    const { code, stderr } = await runCli(['generate', 'cloudformation', ...buckets.flat()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\d+ characters, which is \d+ policies of at most 6144; IAM attaches 10/);
  });
});
