import { Worker } from 'node:worker_threads';
import type { FleetAws, Runner, UnitOutcome } from './run-unit.ts';
import type { FleetUnit } from './units.ts';

/** What a thread is told. */
export type ToThread =
  | { readonly type: 'run'; readonly id: number; readonly unit: FleetUnit }
  | { readonly type: 'stop' | 'hurry' | 'close' };

/** What a thread answers. */
export interface FromThread {
  readonly id: number;
  readonly outcome: UnitOutcome;
}

/** Room for what is young in a thread, in MiB: answers of AWS live for milliseconds, and a larger nursery collects less often. */
const YOUNG_MIB = 48;
const OLD_MIB = 192;

/**
 * Runs units in a thread of its own: signing and parsing takes a processor most of the time, and one thread uses one. Loads in the
 * background; the environment is this process's.
 */
export function createThreadRunner(aws: FleetAws): Runner {
  const running = new Map<number, { readonly began: number; readonly settle: (outcome: UnitOutcome) => void }>();
  let count = 0;
  let broken: string | undefined;
  const thread = startThread(aws);
  thread.on('message', ({ id, outcome }: FromThread) => {
    running.get(id)?.settle(outcome);
    running.delete(id);
  });
  const fail = (reason: string) => {
    broken ??= reason;
    for (const { began, settle } of running.values()) settle(lost(broken, began));
    running.clear();
  };
  thread.on('error', (error: Error) => fail(error.message));
  thread.on('exit', (code) => fail(`exit code ${code}`));
  const tell = (message: ToThread) => thread.postMessage(message);
  return {
    run: (unit) =>
      new Promise((settle) => {
        const began = performance.now();
        if (broken !== undefined) {
          settle(lost(broken, began));
          return;
        }
        const id = count++;
        running.set(id, { began, settle });
        tell({ type: 'run', id, unit });
      }),
    stop: () => tell({ type: 'stop' }),
    hurry: () => tell({ type: 'hurry' }),
    close: async () => {
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      if (broken !== undefined) return;
      tell({ type: 'close' });
      await ended;
    },
  };
}

function lost(reason: string, began: number): UnitOutcome {
  return {
    error: {
      code: 'internal',
      message: `the thread that ran this ended (${reason})`,
      hint: 'What it left behind is removed by: channelmix-s3 sweep',
    },
    pace: 'good',
    ms: Math.round(performance.now() - began),
  };
}

function startThread(aws: FleetAws): Worker {
  const options = {
    workerData: aws,
    // As it is now: a thread would get the environment that the process began with.
    env: process.env,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB, maxOldGenerationSizeMb: OLD_MIB },
  };
  // Of the build it is a file beside this one; of the sources, TypeScript that needs its loader in each thread.
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./fleet-worker.js', import.meta.url), options);
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(code, { ...options, eval: true });
}
