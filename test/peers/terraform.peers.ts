import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import {
  attributes,
  block,
  comment,
  members,
  reference,
  renderHcl,
  template,
} from '../../src/generate/terraform/hcl.ts';
import { terraformConfig } from '../../src/generate/terraform/index.ts';
import { terraformReader } from '../generate/artefacts/terraform.ts';
import HOSTILE_TEXTS from '../generate/terraform/hostile-texts.json' with { type: 'json' };
import { findPython, prepareEnvironment } from './environment.ts';
import { judges } from './peers.ts';
import { run } from './processes.ts';
import { findTerraform, quiet } from './terraform-program.ts';
import { type BlockSchema, providerSchema, schemaProblems } from './terraform-schema.ts';

const note = (line: string): void => console.log(`peers: ${line}`);
const MINUTES = 60_000;
const key = (region: string, partition = 'aws') =>
  `arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A grant for everything that can be written. */
const GRANTS: Readonly<Record<string, object>> = {
  role: { bucket: 'my-bucket' },
  'role-extended-prefixes-new-bucket': {
    access: 'extended',
    tags: { team: 'marketing', 'cost center': 'a=b: c', Größe: 'ü' },
    rolePath: '/vendors/',
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
    buckets: [
      { name: 'my-bucket', create: true, prefixes: ["it's/100%/", 'b {c} "d"/'] },
      { name: 'another.bucket', create: true, kmsKeyArn: key('eu-west-1') },
      { name: 'an-old-bucket' },
    ],
  },
  'role-full-unprotected': { access: 'full', bucket: 'my-bucket', createBucket: true, protectBucket: false },
  'role-many': {
    buckets: Array.from({ length: 60 }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` })),
  },
  key: { auth: 'key', bucket: 'my-bucket' },
  'key-full': { auth: 'key', access: 'full', bucket: 'my-bucket', createBucket: true, kmsKeyArn: key('eu-west-1') },
  'key-china': { auth: 'key', partition: 'aws-cn', bucket: 'my-bucket', kmsKeyArn: key('cn-north-1', 'aws-cn') },
};
const files = Object.entries(GRANTS).map(([name, input]) => ({
  name,
  text: terraformConfig(readGrant(input, { name })),
}));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channelmix-terraform-'));
  await writeFiles(folder, (text) => text);
});
afterAll(() => rm(folder, { recursive: true }));

/** The oldest of provider 5 for which there are schemas, the newest of it, and one of provider 6. */
describe.each([
  ['5.5.0', '16.0.0'],
  ['5.99.1', '20.0.0'],
  ['6.25.0', '21.22.1'],
])('the AWS provider %s', (_, bindings) => {
  const everyBlock = async () => {
    const blocks: { readonly place: string; readonly type: string; readonly block: object }[] = [];
    const references: (readonly [type: string, attribute: string])[] = [];
    for (const { name, text } of files) {
      const { configuration } = await terraformReader(text);
      for (const family of ['resource', 'data'] as const) {
        for (const [type, labels] of Object.entries(configuration[family] ?? {})) {
          const named = family === 'data' ? `data.${type}` : type;
          for (const [label, found] of Object.entries(labels))
            for (const block of found) blocks.push({ place: `${name} ${named}.${label}`, type: named, block });
        }
      }
      for (const [, type = '', attribute = ''] of text.matchAll(/((?:data\.)?aws_\w+)\.\w+\.(\w+)/g))
        references.push([type, attribute]);
    }
    return { blocks, references };
  };
  let schemas: ReadonlyMap<string, BlockSchema> = new Map();
  beforeAll(async () => {
    const { blocks } = await everyBlock();
    schemas = await providerSchema(bindings, [...new Set(blocks.map(({ type }) => type))]);
  }, 5 * MINUTES);
  const schema = (type: string): BlockSchema => {
    const found = schemas.get(type);
    if (found === undefined) throw new Error(`no schema of ${type}`);
    return found;
  };

  it('knows every resource, argument and nested block, and misses none', async () => {
    const { blocks } = await everyBlock();
    expect(new Set(blocks.map(({ type }) => type)).size).toBeGreaterThan(15);
    expect(blocks.flatMap(({ place, type, block }) => schemaProblems(place, block, schema(type)))).toEqual([]);
  });

  it('has every attribute that is referred to', async () => {
    const { references } = await everyBlock();
    expect(references.length).toBeGreaterThan(50);
    for (const [type, attribute] of references)
      expect(schema(type).attributes, `${type}.${attribute}`).toContain(attribute);
  });

  it.each([
    [
      'an argument that there is not',
      'aws_iam_role',
      { assume_role_policy: 'a', polices: 'b' },
      'x.polices is unknown',
    ],
    ['one that is missing', 'aws_iam_role', { name: 'a' }, 'x.assume_role_policy is required'],
    ['one of another type', 'aws_iam_role', { assume_role_policy: 'a', tags: 'b' }, 'x.tags is not of type map'],
    ['a block for an argument', 'aws_iam_user', { name: 'a', tags: [{ b: 'c' }] }, 'x.tags is not of type map'],
    [
      'an argument for a block',
      'aws_s3_bucket_versioning',
      { bucket: 'a', versioning_configuration: 'b' },
      'x.versioning_configuration is not a block',
    ],
    [
      'what is wrong in a block',
      'aws_s3_bucket_versioning',
      { bucket: 'a', versioning_configuration: [{}] },
      'x.versioning_configuration[0].status is required',
    ],
  ])('would show %s', (_, type, block, problem) => {
    expect(schemaProblems('x', block, schema(type))).toEqual([problem]);
  });
});

