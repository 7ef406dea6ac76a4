import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole } from '../verify/setup.ts';
import { findPython, prepareEnvironment } from './environment.ts';
import { judges } from './peers.ts';
import { type Finished, run } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const prepared = judges();

/** A step of a composite action. https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
interface Step {
  readonly name: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

let folder: string;
let clone: string;
let action: Action;

beforeAll(async () => {
  if (prepared === null) return;
  folder = await mkdtemp(join(tmpdir(), 'channelmix-machines-'));
  clone = join(folder, 'channelmix-s3');
  // What others get is what is committed.
  await ended(run('git', ['clone', '--quiet', ROOT, clone], { seconds: 60 }));
  action = parse(await readFile(join(clone, 'action.yml'), 'utf8'));
}, 120_000);
afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })));

async function ended(finished: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await finished;
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** Runs a step as GitHub's runner does: its script in a file, its environment with the inputs filled in. */
async function runStep(step: Step, inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  expect(step.shell).toBe('bash');
  const all = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, one]) => [name, one.default ?? ''])),
    ...inputs,
  };
  const fill = (text: string) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => {
      const value = (all as Readonly<Record<string, string>>)[name];
      if (value === undefined) throw new Error(`action.yml has no input ${name}`);
      return value;
    });
  const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)]));
  const script = join(folder, 'step.sh');
  const output = join(folder, 'output');
  await writeFile(script, fill(step.run));
  await writeFile(output, '');
  const context = { GITHUB_ACTION_PATH: clone, RUNNER_TEMP: folder, GITHUB_OUTPUT: output };
  const finished = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    env: { ...(process.env as Record<string, string>), ...env, ...context, ...own },
    seconds: 300,
  });
  const outputs = Object.fromEntries(
    (await readFile(output, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as Readonly<Record<string, string>>;
  return { ...finished, outputs };
}

function stepNamed(name: string): Step {
  const step = action.runs.steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`action.yml has no step ${name}`);
  return step;
}

describe.skipIf(prepared === null)('the composite action', { timeout: 400_000 }, () => {
  let sandbox: Sandbox;
  let roleArn: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    sandbox = await startSandbox();
    await createBucket(sandbox.endpoint, 'my-bucket');
    roleArn = await createRole(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
    env = {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT,
      AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT,
    };
    const { code, stderr } = await runStep(stepNamed('Install'), {}, {});
    expect(code, stderr).toBe(0);
  }, 400_000);
  afterAll(() => sandbox?.close());

  test('audits a role, and gives each report that it names', async () => {
    const { code, stdout, stderr, outputs } = await runStep(
      stepNamed('Audit'),
      { 'role-arn': roleArn, bucket: 'my-bucket\n' },
      env,
    );
    expect(code, stderr).toBe(0);
    expect(stdout.split('\n')[0]).toBe(`::add-mask::${roleArn}`);
    expect(stdout).toContain('ChannelMix can do what it needs');
    const declared = Object.entries(action.outputs).map(([name, { value }]) => [name, value]);
    expect(declared).toEqual(Object.keys(action.outputs).map((name) => [name, `\${{ steps.audit.outputs.${name} }}`]));
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
    expect(JSON.parse(await readFile(outputs.json ?? '', 'utf8'))).toMatchObject({ command: 'audit', complete: true });
    expect(JSON.parse(await readFile(outputs.sarif ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(await readFile(outputs.html ?? '', 'utf8')).toContain('<!doctype html>');
  });

  test('fails where something is found, and annotates the file that it is in', async () => {
    const plan = join(folder, 'template.yaml');
    const text = await readFile(join(ROOT, 'docs/examples/audit/template.yaml'), 'utf8');
    await writeFile(plan, text.replace('s3:DeleteObject', 's3:*'));
    const { code, stdout, outputs } = await runStep(stepNamed('Audit'), { plan, bucket: 'my-bucket' }, {});
    expect(code).toBe(1);
    expect(outputs['exit-code']).toBe('1');
    expect(stdout).toMatch(/^::error .*file=.*template\.yaml,line=\d+/m);
  });

  test('takes an input for text, whatever stands in it', async () => {
    const { code, outputs } = await runStep(stepNamed('Audit'), { plan: '$(touch pwned); `touch pwned`' }, {});
    expect(code).toBe(2);
    expect(outputs).toEqual({ 'exit-code': '2' });
  });
});

describe.skipIf(prepared === null)('the hooks of pre-commit', { timeout: 600_000 }, () => {
  let preCommit: string;
  let project: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    const executable = await prepareEnvironment('lint', python, (line) => console.log(`peers: ${line}`));
    preCommit = join(dirname(executable), 'pre-commit');
    project = join(folder, 'project');
    await mkdir(join(project, 'cloudformation'), { recursive: true });
    const state = join(folder, 'state');
    env = {
      ...(process.env as Record<string, string>),
      PRE_COMMIT_HOME: join(folder, 'hooks'),
      CHANNELMIX_S3_STATE_DIR: state,
    };
    await ended(run('git', ['init', '--quiet', project], { seconds: 20 }));
    const head = (await ended(run('git', ['-C', clone, 'rev-parse', 'HEAD'], { seconds: 20 }))).trim();
    const hook = { id: 'channelmix-s3-audit', files: '^cloudformation/' };
    const config = {
      repos: [{ repo: clone, rev: head, hooks: [hook, { id: 'channelmix-s3-lint', files: '^policies/' }] }],
    };
    await writeFile(join(project, '.pre-commit-config.yaml'), JSON.stringify(config));
  }, 300_000);

  async function commit(files: Readonly<Record<string, string>>): Promise<Finished> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(project, name)), { recursive: true });
      await writeFile(join(project, name), text);
    }
    await ended(run('git', ['-C', project, 'add', '--all'], { seconds: 20 }));
    const script = `cd "$1" && exec "$2" run`;
    return run('bash', ['-c', script, 'bash', project, preCommit], { env, seconds: 500 });
  }

  test('let a good template pass, and stop one that gives too much', async () => {
    const good = await readFile(join(ROOT, 'docs/examples/audit/template.yaml'), 'utf8');
    const first = await commit({ 'cloudformation/access.yaml': good });
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(first.stdout).toMatch(/Audit ChannelMix's access\.+Passed/);
    const second = await commit({ 'cloudformation/access.yaml': good.replace('s3:DeleteObject', 's3:*') });
    expect(second.code).toBe(1);
    expect(second.stdout).toMatch(/Audit ChannelMix's access\.+Failed/);
    expect(second.stdout).toContain('cloudformation/access.yaml');
  });

  test('lint policies', async () => {
    const { code, stdout } = await commit({
      'cloudformation/access.yaml': await readFile(join(ROOT, 'docs/examples/audit/template.yaml'), 'utf8'),
      'policies/broken.json': '{"Version": "2024-05-16", "Statement": []}',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Lint policies for ChannelMix\.+Failed/);
  });
});
