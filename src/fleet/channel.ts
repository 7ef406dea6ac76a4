/** Hands items from many producers to one reader; a producer waits until its item was taken, so nothing piles up. */
export interface Channel<T> {
  /** Resolves when the reader has taken the item, or has left. */
  readonly push: (item: T) => Promise<void>;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  /** What was pushed, in order. For one reader. */
  readonly items: () => AsyncGenerator<T, void, void>;
  /** The reader takes nothing any more, and nobody waits for it. */
  readonly leave: () => void;
}

/** A new channel. */
export function createChannel<T>(): Channel<T> {
  const waiting: { readonly item: T; readonly taken: () => void }[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let left = false;
  let wake: () => void = () => undefined;
  const finish = (how: { readonly error?: unknown }) => {
    ended ??= how;
    wake();
  };
  return {
    push: (item) =>
      left
        ? Promise.resolve()
        : new Promise((taken) => {
            waiting.push({ item, taken });
            wake();
          }),
    end: () => finish({}),
    fail: (error) => finish({ error }),
    items: async function* () {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          try {
            yield next.item;
          } finally {
            next.taken();
          }
        } else if (ended !== undefined) {
          if ('error' in ended) throw ended.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
    leave: () => {
      left = true;
      for (const { taken } of waiting.splice(0)) taken();
    },
  };
}
