/** Hands items from many producers to one reader; a producer waits until its item was taken, so nothing piles up. */
interface Channel<T> {
  /** Resolves when the reader has taken the item, or has left. */
  readonly push: (item: T) => Promise<void>;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  /** What was pushed, in order. For one reader. */
  readonly items: () => AsyncGenerator<T, void, void>;
  /** The reader takes nothing any more, and nobody waits for it. */
  readonly leave: () => void;
}

/**
 * What a run tells, as it comes. `left` is aborted at the end and when the loop is left early, which waits for the run's end.
 *
 * @param run tells by `push`; what it throws, the stream throws
 */
export async function* streamOf<T>(
  run: (push: Channel<T>['push'], left: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, void> {
  const channel = createChannel<T>();
  const left = new AbortController();
  const done = run(channel.push, left.signal).then(channel.end, channel.fail);
  try {
    yield* channel.items();
  } finally {
    left.abort('left');
    channel.leave();
    await done;
  }
}

/** A new channel. */
function createChannel<T>(): Channel<T> {
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
