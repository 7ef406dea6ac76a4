/** A call at one of its three moments: before its effect, after it and before the answer, and when the answer has been sent. */
export interface CallEvent {
  /** Counted from 1, from when the observer was added. */
  readonly call: number;
  readonly service: string;
  readonly operation: string;
  /** Access key id that signed it; absent for anonymous calls. */
  readonly accessKeyId: string | undefined;
  readonly phase: 'before' | 'after' | 'answered';
}

/**
 * Is told of each call. The call waits for the promise that it gives; `'drop'` closes the connection without an answer, before the effect
 * or after it. When the answer has been sent, nothing waits.
 */
export type CallObserver = (event: CallEvent) => undefined | 'drop' | Promise<undefined | 'drop'>;

/** Tells the observers of one call of one of its moments. */
export type ObservedCall = (phase: CallEvent['phase']) => Promise<'drop' | undefined>;

/** Everyone who watches the calls of a sandbox. */
export interface Observers {
  /** Adds an observer; gives a function that removes it. */
  readonly add: (observer: CallObserver) => () => void;
  /** Counts a call; `undefined` when nobody watches. */
  readonly begin: (call: Pick<CallEvent, 'service' | 'operation' | 'accessKeyId'>) => ObservedCall | undefined;
}

/** No observers yet. */
export function createObservers(): Observers {
  const entries = new Set<{ readonly observer: CallObserver; calls: number }>();
  return {
    add: (observer) => {
      const entry = { observer, calls: 0 };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    begin: (call) => {
      if (entries.size === 0) return undefined;
      const watching = [...entries].map((entry) => {
        entry.calls += 1;
        return { observer: entry.observer, number: entry.calls };
      });
      return async (phase) => {
        let outcome: 'drop' | undefined;
        for (const { observer, number } of watching) {
          const wish = await observer({ ...call, call: number, phase });
          outcome ??= wish;
        }
        return outcome;
      };
    },
  };
}
