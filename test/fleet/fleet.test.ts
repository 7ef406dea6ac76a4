import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFleet } from '../../src/documents/read-fleet.ts';
import { type FleetOptions, type FleetUnit, fleetUnits, runUnits } from '../../src/fleet/index.ts';
import { fleetVerify } from '../../src/fleet/library.ts';
import type { FleetResult } from '../../src/model/fleet.ts';
import { leavesNothing } from '../verify/helpers.ts';
import { entryOf, type FleetHouse, startFleet } from './setup.ts';

let house: FleetHouse;
const saved = { ...process.env };

beforeAll(async () => {
  house = await startFleet(6, { 2: 'external-id', 4: 'no-bucket' });
  Object.assign(process.env, house.env);
});
afterAll(async () => {
  process.env = saved;
  await house.close();
});

function unitsOf(text = readFileSync(house.file, 'utf8')): readonly FleetUnit[] {
  return fleetUnits(readFleet(text, 'fleet.yaml').clients);
}

async function run(units: readonly FleetUnit[], options: Partial<FleetOptions> = {}): Promise<FleetResult[]> {
  const results: FleetResult[] = [];
  const fleet = { id: 'test', size: units.length };
  for await (const result of runUnits(units, { waitMs: 0, fleet, ...options })) results.push(result);
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const statuses = (results: readonly FleetResult[]) =>
  Object.fromEntries(results.map(({ name, status }) => [name, status]));

const EXPECTED = {
  'client-0': 'passed',
  'client-1': 'passed',
  'client-2': 'failed',
  'client-3': 'passed',
  'client-4': 'failed',
  'client-5': 'passed',
};

describe('a fleet', () => {
  it.each([1, 2])('is verified with %i threads, each bucket once, and leaves nothing', async (threads) => {
    const results = await leavesNothing(house.sandbox, () => run(unitsOf(), { threads }));
    expect(statuses(results)).toEqual(EXPECTED);
    const sick = results.find(({ name }) => name === 'client-2');
    expect(sick?.report?.checks.find(({ ok }) => !ok)?.diagnosis?.layer).toBe('trust');
    expect(results.find(({ name }) => name === 'client-4')?.error?.code).toBe('input');
  });

  it('makes all probes when asked to, and otherwise those that matter every day', async () => {
    const [unit] = unitsOf();
    const few = await run(unit === undefined ? [] : [unit]);
    const all = await run(unit === undefined ? [] : [unit], { probes: 'all' });
    const ids = few[0]?.report?.checks.map(({ id }) => id) ?? [];
    expect(ids).toEqual([
      'assume-role',
      'put-object',
      'get-object',
      'list-bucket',
      'delete-object',
      'denied:s3:ListAllMyBuckets',
      'denied:s3:GetBucketPolicy',
    ]);
    expect(all[0]?.report?.checks.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, 'special-keys']));
    expect(all[0]?.status).toBe('passed');
  });

  it('tries a run that met throttling again, slower', async () => {
    const remove = house.sandbox.faults.add('throttle=s3:PutObject,at=1,times=8');
    try {
      const results = await run(unitsOf().filter(({ name }) => ['client-0', 'client-1', 'client-3'].includes(name)));
      expect(statuses(results)).toEqual({ 'client-0': 'passed', 'client-1': 'passed', 'client-3': 'passed' });
      expect(results.some(({ tries }) => tries > 1)).toBe(true);
    } finally {
      remove();
    }
  });

  it('stops when interrupted: nothing new is begun, what is under way cleans up', async () => {
    const remove = house.sandbox.faults.add('latency=30ms');
    try {
      const controller = new AbortController();
      const results = await leavesNothing(house.sandbox, () =>
        run(unitsOf(), {
          concurrency: 2,
          signal: controller.signal,
          onStart: () => setTimeout(() => controller.abort('SIGINT'), 100),
        }),
      );
      expect(results.length).toBeLessThanOrEqual(2);
      expect(results.every(({ status }) => status === 'interrupted')).toBe(true);
    } finally {
      remove();
    }
  });

  it('cleans up when its reader leaves early', async () => {
    await leavesNothing(house.sandbox, async () => {
      for await (const result of runUnits(unitsOf(), { waitMs: 0, concurrency: 2, fleet: { id: 'a', size: 6 } })) {
        expect(result.name).toMatch(/^client-/);
        break;
      }
    });
  });

  it('begins nothing when nobody is logged in as ChannelMix', async () => {
    process.env.AWS_ACCESS_KEY_ID = '111122223333';
    process.env.AWS_SECRET_ACCESS_KEY = '111122223333';
    try {
      await expect(run(unitsOf())).rejects.toThrow('only account 031871504755 (ChannelMix) can try roles');
    } finally {
      Object.assign(process.env, house.env);
    }
  });

  it('gives an entry another key when anything in it changes', () => {
    const one = unitsOf(`clients:\n${entryOf('a')}`)[0]?.key;
    expect(unitsOf(`clients:\n${entryOf('b')}${entryOf('a')}`)[1]?.key).toBe(one);
    for (const more of ['    prefix: x/\n', '    access: full\n', '    region: eu-west-1\n', '    profile: p\n'])
      expect(unitsOf(`clients:\n${entryOf('a')}${more}`)[0]?.key).not.toBe(one);
  });

  it('as a library takes clients, parts and what is done already', async () => {
    const { clients } = readFleet(readFileSync(house.file, 'utf8'), 'fleet.yaml');
    const done = new Set(unitsOf().flatMap(({ name, key }) => (name === 'client-0' ? [key] : [])));
    const results: FleetResult[] = [];
    for (const index of [1, 2, 3]) {
      for await (const result of fleetVerify(clients, { waitMs: 0, done, shard: { index, count: 3 } }))
        results.push(result);
    }
    const { 'client-0': _done, ...rest } = EXPECTED;
    expect(statuses(results)).toEqual(rest);
    expect(new Set(results.map(({ fleet }) => `${fleet.id} ${fleet.size}`)).size).toBe(1);
  });
});
