/** Carries changes of IAM from the API, which sees them at once, to authorization, which may see them later. */
export interface Propagation {
  /** Applies a change for authorization, now or after the delay. Changes arrive in their order. */
  readonly schedule: (apply: () => void) => void;
  /** Applies what is due. Called before each decision. */
  readonly settle: () => void;
  /** Grows with every change that authorization has seen: what was computed before is stale. */
  readonly generation: () => number;
  /** Whether changes are still on their way. */
  readonly pending: () => number;
}

/** Propagation by a clock and a delay in milliseconds that may change. */
export function createPropagation(now: () => number, delayMs: () => number): Propagation {
  const queue: { readonly due: number; readonly apply: () => void }[] = [];
  let generation = 0;
  const settle = (): void => {
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
      settle();
    },
    settle,
    generation: () => generation,
    pending: () => queue.length,
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
  return {
    get: (key) => current.get(key),
    set: (key, value) => {
      current.set(key, value);
      propagation.schedule(() => effective.set(key, value));
    },
    delete: (key) => {
      current.delete(key);
      propagation.schedule(() => effective.delete(key));
    },
    values: () => current.values(),
    size: () => current.size,
    seen: (key) => effective.get(key),
  };
}
