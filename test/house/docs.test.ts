import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { documentedCommands, words } from '../documented.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser } from '../verify/helpers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const commands = documentedCommands();
const kit = /^(?:npx )?channelmix-s3 /;
const ours = commands.filter(({ line }) => kit.test(line));

describe('the commands in the docs', () => {
  let sandbox: Sandbox;
  const saved = { ...process.env };
  beforeAll(async () => {
    sandbox = await startSandbox();
    await createBucket(sandbox.endpoint, 'my-bucket');
    await createRole(sandbox.endpoint, { name: 'channelmix_s3_access', bucket: 'my-bucket' });
    await createUser(sandbox.endpoint, { name: 'channelmix_s3_access', bucket: 'my-bucket' });
    // Whoever follows the docs has credentials and a region; here they lead to the sandbox.
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: 'us-east-1',
    });
  });
  afterAll(async () => {
    process.env = saved;
    await sandbox.close();
  });

  it.each(ours)('$page: $line', async ({ line }) => {
    const [command = '', comment = ''] = line.replace(kit, '').split(' # ');
    const controller = new AbortController();
    const stopWhenReady = (text: string) => {
      if (text.startsWith('{"endpoint"')) controller.abort('SIGINT');
      stdout += text;
    };
    let stdout = '';
    const account = comment.includes('as the client') ? CLIENT_ACCOUNT : CHANNELMIX_ACCOUNT_ID;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: account });
    const { code, stderr } = await runCli(words(command), { out: stopWhenReady, signal: controller.signal });
    const expected = Number(/exit (\d+)/.exec(comment)?.[1] ?? 0);
    expect(code, stderr).toBe(expected);
    if (expected === 0) expect(stdout).not.toBe('');
  });

  it('are npm scripts that exist and that the gate runs', () => {
    const gate = readFileSync(`${root}.ci/run`, 'utf8');
    for (const { line } of commands.filter(({ line }) => line.startsWith('npm ') && line !== 'npm ci')) {
      const script = /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? '';
      expect(Object.keys(packageJson.scripts), line).toContain(script);
      expect(gate, line).toContain(script);
    }
  });

  it('are of a kind that some test runs', () => {
    // pulumi: test/engine/docs.engine.ts
    const others = commands.filter(({ line }) => !kit.test(line) && !/^(npm|pulumi) /.test(line));
    expect(others).toEqual([]);
  });
});
