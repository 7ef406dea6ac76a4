import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentKind } from '../../src/documents/policy-source.ts';
import { readGrant } from '../../src/documents/read-grant.ts';
import { cloudFormationTemplate } from '../../src/generate/cloudformation/index.ts';
import { REGIONS } from '../../src/generate/cloudformation/regions.ts';
import { templateYaml } from '../../src/generate/cloudformation/yaml.ts';
import { lintText } from '../../src/lint/lint.ts';
import { readCloudFormation } from '../generate/artefacts/cloudformation.ts';
import { GRANTS } from '../generate/cloudformation/grants.ts';
import HOSTILE_TEXTS from '../generate/cloudformation/hostile-texts.json' with { type: 'json' };
import { findPython, prepareEnvironment, SCRIPTS } from './environment.ts';
import { judges } from './peers.ts';

const prepared = judges();
const MINUTES = 60_000;
/** Where the templates of a partition are linted for. */
const LINTED = { aws: ['us-east-1', 'eu-west-1'], 'aws-cn': ['cn-north-1'] } as const;
const templates = Object.entries(GRANTS).flatMap(([name, input]) =>
  [false, true].map((stackSet) => {
    const grant = readGrant(input, { name });
    const partition = grant.partition === 'aws-cn' ? ('aws-cn' as const) : ('aws' as const);
    const text = cloudFormationTemplate(grant, { stackSet });
    return { name: stackSet ? `${name}-stack-set` : name, partition, text };
  }),
);

interface Documented {
  readonly name: string;
  readonly partition: string;
  readonly kind: DocumentKind;
  readonly text: string;
}

describe.skipIf(prepared === null)('what generate cloudformation writes', () => {
  let folder = '';
  let python = '';
  beforeAll(async () => {
    const found = await findPython();
    if (found === undefined) throw new Error('no Python');
    python = await prepareEnvironment('lint', found, (line) => console.log(`peers: ${line}`));
    folder = await mkdtemp(join(tmpdir(), 'channelmix-cloudformation-'));
    for (const { name, partition, text } of templates) {
      await mkdir(join(folder, partition), { recursive: true });
      await writeFile(join(folder, partition, `${name}.yaml`), text);
    }
  }, 5 * MINUTES);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What a program says of an input; throws with its own words when it ends with an error. */
  const ask = (args: readonly string[], input = ''): string => {
    const { status, stdout, stderr } = spawnSync(python, args, { input, encoding: 'utf8', maxBuffer: 1e8 });
    if (status !== 0) throw new Error(stderr.slice(-3000));
    return stdout;
  };

  test.each(Object.entries(LINTED))('has nothing in it that cfn-lint finds: %s', (partition, regions) => {
    const cfnLint = join(dirname(python), 'cfn-lint');
    const files = templates.filter((one) => one.partition === partition).map(({ name }) => `${name}.yaml`);
    expect(files.length).toBeGreaterThan(1);
    const flags = ['--include-checks', 'I', '--regions', ...regions, '--', ...files];
    const { status, stdout, stderr } = spawnSync(cfnLint, flags, { encoding: 'utf8', cwd: join(folder, partition) });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  test('has nothing in it that checkov finds and that is not justified there', { timeout: 5 * MINUTES }, async () => {
    const found = await findPython();
    if (found === undefined) throw new Error('no Python');
    const checkov = join(dirname(await prepareEnvironment('checkov', found, console.log)), 'checkov');
    const flags = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--skip-download', '--soft-fail'];
    const { stdout, stderr } = spawnSync(checkov, ['--directory', folder, ...flags], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    const { results, summary } = JSON.parse(stdout || `{"error": ${JSON.stringify(stderr.slice(-2000))}}`);
    const ids = (checks: readonly { readonly check_id: string }[]) => [
      ...new Set(checks.map(({ check_id }) => check_id)),
    ];
    expect(summary.parsing_errors).toBe(0);
    expect(results.passed_checks.length).toBeGreaterThan(100);
    expect(ids(results.failed_checks)).toEqual([]);
    expect(ids(results.skipped_checks).sort()).toEqual(['CKV_AWS_149', 'CKV_AWS_18']);
  });

  test('has nothing in its documents that parliament or our own linter finds', async () => {
    const documents: Documented[] = [];
    for (const { name, partition, text } of templates) {
      const { trust, identity, buckets } = await readCloudFormation([{ path: 'channelmix-s3.yaml', text }]);
      const add = (kind: DocumentKind, document: unknown) =>
        documents.push({ name: `${name} ${kind}`, partition, kind, text: JSON.stringify(document) });
      if (trust !== undefined) add('trust', trust);
      for (const document of identity) add('identity', document);
      for (const document of Object.values(buckets)) add('bucket', document);
    }
    expect(documents.length).toBeGreaterThan(30);
    for (const { name, partition, kind, text } of documents) {
      // That only a key opens another partition is known by now.
      const findings = lintText(text, {
        path: `${name}.json`,
        kind,
        audience: partition === 'aws' ? 'channelmix' : 'any',
      });
      expect(
        findings.filter(({ severity }) => severity !== 'suggestion').map(({ message }) => message),
        name,
      ).toEqual([]);
    }
    // parliament takes a trust policy for a broken identity policy.
    const known = documents.filter(({ kind }) => kind !== 'trust');
    const input = known.map((document) => JSON.stringify(document)).join('\n');
    const answers = ask([join(SCRIPTS, 'lint_parliament.py')], input)
      .trim()
      .split('\n');
    expect(answers).toHaveLength(known.length);
    for (const answer of answers) {
      const { name, found } = JSON.parse(answer);
      expect(found, name).toEqual([]);
    }
  });

  test('is read by PyYAML, the reader of the AWS CLI and of cfn-lint, as the texts that it was', () => {
    const template = { texts: [...HOSTILE_TEXTS], objects: HOSTILE_TEXTS.map((text) => ({ text })) };
    const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))';
    expect(JSON.parse(ask(['-c', program], templateYaml('', template)))).toEqual(template);
  });

  test('can be made in every region that the AWS SDK knows', () => {
    const program =
      'import boto3, json; s = boto3.Session(); print(json.dumps({p: sorted(s.get_available_regions("cloudformation", p)) for p in s.get_available_partitions()}))';
    const known: Readonly<Record<string, readonly string[]>> = JSON.parse(ask(['-c', program]));
    for (const [partition, regions] of Object.entries(REGIONS)) expect(known[partition], partition).toEqual(regions);
  });
});
