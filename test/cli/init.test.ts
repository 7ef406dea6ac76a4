import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { readGrantYaml } from '../../src/documents/read-yaml.ts';
import { runCli } from '../helpers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelmix-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function grantIn(name = 'channelmix.yaml') {
  return readGrantYaml(readFileSync(at(name), 'utf8'), name);
}

/** A terminal on which somebody types these answers; a wrong one is typed until it is right. */
function terminal(answers: readonly string[]): { readonly context: Partial<Context>; readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const next = (question: string) => {
    asked.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`no answer to: ${question}`);
    return answer;
  };
  const context: Partial<Context> = {
    stdinIsTerminal: true,
    stderrIsTerminal: true,
    askText: async (question, wrong) => {
      let answer = next(question);
      for (let why = wrong?.(answer); why !== undefined; why = wrong?.(answer)) answer = next(why);
      return answer;
    },
    askChoice: async (question, choices) => {
      const answer = next(question);
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined)
        throw new Error(`${question}: ${answer} is none of ${choices.map(({ value }) => value)}`);
      return chosen.value;
    },
  };
  return { context, asked };
}

describe('init with flags', () => {
  it('writes the grant, and shows the policies before it', async () => {
    const { code, stdout, stderr } = await runCli([
      'init',
      folder,
      '--bucket',
      'my-bucket',
      '--prefix',
      'Client123',
      '--yes',
    ]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain(at('channelmix.yaml'));
    expect(stderr).toContain('"arn:aws:s3:::my-bucket/Client123/*"');
    expect(stderr).toContain('"arn:aws:iam::031871504755:root"');
    expect(stderr).toContain(`Next: cd ${folder}, and `);
    expect(readdirSync(folder)).toContain('Pulumi.yaml');
    expect(grantIn()).toMatchObject({
      ...{ auth: 'role', access: 'minimal' },
      buckets: [{ name: 'my-bucket', create: false, prefixes: ['Client123/'] }],
    });
  });

  it('makes the folder', async () => {
    const { code } = await runCli(['init', at('new/acme'), '--bucket', 'my-bucket', '--create-bucket', '--yes']);
    expect(code).toBe(0);
    expect(grantIn('new/acme/channelmix.yaml').buckets[0]?.create).toBe(true);
  });

  it.each([
    [[], '--bucket and --yes are missing'],
    [['--bucket', 'my-bucket'], '--yes is missing'],
    [['--yes'], '--bucket is missing'],
    [['--yes', '--bucket', 'My-Bucket'], 'must not have uppercase letters'],
    [['--yes', '--bucket', 'my-bucket', '--access', 'full', '--prefix', 'a/'], 'cannot be limited to prefixes'],
    [['--yes', '--bucket', 'my-bucket', '--partition', 'aws-cn'], 'must be key'],
    [['--yes', '--bucket', 'my-bucket', '--config', 'x.yaml'], 'config'],
  ])('exits with 2 for %j, and writes nothing', async (args, expected) => {
    const { code, stdout, stderr } = await runCli(['init', at('new'), ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
    expect(existsSync(at('new'))).toBe(false);
  });

  it('leaves an existing file as it is, and asks nothing for it, unless --force is given', async () => {
    writeFileSync(at('channelmix.yaml'), 'mine');
    const { context, asked } = terminal([]);
    const refused = await runCli(['init', folder], context);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect(asked).toEqual([]);
    expect(readFileSync(at('channelmix.yaml'), 'utf8')).toBe('mine');
    const forced = await runCli(['init', folder, '--bucket', 'my-bucket', '--yes', '--force']);
    expect(forced.code).toBe(0);
    expect(grantIn().buckets[0]?.name).toBe('my-bucket');
  });

  it.each(['package.json', '.gitignore'])(
    'refuses a folder that has a %s, and asks nothing before that',
    async (name) => {
      writeFileSync(at(name), 'mine');
      const { context, asked } = terminal([]);
      const { code, stderr } = await runCli(['init', folder], context);
      expect([code, asked, readdirSync(folder)]).toEqual([2, [], [name]]);
      expect(stderr).toContain(`${name} exists already`);
    },
  );

  it('follows no link out of the folder', async () => {
    symlinkSync(join(tmpdir(), 'channelmix-nowhere.yaml'), at('channelmix.yaml'));
    const { code } = await runCli(['init', folder, '--bucket', 'my-bucket', '--yes', '--force']);
    expect(code).toBe(2);
    expect(existsSync(join(tmpdir(), 'channelmix-nowhere.yaml'))).toBe(false);
  });
});

describe('init on a terminal', () => {
  it('asks for bucket, new or existing, way, access and folder, and before it writes', async () => {
    const { context, asked } = terminal(['my-bucket', 'new', 'role', 'extended', 'Client123', 'yes']);
    const { code } = await runCli(['init', folder], context);
    expect(code).toBe(0);
    expect(asked).toHaveLength(6);
    expect(grantIn()).toMatchObject({
      ...{ auth: 'role', access: 'extended' },
      buckets: [{ name: 'my-bucket', create: true, prefixes: ['Client123/'] }],
    });
  });

  it('asks only for what no flag says', async () => {
    const { context, asked } = terminal(['existing', 'yes']);
    const flags = ['--bucket', 'my-bucket', '--auth', 'key', '--access', 'full'];
    const { code } = await runCli(['init', folder, ...flags], context);
    expect(code).toBe(0);
    expect(asked).toHaveLength(2);
    expect(grantIn()).toMatchObject({ auth: 'key', access: 'full' });
  });

  it('says at once what is wrong with an answer, in the words of the grant', async () => {
    const answers = [
      's3://my-bucket/x',
      'My-Bucket',
      'my-bucket',
      'existing',
      'role',
      'minimal',
      '/a',
      'a*',
      '',
      'yes',
    ];
    const { context, asked } = terminal(answers);
    await runCli(['init', folder], context);
    expect(asked.filter((question) => question.startsWith('must'))).toEqual([
      'must be the bare bucket name: no s3://, no ARN, no folder (folders go into "prefix")',
      'must not have uppercase letters',
      'must not begin with a slash: keys in S3 do not',
      "must not have '*' or '?': access below the prefix is given without them",
    ]);
    expect(grantIn().buckets[0]).toMatchObject({ name: 'my-bucket', prefixes: [] });
  });

  it('does not offer what the flags exclude', async () => {
    const { context } = terminal(['existing', 'full']);
    const run = runCli(['init', folder, '--bucket', 'my-bucket', '--auth', 'role', '--prefix', 'a/'], context);
    expect((await run).stderr).toContain('full is none of minimal,extended');
  });

  it('asks for no way where there is only one', async () => {
    const { context, asked } = terminal(['my-bucket', 'existing', 'minimal', '', 'yes']);
    await runCli(['init', folder, '--partition', 'aws-cn'], context);
    expect(asked).toHaveLength(5);
    expect(grantIn()).toMatchObject({ auth: 'key', partition: 'aws-cn' });
  });

  it('tells what is wrong with a flag before it asks', async () => {
    const { context, asked } = terminal([]);
    const { code } = await runCli(['init', folder, '--role-name', 'a/b'], context);
    expect(code).toBe(2);
    expect(asked).toEqual([]);
  });

  it('writes nothing when the answer is no', async () => {
    const { context } = terminal(['my-bucket', 'existing', 'role', 'minimal', '', 'no']);
    const { code } = await runCli(['init', at('new')], context);
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
