/** Requests to S3 at once, below the sockets of a connector: one that waited for a socket would count as not connected. */
export const MAX_REQUESTS = 40;

/** Runs tasks, at most so many at once; the others wait for their turn, in order. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * A limiter.
 *
 * @param most how many tasks run at once
 */
export function createLimiter(most: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    // Whoever ends hands its place on, so `running` stays as it is for those who have waited.
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
