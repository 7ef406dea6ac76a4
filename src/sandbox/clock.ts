/** The sandbox's time. It runs with the clock that it was given; tests move it. */
export interface Clock {
  readonly now: () => Date;
  /** Moves the time on (or back, with a negative number) by milliseconds. */
  readonly advance: (ms: number) => void;
  /** Sets the time; it runs on from there. */
  readonly set: (time: Date) => void;
  /** Back to the clock that it was given. */
  readonly reset: () => void;
}

/** A clock over a source of milliseconds since 1970; `Date.now` by default. */
export function createClock(source: () => number = Date.now): Clock {
  let offset = 0;
  return {
    now: () => new Date(source() + offset),
    advance: (ms) => {
      offset += ms;
    },
    set: (time) => {
      offset = time.getTime() - source();
    },
    reset: () => {
      offset = 0;
    },
  };
}