describe.skipIf(judges() === null)('checkov', () => {
  interface Report {
    readonly results: Readonly<Record<'failed_checks' | 'skipped_checks' | 'passed_checks', readonly Check[]>>;
    readonly summary: { readonly parsing_errors: number };
  }
  interface Check {
    readonly check_id: string;
    readonly resource: string;
    readonly file_path: string;
  }
  const names = (checks: readonly Check[]) =>
    checks.map(({ check_id, resource, file_path }) => `${file_path} ${resource} ${check_id}`).sort();
  let checkov = '';
  beforeAll(async () => {
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    checkov = join(dirname(await prepareEnvironment('checkov', python, note)), 'checkov');
  }, 5 * MINUTES);

  const scan = async (directory: string): Promise<Report> => {
    const options = ['--framework', 'terraform', '--output', 'json', '--compact', '--skip-download', '--soft-fail'];
    const { code, stdout, stderr } = await run(checkov, ['--directory', directory, ...options], { seconds: 100 });
    if (code !== 0) throw new Error(`checkov ended with ${code}:\n${stderr.slice(-3000)}`);
    return JSON.parse(stdout) as Report;
  };

  it('finds nothing that is not justified in the file, and needs every justification', async () => {
    const { results, summary } = await scan(folder);
    expect(summary.parsing_errors).toBe(0);
    expect(results.passed_checks.length).toBeGreaterThan(200);
    expect(names(results.failed_checks)).toEqual([]);
    const bare = await mkdtemp(join(tmpdir(), 'channelmix-terraform-bare-'));
    await writeFiles(bare, (text) => text.replaceAll(/^ *# checkov:skip=.*\n/gm, ''));
    const { results: without } = await scan(bare).finally(() => rm(bare, { recursive: true }));
    expect(names(without.failed_checks)).toEqual(names(results.skipped_checks));
    const written = files.flatMap(({ text }) => text.match(/checkov:skip=/g) ?? []);
    expect(without.failed_checks).toHaveLength(written.length);
  });
});

describe('Terraform or OpenTofu itself', async () => {
  const terraform = await findTerraform();
  if (terraform === undefined)
    note('no tofu or terraform on PATH, and none in TOFU: what it says of the files is skipped');
  const call = (args: readonly string[]) => run(terraform ?? '', args, { seconds: 100, env: quiet() });

  it.skipIf(terraform === undefined)('would leave the layout of every file as it is', async () => {
    const { code, stdout, stderr } = await call(['fmt', '-check', '-diff', '-recursive', folder]);
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  });

  it.skipIf(terraform === undefined)('reads every file, and asks for the one provider', async () => {
    for (const { name } of files) {
      const { code, stdout, stderr } = await call([`-chdir=${join(folder, name)}`, 'providers']);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/hashicorp\/aws\] ?[^\n]*>= 5\.0\.0, < 7\.0\.0/);
    }
  });

  it.skipIf(terraform === undefined).each([
    ['role', 'role_name=another_role', 0],
    ['role', 'role_name=a/b', 1],
    ['role', 'bucket_name=another-bucket', 0],
    ['role', 'bucket_name=Another', 1],
    ['key', 'user_name=', 1],
    ['role-extended-prefixes-new-bucket', 'bucket_names={my_bucket="a.b",another_bucket="b-c",an_old_bucket="c-d"}', 0],
    ['role-extended-prefixes-new-bucket', 'bucket_names={my_bucket="a_b",another_bucket="b-c",an_old_bucket="c-d"}', 1],
    ['role-extended-prefixes-new-bucket', 'bucket_names={my_bucket="a.b"}', 1],
  ])('takes of the variables what AWS would: %s, %s', async (name, variable, expected) => {
    const home = await mkdtemp(join(tmpdir(), 'channelmix-terraform-variables-'));
    const blocks = files.find((file) => file.name === name)?.text.match(/^variable .*?^}$/gms) ?? [];
    await writeFile(join(home, 'variables.tf'), blocks.join('\n\n'));
    const { code, stderr } = await call([`-chdir=${home}`, 'plan', '-input=false', '-no-color', '-var', variable]);
    await rm(home, { recursive: true });
    expect(code, stderr).toBe(expected);
    if (expected === 1) expect(stderr).toMatch(/Invalid value for (input )?variable|has (1|3) to 6\d/);
  });

  it.skipIf(terraform === undefined)('takes every hostile text for itself', async () => {
    const home = await mkdtemp(join(tmpdir(), 'channelmix-terraform-texts-'));
    const texts = [...HOSTILE_TEXTS, HOSTILE_TEXTS.join('')];
    const around = texts.map((text) => template(text, reference('local.between'), text));
    const locals = attributes({
      texts,
      between: '-',
      around,
      named: members(Object.fromEntries(texts.map((text) => [text, text]))),
    });
    await writeFile(join(home, 'texts.tf'), renderHcl(comment(texts.join('\n')), [block('locals', [], locals)]));
    await writeFile(join(home, 'ask'), 'jsonencode([local.texts, local.around, values(local.named)])\n');
    const ask = ['-c', 'exec "$0" -chdir="$1" console < "$1/ask"', terraform ?? '', home];
    const { code, stdout, stderr } = await run('sh', ask, { seconds: 100, env: quiet() });
    await rm(home, { recursive: true });
    expect(code, stderr).toBe(0);
    const [alone, joined, named] = JSON.parse(JSON.parse(stdout));
    expect(alone).toEqual(texts);
    expect(joined).toEqual(texts.map((text) => `${text}-${text}`));
    expect(named.sort()).toEqual([...texts].sort());
  });
});

/** Each file in a folder of its own, since a folder is one configuration. */
async function writeFiles(directory: string, change: (text: string) => string): Promise<void> {
  for (const { name, text } of files) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'channelmix.tf'), change(text));
  }
}
