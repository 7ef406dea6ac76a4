import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT_ACCOUNT, createRole, rootClients } from '../verify/helpers.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const children = new Set<ChildProcess>();

/** The command line in a process of its own. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args], { env: { ...process.env, ...env } });
  children.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr.on('data', (data) => {
    output.stderr += data;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, exit };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

describe('the process', () => {
  it('runs a sandbox until it is stopped: one JSON line on stdout when it is ready', async () => {
    const { child, output, exit } = start(['sandbox', 'start', '--account', '123456789012']);
    await until(() => output.stdout.includes('\n'));
    const ready = JSON.parse(output.stdout);
    expect(ready.accounts).toEqual({ 123456789012: { accessKeyId: '123456789012', secretAccessKey: '123456789012' } });
    expect(new URL(ready.endpoint).hostname).toBe('127.0.0.1');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('says that a port is taken', async () => {
    const sandbox = await startSandbox();
    const { output, exit } = start(['sandbox', 'start', '--port', new URL(sandbox.endpoint).port]);
    expect(await exit).toBe(2);
    expect(output.stderr).toContain('EADDRINUSE');
    await sandbox.close();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up after %s and exits with %i', async (signal, code) => {
    const sandbox = await startSandbox();
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.createBucket({ Bucket: 'my-bucket' });
    const roleArn = await createRole(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
    const before = JSON.stringify(sandbox.snapshot().s3);
    sandbox.faults.add('latency=150ms,s3');
    const { child, exit } = start(
      ['verify', '--role-arn', roleArn, '--bucket', 'my-bucket', '--endpoint-url', sandbox.endpoint],
      {
        AWS_ACCESS_KEY_ID: '031871504755',
        AWS_SECRET_ACCESS_KEY: '031871504755',
      },
    );
    await until(() => JSON.stringify(sandbox.snapshot().s3).includes('.channelmix-verify'));
    child.kill(signal);
    expect(await exit).toBe(code);
    expect(JSON.stringify(sandbox.snapshot().s3)).toBe(before);
    await sandbox.close();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at once by the third %s, also where a pipe never opens',
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), 'process-'));
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const { child } = start(['audit', '--plan', pipe]);
      const exit = once(child, 'close');
      // The process listens to signals before it opens the pipe.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      for (let sent = 0; sent < 3; sent++) {
        child.kill(signal);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(await exit).toEqual([null, signal]);
      rmSync(folder, { recursive: true });
    },
  );

  it('does not fall over a reader that went away', async () => {
    const { child, output, exit } = start(['policy', 'full']);
    child.stdout.destroy();
    expect(await exit).toBe(0);
    expect(output.stderr).toBe('');
  });
});
