import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findPython, prepareEnvironment } from './environment.ts';
import { judges } from './peers.ts';

const templates = ['verify-lambda', 'audit-lambda'];
const prepared = judges();

describe.skipIf(prepared === null)('the templates of the checks that run by a schedule', () => {
  test.each(templates)('%s is CloudFormation in which cfn-lint finds nothing', { timeout: 300_000 }, async (name) => {
    const template = fileURLToPath(new URL(`../../templates/${name}/template.yaml`, import.meta.url));
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    const executable = await prepareEnvironment('lint', python, (line) => console.log(`peers: ${line}`));
    const cfnLint = join(dirname(executable), 'cfn-lint');
    const flags = ['--include-checks', 'I', '--regions', 'us-east-1', 'eu-west-1', '--', template];
    const { status, stdout, stderr } = spawnSync(cfnLint, flags, { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
