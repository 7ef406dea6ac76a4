import type { Clock } from '../clock.ts';
import type { Use, Uses } from '../identity/uses.ts';

const DAY_MS = 86_400_000;

/** The time before a scenario begins. */
export interface Past {
  readonly uses: Uses;
  /** A use that many days before now. */
  readonly use: (daysAgo: number) => Use;
  /** Makes something that many days before now; without a number, when the world is made. */
  readonly at: <T>(daysAgo: number | undefined, make: () => T | Promise<T>) => Promise<T>;
}

/**
 * The past of a sandbox.
 *
 * @param now milliseconds since 1970 at which the scenario begins; the clock stands at the making of the world
 */
export function createPast(clock: Clock, uses: Uses, now: number, region: string): Past {
  return {
    uses,
    use: (daysAgo) => ({ at: new Date(now - daysAgo * DAY_MS), region }),
    at: async (daysAgo, make) => {
      if (daysAgo === undefined) return make();
      const ms = clock.now().getTime() - (now - daysAgo * DAY_MS);
      clock.advance(-ms);
      try {
        return await make();
      } finally {
        clock.advance(ms);
      }
    },
  };
}
