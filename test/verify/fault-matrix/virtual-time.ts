import { setMaxListeners } from 'node:events';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { VerifyPorts } from '../../../src/verify/index.ts';
import { intercepted } from './transport.ts';

/** A run's time that passes only when it sleeps, and then at once. The sandbox's clock goes with it. */
export interface VirtualTime {
  readonly ports: VerifyPorts;
  /** Milliseconds since the beginning. */
  readonly elapsed: () => number;
  readonly end: () => void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop without a request under way, after which nobody is about to send one. */
const QUIET_TURNS = 4;

/** Virtual time for one run: when no request is under way, the next sleeper wakes. */
export function createVirtualTime(sandbox: Sandbox, ports: VerifyPorts): VirtualTime {
  let elapsed = 0;
  let inFlight = 0;
  let quiet = 0;
  const sleepers = new Set<Sleeper>();
  const turn = (): void => {
    quiet = inFlight === 0 ? quiet + 1 : 0;
    const next = [...sleepers].sort((one, other) => one.at - other.at)[0];
    if (quiet < QUIET_TURNS || next === undefined) return;
    quiet = 0;
    sandbox.clock.advance(next.at - elapsed);
    elapsed = next.at;
    next.wake();
  };
  const timer = setInterval(turn, 1);
  const watched = intercepted(ports, async (_request, send) => {
    inFlight += 1;
    try {
      return await send();
    } finally {
      inFlight -= 1;
    }
  });
  return {
    ports: {
      ...watched,
      now: () => elapsed,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const wake = () => {
            sleepers.delete(sleeper);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          const sleeper = { at: elapsed + ms, wake };
          sleepers.add(sleeper);
          setMaxListeners(0, signal);
          if (signal.aborted) wake();
          else signal.addEventListener('abort', wake, { once: true });
        }),
    },
    elapsed: () => elapsed,
    end: () => clearInterval(timer),
  };
}
