import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetResult } from '../../src/model/fleet.ts';
import { entryOf, type FleetHouse, startFleet } from '../fleet/setup.ts';
import { runCli } from '../helpers.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const saved = { ...process.env };
let house: FleetHouse;

beforeAll(async () => {
  house = await startFleet(12, { 3: 'external-id', 7: 'external-id' });
  Object.assign(process.env, house.env);
});
afterAll(async () => {
  process.env = saved;
  await house.close();
});

/** The command line in this process, in one thread. */
const fleet = (...args: readonly string[]) =>
  runCli(['fleet', ...args, ...(args[0] === 'verify' ? ['--threads', '1'] : [])], { env: house.env });

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FleetResult);

const names = (results: readonly FleetResult[]) => results.map(({ name }) => name).sort();

describe('fleet verify', () => {
  it('says how many fail for which reason, and exits with 1', async () => {
    const { code, stdout, stderr } = await fleet('verify', '-f', house.file);
    expect(stdout).toContain('2 clients: trust: ');
    expect(stdout).toContain('client-3, client-7');
    expect(stdout).toContain('10 of 12 passed, 2 failed, 0 left something behind');
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  it('gives a line of NDJSON for each client as it ends, and nothing else on stdout', async () => {
    const { code, stdout } = await fleet('verify', '-f', house.file, '--output', 'ndjson');
    const results = lines(stdout);
    expect(names(results)).toEqual([...house.names].sort());
    for (const { name, status, report } of results) {
      expect(status).toBe(name === 'client-3' || name === 'client-7' ? 'failed' : 'passed');
      expect(report?.bucket).toBe(`${name}-data`);
    }
    expect(code).toBe(1);
  });

  it.each(['json', 'html', 'junit'])('writes %s into a file, whole, and not over another one', async (format) => {
    const out = join(house.folder, `report.${format}`);
    const first = await fleet('verify', '-f', house.file, '--output', format, '--out', out);
    expect(first.stdout).toBe('');
    expect(first.stderr).toContain('10 of 12 passed');
    expect(readFileSync(out, 'utf8')).toContain('client-11');
    const second = await fleet('verify', '-f', house.file, '--output', format, '--out', out);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('exists already')]);
  });

  it('begins nothing when one entry is wrong, and names it', async () => {
    const text = readFileSync(house.file, 'utf8').replace('bucket: client-5-data', 'bucket: Client_5');
    const { code, stdout, stderr } = await fleet('verify', '-f', house.write('one-bad.yaml', text));
    expect(stderr).toMatch(/one-bad\.yaml:19:13 clients\[5\]\.bucket: "Client_5" .* \(client-5\)/);
    expect(stderr).toContain('--skip-invalid');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('with --skip-invalid verifies the others, and is not content', async () => {
    const path = house.write('skip.yaml', `clients:\n${entryOf('client-0')}  - name: client-1\n    bucket: x\n`);
    const { code, stdout } = await fleet('verify', '-f', path, '--skip-invalid', '--output', 'ndjson');
    const [one, other] = lines(stdout).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect([one?.status, other?.status, code]).toEqual(['passed', 'invalid', 3]);
    expect(other?.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ rule: expect.stringContaining('3 to 63') })]),
    );
  });

  it('asks for the secrets that entries name before it begins, and uses them', async () => {
    const key = '111122223333';
    const entry = `  - name: key\n    accessKeyId: '${key}'\n    secretEnv: KEY_SECRET\n    bucket: client-0-data\n    access: full\n`;
    const path = house.write('key.yaml', `clients:\n${entry}`);
    const missing = await fleet('verify', '-f', path);
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('not set: KEY_SECRET')]);
    process.env.KEY_SECRET = key;
    const { code, stdout, stderr } = await runCli(['fleet', 'verify', '-f', path], {
      env: { ...house.env, KEY_SECRET: key },
    });
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining('1 of 1 passed')]);
    expect(readFileSync(path, 'utf8')).not.toContain('secretAccessKey');
  });

  it.each([
    [['verify'], 'no fleet file was named'],
    [['verify', '-f', 'none.yaml'], 'there is no such file'],
    [['verify', 'x.yaml'], 'takes no "x.yaml"'],
    [['verify', '-f', 'x', '--concurrency', '0'], '--concurrency "0" is not a number from 1 to 1000'],
    [['verify', '-f', 'x', '--shard', '5/4'], 'there is no part 5 of 4'],
    [['merge'], 'nothing to merge'],
    [['merge', '-f', 'x', 'y'], '-f is for fleet verify'],
    [['merge', 'none.ndjson'], 'there is no such file'],
    [['verfy'], 'Did you mean verify?'],
  ])('refuses %j: %s', async (args, told) => {
    const { code, stderr } = await runCli(['fleet', ...args], { env: house.env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe('fleet verify --resume', () => {
  it('repeats nothing that is done, and everything else', async () => {
    const state = join(house.folder, 'crashed.ndjson');
    await fleet('verify', '-f', house.file, '--state', state);
    const all = readFileSync(state, 'utf8').trim().split('\n');
    const kept = all.slice(0, 5).map((line) => JSON.parse(line) as FleetResult);
    // As after a power cut: five results, one that nobody could answer, and half a line.
    const unknown = { ...JSON.parse(all[5] ?? ''), status: 'unknown' };
    writeFileSync(state, [...all.slice(0, 5), JSON.stringify(unknown), all[6]?.slice(0, 300)].join('\n'));
    const { code, stdout, stderr } = await fleet(
      'verify',
      '-f',
      house.file,
      '--state',
      state,
      '--resume',
      '--output',
      'ndjson',
    );
    expect(stderr).toContain('5 of 12 are done already');
    const results = lines(stdout);
    expect(names(results)).toEqual([...house.names].sort());
    for (const { name, at } of kept) expect(results.find((one) => one.name === name)?.at).toBe(at);
    expect(results.filter(({ at }) => !kept.some((one) => one.at === at))).toHaveLength(7);
    expect(code).toBe(1);
  });

  it('says at the next run that an earlier one was not finished', async () => {
    const state = join(house.folder, 'again.ndjson');
    await fleet('verify', '-f', house.file, '--state', state);
    writeFileSync(state, `${readFileSync(state, 'utf8').split('\n')[0]}\n`);
    const { stderr } = await fleet('verify', '-f', house.file, '--state', state);
    expect(stderr).toContain('an earlier run ended after 1 results; this one begins anew (--resume continues it)');
  });

  it('after an interrupt says what is not done, and how to go on', async () => {
    const controller = new AbortController();
    const remove = house.sandbox.faults.add('latency=50ms');
    setTimeout(() => controller.abort('SIGTERM'), 400);
    const args = ['fleet', 'verify', '-f', house.file, '--concurrency', '2', '--threads', '1'];
    const { code, stderr } = await runCli(args, { env: house.env, signal: controller.signal });
    remove();
    expect(stderr).toMatch(/not done: client-\d+/);
    expect(stderr).toContain(`Next: channelmix-s3 fleet verify -f ${house.file} --concurrency 2 --threads 1 --resume`);
    expect(code).toBe(143);
    const rest = await fleet('verify', '-f', house.file, '--resume');
    expect(rest.stdout).toContain('10 of 12 passed, 2 failed');
  });
});

describe('a fleet that is killed', () => {
  it('continues without repeating, and leaves nothing in the buckets', { timeout: 60_000 }, async () => {
    const before = house.sandbox.snapshot().s3;
    const state = join(house.folder, 'killed.ndjson');
    const remove = house.sandbox.faults.add('latency=60ms');
    const args = ['fleet', 'verify', '-f', house.file, '--state', state, '--concurrency', '3', '--threads', '1'];
    const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args], {
      env: { ...process.env, ...house.env },
      stdio: 'ignore',
    });
    const closed = once(child, 'close');
    const answered = () => (existsSync(state) ? readFileSync(state, 'utf8').split('\n').length - 1 : 0);
    while (answered() < 2 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await fleet('verify', '-f', house.file, '--state', state);
    expect([second.code, second.stdout]).toEqual([3, '']);
    expect(second.stderr).toContain(`another run is using the state file ${state}: process ${child.pid}`);
    child.kill('SIGKILL');
    await closed;
    remove();
    const kept = readFileSync(state, 'utf8').split('\n').slice(0, -1);
    const { stdout, stderr } = await fleet(
      'verify',
      '-f',
      house.file,
      '--state',
      state,
      '--resume',
      '--output',
      'ndjson',
    );
    expect(stderr).toContain(`${kept.length} of 12 are done already`);
    const results = lines(stdout);
    expect(names(results)).toEqual([...house.names].sort());
    for (const line of kept) {
      const { name, at } = JSON.parse(line) as FleetResult;
      expect(results.find((one) => one.name === name)?.at).toBe(at);
    }
    expect(house.sandbox.snapshot().s3).toEqual(before);
  });
});

describe('shards', () => {
  it('as four processes, under a scheduler, are merged without loss', { timeout: 60_000 }, async () => {
    const files = await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        const out = join(house.folder, `shard-${index}.ndjson`);
        const args = ['fleet', 'verify', '-f', house.file, '--shard', 'auto/4', '--output', 'ndjson', '--out', out];
        const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args], {
          env: { ...process.env, ...house.env, JOB_COMPLETION_INDEX: String(index) },
          stdio: 'ignore',
        });
        await once(child, 'close');
        return out;
      }),
    );
    const merged = await fleet('merge', ...files, '--output', 'ndjson');
    expect(names(lines(merged.stdout))).toEqual([...house.names].sort());
    expect(merged.code).toBe(1);
    expect((await fleet('merge', ...files)).stdout).toContain('10 of 12 passed, 2 failed, 0 left something behind');

    const [gone, ...others] = files;
    const partial = await fleet('merge', ...others);
    const count = lines(readFileSync(gone ?? '', 'utf8')).length;
    expect(partial.stdout).toContain(`${count} not done`);
    expect(partial.stdout).toContain('no results of shard 1/4');
  });
});
