import type { FleetUnit } from './units.ts';

/** What of a run concerns the speed: whose limit was hit, if any. */
export type Pace = 'good' | 'account-throttled' | 'caller-throttled';

/**
 * Decides which unit is next. Every account, and whoever assumes the roles, has a limit of its own: none at first; half of what was under
 * way when it answers with throttling, and one more after each round that went well. The others go on meanwhile.
 */
export interface Schedule {
  /** The next unit whose account has room, in the order of the fleet; `undefined` when there is none at the moment. */
  readonly next: (now: number) => FleetUnit | undefined;
  /** A unit that `next` gave has ended. */
  readonly ended: (unit: FleetUnit, pace: Pace, now: number) => void;
  /** Puts a unit back that shall be tried again. */
  readonly again: (unit: FleetUnit) => void;
  /** Units that have not been given out. */
  readonly waiting: () => number;
  /** When the first pause of those who wait ends; `undefined` when nobody is in a pause. */
  readonly wakeAt: () => number | undefined;
}

/** Additive increase, multiplicative decrease, as TCP has it. */
interface Lane {
  limit: number;
  running: number;
  /** Nothing is begun before this time. */
  notBefore: number;
  pauseMs: number;
  /** The last decrease: answers to what had begun before it say nothing new. */
  decreasedAt: number;
  readonly held: FleetUnit[];
}

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 16_000;
/** A burst of refusals is one sign, not many. */
const BURST_MS = 250;

/** A schedule for these units. Pure but for what it is told. */
export function createSchedule(units: readonly FleetUnit[]): Schedule {
  let cursor = 0;
  const ready: FleetUnit[] = [];
  const lanes = new Map<string, Lane>();
  /** Lanes that hold units back. */
  const holding = new Set<Lane>();

  const lane = (name: string): Lane => {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const fresh = {
      limit: Number.POSITIVE_INFINITY,
      running: 0,
      notBefore: 0,
      pauseMs: FIRST_PAUSE_MS,
      decreasedAt: Number.NEGATIVE_INFINITY,
      held: [],
    };
    lanes.set(name, fresh);
    return fresh;
  };
  const lanesOf = (unit: FleetUnit) => [lane(`account ${unit.account}`), lane(`caller ${unit.caller}`)];
  const hasRoom = ({ running, limit, notBefore }: Lane, now: number) => running < limit && now >= notBefore;
  const release = (one: Lane, now: number) => {
    const room = hasRoom(one, now) ? Math.floor(one.limit) - one.running : 0;
    const freed = one.held.splice(0, Math.max(0, room));
    ready.push(...freed);
    if (one.held.length === 0) holding.delete(one);
  };

  return {
    next: (now) => {
      for (const one of holding) release(one, now);
      for (;;) {
        const unit = ready.shift() ?? units[cursor++];
        if (unit === undefined) {
          cursor = units.length;
          return undefined;
        }
        const blocked = lanesOf(unit).find((one) => !hasRoom(one, now));
        if (blocked === undefined) {
          for (const one of lanesOf(unit)) one.running++;
          return unit;
        }
        blocked.held.push(unit);
        holding.add(blocked);
      }
    },
    ended: (unit, pace, now) => {
      const [account, caller] = lanesOf(unit);
      if (account === undefined || caller === undefined) return;
      const throttled = pace === 'good' ? undefined : pace === 'account-throttled' ? account : caller;
      if (throttled !== undefined) slowDown(throttled, now);
      for (const one of [account, caller]) {
        one.running--;
        if (pace === 'good') speedUp(one);
      }
    },
    again: (unit) => {
      ready.push(unit);
    },
    waiting: () => units.length - cursor + ready.length + [...holding].reduce((sum, { held }) => sum + held.length, 0),
    wakeAt: () => {
      const times = [...holding].map(({ notBefore }) => notBefore);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}

function slowDown(one: Lane, now: number): void {
  if (now - one.decreasedAt < BURST_MS) return;
  one.decreasedAt = now;
  one.limit = Math.max(1, Math.floor(Math.min(one.limit, one.running) / 2));
  one.notBefore = now + one.pauseMs;
  one.pauseMs = Math.min(LAST_PAUSE_MS, one.pauseMs * 2);
}

function speedUp(one: Lane): void {
  if (one.limit === Number.POSITIVE_INFINITY) return;
  one.limit += 1 / one.limit;
  one.pauseMs = Math.max(FIRST_PAUSE_MS, one.pauseMs / 2);
}
