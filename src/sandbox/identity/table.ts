/** Carries changes of IAM from the API, which sees them at once, to authorization, which may see them later. */
export interface Propagation {
  /** Applies a change for authorization, now or after the delay. Changes arrive in their order. */
  readonly schedule: (apply: () => void) => void;
  /** Applies what is due, and takes the next server's view. Called before each request. */
  readonly settle: () => void;
  /** Grows with every change that authorization has seen: what was computed before is stale. */
  readonly generation: () => number;
  /** Whether changes are still on their way. */
  readonly pending: () => number;
  /** Until when a change that arrives now is unknown to every second server, in milliseconds since 1970; `undefined` when all know it. */
  readonly flapsUntil: () => number | undefined;
  /** Whether this request is decided by a server that does not know changes which flap until that time. */
  readonly isBehind: (until: number) => boolean;
}

/** What delays changes, in milliseconds; both may change. */
export interface Delays {
  readonly delayMs: () => number;
  readonly flapMs: () => number;
}

/** Propagation by a clock and delays. */
export function createPropagation(now: () => number, { delayMs, flapMs }: Delays): Propagation {
  const queue: { readonly due: number; readonly apply: () => void }[] = [];
  let generation = 0;
  let flapping = 0;
  let behind = false;
  const arrive = (): void => {
    while (queue.length > 0) {
      const next = queue[0];
      // Without a delay nothing waits, not even what was scheduled under one.
      if (next === undefined || (next.due > now() && delayMs() > 0)) return;
      queue.shift();
      next.apply();
      generation += 1;
    }
  };
  return {
    schedule: (apply) => {
      const last = queue[queue.length - 1]?.due ?? 0;
      queue.push({ due: Math.max(last, now() + delayMs()), apply });
      arrive();
    },
    settle: () => {
      arrive();
      if (flapping === 0) return;
      if (now() >= flapping || flapMs() === 0) {
        flapping = 0;
        behind = false;
      } else behind = !behind;
      generation += 1;
    },
    generation: () => generation,
    pending: () => queue.length,
    flapsUntil: () => {
      const ms = flapMs();
      if (ms === 0) return undefined;
      flapping = Math.max(flapping, now() + ms);
      return now() + ms;
    },
    isBehind: (until) => behind && now() < until,
  };
}

/** Records by name, of which the API sees the newest and authorization the propagated state. Records are replaced, never changed. */
export interface Table<T> {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T) => void;
  readonly delete: (key: string) => void;
  readonly values: () => IterableIterator<T>;
  readonly size: () => number;
  /** What authorization sees. */
  readonly seen: (key: string) => T | undefined;
}

/** An empty table. */
export function createTable<T>(propagation: Propagation): Table<T> {
  const current = new Map<string, T>();
  const effective = new Map<string, T>();
  /** What servers see that are behind, and until when. */
  const before = new Map<string, { readonly value: T | undefined; readonly until: number }>();
  const arrive = (key: string, change: () => void): void => {
    const until = propagation.flapsUntil();
    if (until === undefined) before.delete(key);
    else before.set(key, { value: effective.get(key), until });
    change();
  };
  return {
    get: (key) => current.get(key),
    set: (key, value) => {
      current.set(key, value);
      propagation.schedule(() => arrive(key, () => effective.set(key, value)));
    },
    delete: (key) => {
      current.delete(key);
      propagation.schedule(() => arrive(key, () => effective.delete(key)));
    },
    values: () => current.values(),
    size: () => current.size,
    seen: (key) => {
      const stale = before.size === 0 ? undefined : before.get(key);
      return stale !== undefined && propagation.isBehind(stale.until) ? stale.value : effective.get(key);
    },
  };
}
