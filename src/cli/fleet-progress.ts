import type { FleetResult } from '../model/fleet.ts';
import { number } from '../report/fleet-text.ts';
import { formatMs } from '../report/verify-text.ts';
import type { Context } from './context.ts';

/** Shows how far a fleet is. */
export interface FleetProgress {
  readonly started: () => void;
  readonly ended: (result: FleetResult) => void;
  /** Takes the line off the terminal. */
  readonly close: () => void;
}

const REDRAW_MS = 100;
/** Off a terminal a log shows that the run is alive. */
const HEARTBEAT_MS = 30_000;

/**
 * Progress on stderr: one line that is redrawn on a terminal, with an estimate of what is left; elsewhere a line each 30 seconds.
 *
 * @param total units of this run
 */
export function createFleetProgress(total: number, context: Context): FleetProgress {
  const began = performance.now();
  const live = context.stderrIsTerminal && context.env.CI === undefined;
  let done = 0;
  let bad = 0;
  let running = 0;
  let last = Number.NEGATIVE_INFINITY;
  const line = () => {
    const elapsed = performance.now() - began;
    const estimate = done === 0 || elapsed < 2_000 ? '' : `, about ${formatMs((elapsed / done) * (total - done))} left`;
    const failed = bad === 0 ? '' : `, ${number(bad)} not good`;
    return `${number(done)} of ${number(total)} done${failed}, ${number(running)} under way${estimate}`;
  };
  const draw = (force: boolean) => {
    if (!live || (!force && performance.now() - last < REDRAW_MS)) return;
    last = performance.now();
    context.draw(`\r\u001B[K${line().slice(0, context.columns - 1)}`);
  };
  const heartbeat = live ? undefined : setInterval(() => context.note(line()), HEARTBEAT_MS);
  heartbeat?.unref();
  return {
    started: () => {
      running++;
      draw(false);
    },
    ended: (result) => {
      running = Math.max(0, running - result.tries);
      done++;
      if (result.status !== 'passed') bad++;
      draw(done === total);
    },
    close: () => {
      clearInterval(heartbeat);
      if (live && last > 0) context.draw('\r\u001B[K');
    },
  };
}
