import { describe, expect, it } from 'vitest';
import type { FleetUnit } from '../../src/fleet/index.ts';
import { createSchedule, type Schedule } from '../../src/fleet/schedule.ts';
import { readVerifyTarget } from '../../src/verify/index.ts';

function unit(name: string, account = '111122223333'): FleetUnit {
  const roleArn = `arn:aws:iam::${account}:role/${name}`;
  const target = readVerifyTarget({ roleArn, bucket: `${name}-data` });
  return {
    job: 'verify',
    key: name,
    name,
    bucket: target.bucket,
    target,
    as: 'channelmix',
    account,
    caller: 'profile ',
  };
}

const units = (count: number, account?: string, prefix = 'a') =>
  Array.from({ length: count }, (_, index) => unit(`${prefix}${index}`, account));

/** Everything that may begin at this time. */
function drain(schedule: Schedule, now: number): FleetUnit[] {
  const begun: FleetUnit[] = [];
  for (let next = schedule.next(now); next !== undefined; next = schedule.next(now)) begun.push(next);
  return begun;
}

describe('a schedule', () => {
  it('gives out everything in order while nobody asks to slow down', () => {
    const schedule = createSchedule(units(20));
    expect(drain(schedule, 0).map(({ name }) => name)).toEqual(units(20).map(({ name }) => name));
    expect(schedule.waiting()).toBe(0);
  });

  it('halves what an account has under way when it answers with throttling, after a pause', () => {
    const schedule = createSchedule(units(100));
    const begun = Array.from({ length: 16 }, () => schedule.next(0) as FleetUnit);
    for (const [index, one] of begun.entries()) schedule.ended(one, index === 0 ? 'account-throttled' : 'good', 10);
    expect(drain(schedule, 10)).toHaveLength(0);
    expect(schedule.wakeAt()).toBe(510);
    // Half of 16, and what the 15 that went well have added since.
    const next = drain(schedule, 510);
    expect(next.length).toBeGreaterThanOrEqual(8);
    expect(next.length).toBeLessThanOrEqual(10);
  });

  it('takes a burst of refusals for one', () => {
    const schedule = createSchedule(units(100));
    const begun = Array.from({ length: 16 }, () => schedule.next(0) as FleetUnit);
    for (const one of begun) schedule.ended(one, 'account-throttled', 10);
    expect(drain(schedule, 10_000)).toHaveLength(8);
  });

  it('adds one for each round that goes well', () => {
    const schedule = createSchedule(units(1_000));
    const begun = Array.from({ length: 8 }, () => schedule.next(0) as FleetUnit);
    for (const one of begun) schedule.ended(one, 'account-throttled', 0);
    const sizes = [1_000, 2_000, 3_000].map((now) => {
      const round = drain(schedule, now);
      for (const one of round) schedule.ended(one, 'good', now);
      return round.length;
    });
    expect(sizes).toEqual([4, 5, 6]);
  });

  it('never stops for good: one at a time, with a pause of 16 s at most', () => {
    const schedule = createSchedule(units(50));
    let now = 0;
    let done = 0;
    let longest = 0;
    while (schedule.waiting() > 0) {
      const next = schedule.next(now);
      if (next === undefined) {
        const wake = schedule.wakeAt() ?? Number.NaN;
        longest = Math.max(longest, wake - now);
        now = wake;
        continue;
      }
      schedule.ended(next, 'account-throttled', now);
      done++;
    }
    expect(done).toBe(50);
    expect(longest).toBe(16_000);
  });

  it('slows no other account down', () => {
    const schedule = createSchedule([...units(50, '111122223333', 'a'), ...units(50, '444455556666', 'b')]);
    const slow = schedule.next(0) as FleetUnit;
    schedule.ended(slow, 'account-throttled', 0);
    const begun = drain(schedule, 1);
    expect(begun.map(({ account }) => account)).toEqual(Array.from({ length: 50 }, () => '444455556666'));
    expect(schedule.waiting()).toBe(49);
  });

  it('slows all roles down that the throttled caller assumes', () => {
    const schedule = createSchedule([...units(5, '111122223333', 'a'), ...units(5, '444455556666', 'b')]);
    schedule.ended(schedule.next(0) as FleetUnit, 'caller-throttled', 0);
    expect(drain(schedule, 1)).toEqual([]);
    expect(drain(schedule, 500)).toHaveLength(1);
  });

  it('gives a unit that is put back out again', () => {
    const schedule = createSchedule(units(1));
    const one = schedule.next(0) as FleetUnit;
    schedule.ended(one, 'account-throttled', 0);
    schedule.again(one);
    expect(schedule.next(1)).toBeUndefined();
    expect(schedule.next(600)).toBe(one);
  });
});
