/** A queue between a run and whoever follows it. */
export interface Queue<T> {
  readonly push: (item: T) => void;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  /** What was pushed, in order; ends or throws as the run did. For one reader. */
  readonly items: () => AsyncGenerator<T, void, void>;
}

/** An unbounded queue: a run pushes some dozens of events. */
export function createQueue<T>(): Queue<T> {
  const items: T[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake: () => void = () => undefined;
  const finish = (how: { readonly error?: unknown }) => {
    ended ??= how;
    wake();
  };
  return {
    push: (item) => {
      items.push(item);
      wake();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    items: async function* () {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) {
          yield item;
          continue;
        }
        if (ended !== undefined) {
          if ('error' in ended) throw ended.error;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
