import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createFleetTally,
  type FleetResults,
  findResults,
  fleetExitCode,
  openFleetState,
} from '../../src/fleet/index.ts';
import type { FleetResult, FleetStatus } from '../../src/model/fleet.ts';
import { ownMark } from '../../src/verify/alive.ts';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

let seconds = 0;
/** A result, each a second later than the one before. */
function result(name: string, status: FleetStatus, changes: Partial<FleetResult> = {}): FleetResult {
  return {
    schemaVersion: 1,
    command: 'fleet verify',
    key: `key of ${name}`,
    name,
    bucket: `${name}-data`,
    status,
    leftBehind: false,
    at: new Date(1_800_000_000_000 + 1_000 * seconds++).toISOString(),
    ms: 100,
    tries: 1,
    fleet: { id: 'f', size: 4 },
    ...changes,
  };
}

let files = 0;
function fileOf(...results: readonly FleetResult[]): string {
  const path = join(folder, `${files++}.ndjson`);
  writeFileSync(path, results.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return path;
}

async function namesOf(results: FleetResults): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, status } of results.read()) names.push(`${name} ${status}`);
  return names;
}

describe('results in files', () => {
  it('are read once each: the latest with the same key, and first what did not pass', async () => {
    const one = fileOf(result('b', 'passed'), result('a', 'unknown'), result('ü', 'passed'));
    const two = fileOf(result('a', 'failed'), result('c', 'unknown'));
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      const results = await findResults(order);
      expect(await namesOf(results)).toEqual(['a failed', 'c unknown', 'b passed', 'ü passed']);
      expect(await namesOf(results)).toHaveLength(results.count);
    }
  });

  it('lose at most the last line to a crash, and say so', async () => {
    const path = fileOf(result('a', 'passed'), result('b', 'passed'));
    const { size } = statSync(path);
    const first = readFileSync(path, 'utf8').indexOf('\n') + 1;
    for (let length = size - 2; length > first; length -= 7) {
      truncateSync(path, length);
      const results = await findResults([path]);
      expect(await namesOf(results)).toEqual(['a passed']);
      expect(results.notes).toEqual([expect.stringContaining('ends in the middle of a line')]);
    }
  });

  it('are refused when a line in the middle is none, with file and line', async () => {
    const path = fileOf(result('a', 'passed'));
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"broken\n${JSON.stringify(result('b', 'passed'))}\n`);
    await expect(findResults([path])).rejects.toThrow(`${path}:2: it is not JSON`);
  });

  it.each([
    ['another NDJSON', '{"a":1}\n', 'it is not a result of fleet verify'],
    ['text', 'hello\nworld\n', 'it is not JSON'],
    ['one line of text', 'hello', 'it is not NDJSON'],
  ])('are not %s', async (_what, text, told) => {
    const path = join(folder, 'no-results');
    writeFileSync(path, text);
    await expect(findResults([path])).rejects.toThrow(told);
  });

  it('of different fleet files are not mixed', async () => {
    const other = result('b', 'passed', { fleet: { id: 'g', size: 4 } });
    await expect(findResults([fileOf(result('a', 'passed')), fileOf(other)])).rejects.toThrow('different fleet files');
  });
});

