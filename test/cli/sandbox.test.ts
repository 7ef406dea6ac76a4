import { afterEach, describe, expect, it, vi } from 'vitest';
import { scenarios } from '../../src/sandbox/scenarios/index.ts';
import { runCli } from '../helpers.ts';
import { createBucket } from '../verify/helpers.ts';

afterEach(() => vi.unstubAllEnvs());

/** Runs `sandbox start` with these words, and does something with its line while it runs. */
async function whileRunning(words: readonly string[], act: (line: string) => Promise<void>) {
  const controller = new AbortController();
  let acted: Promise<void> | undefined;
  const out = (text: string): void => {
    acted ??= act(text).finally(() => controller.abort('SIGINT'));
  };
  const ended = await runCli(['sandbox', 'start', ...words], { out, signal: controller.signal });
  await acted;
  return ended;
}

describe('sandbox start', () => {
  it('prints one line with endpoint and accounts, and runs until it is stopped', async () => {
    const { code } = await whileRunning([], async (line) => {
      const started = JSON.parse(line);
      expect(Object.keys(started)).toEqual(['endpoint', 'accounts']);
      await createBucket(started.endpoint, 'some-bucket');
    });
    expect(code).toBe(0);
  });

  it('with a scenario tells how to verify it, and the command comes to what the scenario says', async () => {
    let verified: { readonly code: number; readonly stdout: string } | undefined;
    const { code, stderr } = await whileRunning(['--scenario', 'trust-external-id'], async (line) => {
      const { endpoint, scenario } = JSON.parse(line);
      expect(scenario).toMatchObject({
        name: 'trust-external-id',
        credentials: { accessKeyId: '031871504755', secretAccessKey: '031871504755' },
      });
      expect(scenario.verify).toContain(`--endpoint-url ${endpoint}`);
      const words = scenario.verify.split(' ').slice(1);
      vi.stubEnv('AWS_ACCESS_KEY_ID', scenario.credentials.accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', scenario.credentials.secretAccessKey);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      verified = await runCli([...words, '--output', 'json']);
    });
    expect(code).toBe(0);
    expect(stderr).toContain('export AWS_ACCESS_KEY_ID=031871504755 AWS_SECRET_ACCESS_KEY=031871504755');
    expect(verified?.code).toBe(1);
    expect(JSON.parse(verified?.stdout ?? '').checks[0]).toMatchObject({
      id: 'assume-role',
      result: 'deny',
      diagnosis: { layer: 'trust' },
    });
  });

  it.each([
    [['--scenario', 'trust-externl-id'], 'Did you mean trust-external-id?'],
    [['--scenario', 'trust-external-id', '--account', '111122223333'], '--scenario does not go with --account'],
    [['--scenario', 'trust-external-id', '--region', 'eu-west-1'], '--scenario does not go with --region'],
    [['--fault', 'answer=odd'], 'answer is truncated'],
    [['--output', 'json'], '--output means nothing to sandbox start'],
  ])('refuses %j', async (words, said) => {
    const { code, stderr, stdout } = await runCli(['sandbox', 'start', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
  });
});

describe('sandbox scenarios', () => {
  it('lists every scenario, one a line', async () => {
    const { code, stdout } = await runCli(['sandbox', 'scenarios']);
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(scenarios.map(({ name, title }) => [name, title]));
  });

  it('takes no flag that would do nothing', async () => {
    const { code, stderr } = await runCli(['sandbox', 'scenarios', '--fault', 'throttle']);
    expect(code).toBe(2);
    expect(stderr).toContain('--fault means nothing to sandbox scenarios');
  });

  it('lists them as JSON', async () => {
    const { stdout } = await runCli(['sandbox', 'scenarios', '--output', 'json']);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, command: 'sandbox scenarios' });
    expect(report.scenarios.map(({ name }: { name: string }) => name)).toEqual(scenarios.map(({ name }) => name));
  });
});
