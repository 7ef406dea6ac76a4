import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploy } from '../../../src/deploy/index.ts';
import { readGrant } from '../../../src/documents/read-grant.ts';
import { readGrantYaml } from '../../../src/documents/read-yaml.ts';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import { CONFIG_KEYS } from '../../../src/generate/pulumi/config-keys.ts';
import { pulumiProject } from '../../../src/generate/pulumi/index.ts';
import { pulumiTemplates } from '../../../src/generate/pulumi/templates.ts';
import type { Grant } from '../../../src/model/grant.ts';
import { openAccount, type TestAccount } from '../../deploy/account.ts';
import { runCli } from '../../helpers.ts';
import { createBucket } from '../../verify/helpers.ts';
import { everyKindOfGrant } from '../artefacts/grants.ts';
import { programOf } from '../artefacts/pulumi.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const templates = pulumiTemplates();

describe('a generated project', () => {
  it('has the grant as data, and no name of it in any other file', () => {
    const grants = everyKindOfGrant().filter((_, index) => index % 10 === 0);
    const programs = new Set<string>();
    for (const grant of grants) {
      const files = pulumiProject(grant);
      expect(readGrantYaml(textOf(files, 'channelmix.yaml'), 'channelmix.yaml')).toEqual(grant);
      for (const { path, text } of files) {
        if (path === 'channelmix.yaml') continue;
        for (const { name } of grant.buckets) expect(text, path).not.toContain(name);
      }
      programs.add(textOf(files, 'index.ts'));
    }
    expect(programs.size).toBe(1);
  });

  it('is the same for the same grant', () => {
    expect(pulumiProject(grantOf({ bucket: 'my-bucket' }))).toEqual(pulumiProject(grantOf({ bucket: 'my-bucket' })));
  });

  it('refuses more policies than IAM attaches', () => {
    const prefixes = Array.from({ length: 800 }, (_, index) => `client-number-${index}/reports/`);
    expect(() => pulumiProject(grantOf({ buckets: [{ name: 'my-bucket', prefixes }] }))).toThrow('IAM attaches 10');
  });
});

describe('a generated project in an account', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await openAccount();
    await createBucket(account.target.endpoint, 'existing-bucket');
  });
  afterAll(() => account.close());

  it.each([
    ['an existing bucket', { bucket: 'existing-bucket', prefix: 'Client123/' }],
    ['a bucket that it makes', { access: 'extended', bucket: 'new-bucket', createBucket: true }],
  ])('gives what verify finds good: %s', async (_name, input) => {
    const grant = grantOf(input);
    const deployment = await deploy({ ...account.target, config: {}, program: programOf(pulumiProject(grant)) });
    const [bucket] = grant.buckets;
    const flags = ['--role-arn', String(deployment.outputs.roleArn), '--bucket', bucket?.name ?? ''];
    const prefix = bucket?.prefixes.flatMap((one) => ['--prefix', one]) ?? [];
    const { code, stderr } = await asChannelMix(account, [...flags, ...prefix, '--access', grant.access]);
    expect(code, stderr).toBe(0);
    const { retained } = await deployment.destroy();
    expect(retained.length > 0).toBe(bucket?.create);
    await deployment.destroy({ deleteRetained: true });
    expect(await account.inventory()).toEqual(['bucket existing-bucket']);
  });

  it('declares nothing where the grant is of another partition', async () => {
    const program = programOf(pulumiProject(grantOf({ auth: 'key', bucket: 'my-bucket', partition: 'aws-cn' })));
    await expect(deploy({ ...account.target, config: {}, program })).rejects.toThrow(
      'partition: "aws-cn" must be "aws", the partition of aws:region "us-east-1"',
    );
    expect(await account.inventory()).toEqual(['bucket existing-bucket']);
  });
});

describe('the templates of pulumi new', () => {
  it.each(templates)(
    '$name is what the generator writes (npx vitest run test/generate/pulumi -u)',
    async (template) => {
      const folder = `${root}templates/${template.name}`;
      for (const { path, text } of template.files) await expect(text).toMatchFileSnapshot(`${folder}/${path}`);
      expect(readdirSync(folder).sort()).toEqual(template.files.map(({ path }) => path).sort());
    },
  );

  it.each(templates)('$name asks for keys that the program knows, and nothing twice', ({ files }) => {
    const project = parse(textOf(files, 'Pulumi.yaml')) as {
      readonly template: { readonly config: Readonly<Record<string, { readonly description: string }>> };
      readonly config: Readonly<Record<string, { readonly default: string | boolean }>>;
    };
    const { 'aws:region': _, ...asked } = project.template.config;
    for (const { description } of Object.values(asked)) expect(description).not.toBe('');
    const defaults = Object.fromEntries(
      Object.entries(project.config).map(([key, { default: value }]) => [key, value]),
    );
    const kmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const answers: Readonly<Record<string, unknown>> = {
      bucket: 'my-bucket',
      prefix: 'Client123/',
      kmsKeyArn,
      access: 'extended',
      uniqueName: true,
    };
    expect(Object.keys(asked)).toEqual(Object.keys(answers));
    expect(() => grantOf({ ...defaults, ...answers })).not.toThrow();
  });
});

it('the repository itself declares the keys that the templates declare', () => {
  const { config } = parse(readFileSync(`${root}Pulumi.yaml`, 'utf8')) as { readonly config: unknown };
  expect(config).toEqual(CONFIG_KEYS);
});

function grantOf(input: object): Grant {
  return readGrant(input, { name: 'a test' });
}

function textOf(files: readonly GeneratedFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

/** `verify` as ChannelMix runs it, against the account's endpoint. */
async function asChannelMix(account: TestAccount, args: readonly string[]) {
  const saved = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.target.endpoint,
    AWS_REGION: account.target.region,
    AWS_ACCESS_KEY_ID: '031871504755',
    AWS_SECRET_ACCESS_KEY: '031871504755',
  });
  try {
    return await runCli(['verify', ...args]);
  } finally {
    process.env = saved;
  }
}