describe('the state of a run', () => {
  const mark = { id: 'new', size: 4 };
  const entries = ['a', 'b', 'c', 'd'].map((name) => ({ key: `key of ${name}`, name, bucket: `${name}-data` }));
  const owner = { resume: true, command: 'fleet verify', fleet: mark, entries, named: true } as const;

  it('keeps what is done of the entries that are still there, and nothing else', async () => {
    const path = fileOf(result('a', 'passed'), result('b', 'unknown'), result('c', 'failed'), result('gone', 'passed'));
    const state = await openFleetState(path, owner);
    expect([...state.done]).toEqual(['key of a', 'key of c']);
    await Promise.all([
      state.append(result('b', 'passed', { fleet: mark })),
      state.append(result('d', 'interrupted', { fleet: mark })),
    ]);
    await state.close();
    const results = await findResults([path]);
    expect(results.fleet).toEqual(mark);
    expect(await namesOf(results)).toEqual(['c failed', 'd interrupted', 'a passed', 'b passed']);
  });

  it('goes on after a line that a crash cut off', async () => {
    const path = fileOf(result('a', 'passed'), result('b', 'passed'));
    truncateSync(path, statSync(path).size - 9);
    const state = await openFleetState(path, owner);
    expect([...state.done]).toEqual(['key of a']);
    await state.append(result('b', 'failed', { fleet: mark }));
    await state.close();
    expect(await namesOf(await findResults([path]))).toEqual(['b failed', 'a passed']);
  });

  it('begins anew without being asked to resume, for nobody else to read', async () => {
    const path = fileOf(result('a', 'passed'));
    const state = await openFleetState(path, { ...owner, resume: false });
    expect(state.done.size).toBe(0);
    await state.close();
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('goes on after a crash that left half of the first line', async () => {
    const path = fileOf(result('a', 'passed'));
    for (const length of [5, 40, 100]) {
      writeFileSync(path, readFileSync(path, 'utf8').slice(0, length));
      const state = await openFleetState(path, owner);
      expect([state.before, state.done.size]).toEqual([0, 0]);
      await state.append(result('a', 'passed', { fleet: mark }));
      await state.close();
    }
  });

  it.each([
    ['text', 'clients:\n  - name: acme\n', 'it is not JSON'],
    ['a document', '{"Version":"2012-10-17"}', 'it is not NDJSON'],
    ['another fleet', `${JSON.stringify(result('z', 'passed'))}\n`, 'results of another fleet'],
    [
      'another command',
      `${JSON.stringify(result('a', 'passed', { command: 'fleet audit' }))}\n`,
      'results of fleet audit',
    ],
    [
      'another shard',
      `${JSON.stringify(result('a', 'passed', { fleet: { ...mark, shard: '1/2' } }))}\n`,
      'results of shard 1/2',
    ],
  ])('never replaces %s', async (_what, text, told) => {
    for (const resume of [true, false]) {
      const path = join(folder, `victim-${resume}`);
      writeFileSync(path, text);
      await expect(openFleetState(path, { ...owner, resume })).rejects.toMatchObject({
        code: 'input',
        message: expect.stringContaining(told),
        hint: expect.stringContaining('--state'),
      });
      expect(readFileSync(path, 'utf8')).toBe(text);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  });

  it('takes over the file that is named after the fleet, though every entry was edited', async () => {
    const path = fileOf(result('z', 'passed'));
    const state = await openFleetState(path, { ...owner, named: false });
    expect([state.before, state.done.size]).toEqual([1, 0]);
    await state.close();
  });

  it('never replaces what is no regular file', async () => {
    const target = fileOf();
    const link = join(folder, 'link');
    const pipe = join(folder, 'pipe');
    symlinkSync(target, link);
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    for (const path of [link, pipe, folder]) {
      const { ino } = lstatSync(path);
      await expect(openFleetState(path, owner)).rejects.toMatchObject({
        code: 'input',
        message: expect.stringContaining('no regular file'),
      });
      expect(lstatSync(path).ino).toBe(ino);
    }
  });

  describe('while a run has it', () => {
    const markOf = (changes: object) => {
      const process = { ...ownMark(), ...changes };
      return `${JSON.stringify({ kind: 'channelmix-s3 fleet', process })}\n`;
    };
    const gone = 2 ** 22 + 1;

    it('is refused to every other run, and free afterwards', async () => {
      const path = fileOf(result('a', 'passed'));
      const state = await openFleetState(path, owner);
      await state.append(result('b', 'passed', { fleet: mark }));
      for (const resume of [true, false]) {
        await expect(openFleetState(path, { ...owner, resume })).rejects.toMatchObject({
          code: 'state',
          message: `another run is using the state file ${path}: process ${process.pid}`,
        });
      }
      await state.close();
      expect(existsSync(`${path}.lock`)).toBe(false);
      const next = await openFleetState(path, owner);
      expect([...next.done]).toEqual(['key of a', 'key of b']);
      await next.close();
    });

    it.each([
      ['a process that is gone', { pid: gone }],
      ['an earlier process of the same number', { start: '1' }],
      ['an earlier start of the system', { boot: 'another' }],
    ])('does not wait for %s', async (_what, changes) => {
      const path = fileOf(result('a', 'passed'));
      writeFileSync(`${path}.lock`, markOf(changes));
      const state = await openFleetState(path, owner);
      expect(state.done.size).toBe(1);
      await state.close();
      expect(readdirSync(folder).filter((name) => /lock|tmp/.test(name))).toEqual([]);
    });

    it('believes another machine as long as it shows signs of life', async () => {
      const path = fileOf(result('a', 'passed'));
      writeFileSync(`${path}.lock`, markOf({ host: 'elsewhere', pid: 7 }));
      await expect(openFleetState(path, owner)).rejects.toThrow('process 7 on elsewhere');
      const before = new Date(Date.now() - 300_000);
      utimesSync(`${path}.lock`, before, before);
      await (await openFleetState(path, owner)).close();
    });

    it('lets one of several runs take over what a dead one left', async () => {
      const path = fileOf(result('a', 'passed'));
      writeFileSync(`${path}.lock`, markOf({ pid: gone }));
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => openFleetState(path, owner)));
      const opened = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(opened).toHaveLength(1);
      await opened[0]?.close();
    });

    it('leaves a file alone that only is called like a lock', async () => {
      const path = fileOf();
      writeFileSync(`${path}.lock`, 'mine');
      await expect(openFleetState(path, owner)).rejects.toThrow('is no lock of a run');
      expect(readFileSync(`${path}.lock`, 'utf8')).toBe('mine');
      rmSync(`${path}.lock`);
    });
  });

  it('is refused where it cannot be written, before anything is begun', async () => {
    await expect(openFleetState(join(fileOf(), 'state.ndjson'), owner)).rejects.toMatchObject({
      code: 'state',
    });
  });
});

describe('the sum of results', () => {
  const check = (id: string, cause: string) => ({
    id,
    ok: false,
    diagnosis: { layer: 'trust', evidence: 'aws', cause, fix: 'F' },
  });
  const report = (name: string, cause: string) =>
    ({
      roleArn: `arn:aws:iam::111122223333:role/${name}`,
      cleanup: { created: 0, removed: 0, left: [] },
      checks: [check('assume-role', cause), check('put-object', cause)],
    }) as unknown as NonNullable<FleetResult['report']>;

  it('groups what differs only in role, bucket and account', () => {
    const tally = createFleetTally();
    for (const name of ['acme', 'beta']) {
      const cause = `arn:aws:iam::111122223333:role/${name} (account 111122223333) on ${name}-data wants an external ID`;
      tally.add(result(name, 'failed', { report: report(name, cause) }));
    }
    tally.add(result('gamma', 'failed', { report: report('gamma', 'something else') }));
    expect(tally.summary(3).groups).toEqual([
      {
        layer: 'trust',
        cause: 'ROLE (account ACCOUNT) on BUCKET wants an external ID',
        fix: 'F',
        names: ['acme', 'beta'],
      },
      { layer: 'trust', cause: 'something else', fix: 'F', names: ['gamma'] },
    ]);
  });

  it('replaces names only where they stand alone', () => {
    const tally = createFleetTally();
    tally.add(
      result('a', 'unknown', { bucket: 'data', error: { code: 'network', message: 'a metadata of data: a, data' } }),
    );
    expect(tally.summary(1).groups[0]?.cause).toBe('CLIENT metadata of BUCKET: CLIENT, BUCKET');
  });

  it('calls a file that is audited a file, and groups those with the same mistake', () => {
    const tally = createFleetTally('fleet audit');
    for (const name of ['docs/a.json', 'docs/b.json']) {
      const hint = `Look: channelmix-s3 lint ${name}`;
      const error = { code: 'input', message: `${name}:1:2: the closing brace } is missing`, hint } as const;
      tally.add(result(name, 'unknown', { command: 'fleet audit', bucket: '', error }));
    }
    expect(tally.summary(2).groups).toEqual([
      {
        cause: 'FILE:1:2: the closing brace } is missing',
        fix: 'Look: channelmix-s3 lint FILE',
        names: ['docs/a.json', 'docs/b.json'],
      },
    ]);
  });

  const done = (...statuses: readonly FleetStatus[]) => {
    const tally = createFleetTally();
    for (const [index, status] of statuses.entries()) tally.add(result(`c${index}`, status));
    return tally;
  };

  it.each([
    [['passed', 'passed'], undefined, 0],
    [['passed', 'failed', 'unknown'], undefined, 1],
    [['passed', 'unknown'], undefined, 3],
    [['passed', 'invalid'], undefined, 3],
    [['passed', 'interrupted', 'failed'], 130, 130],
  ] as const)('of %j with signal %s is exit code %i', (statuses, signal, code) => {
    expect(fleetExitCode(done(...statuses).summary(statuses.length), signal)).toBe(code);
  });

  it('is worst where something was left behind, and incomplete where results are missing', () => {
    const tally = done('passed', 'failed');
    expect(fleetExitCode(done('passed').summary(2))).toBe(3);
    tally.add(result('left', 'passed', { leftBehind: true }));
    expect(fleetExitCode(tally.summary(3), 130)).toBe(4);
  });
});
