import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import pMap from 'p-map';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { FleetCommand, FleetMark, FleetResult, FleetStatus } from '../model/fleet.ts';
import { type FoundJournal, journalFolder, readJournals, streamOf, verifyExitCode } from '../verify/index.ts';
import { identifyCallers } from './callers.ts';
import { createLocalRunner, type FleetAws, type Runner, type UnitOutcome } from './run-unit.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createThreadRunner } from './threads.ts';
import { bucketOf, type FleetUnit } from './units.ts';

const COMMANDS: Readonly<Record<FleetUnit['job'], FleetCommand>> = { verify: 'fleet verify', audit: 'fleet audit' };

/** How a fleet is run. */
export interface FleetOptions extends FleetAws {
  /** What is under way at once, at most. Default 64. */
  readonly concurrency?: number | undefined;
  /** Threads, this one included. Default: one for every 50 units, up to the number of processors. */
  readonly threads?: number | undefined;
  /** The file that the units come from. */
  readonly fleet: FleetMark;
  /** The first interrupt: nothing new is begun; what is under way cleans up and is told as `interrupted`. */
  readonly signal?: AbortSignal;
  /** The second: cleanups end, too, and tell what is left. */
  readonly stopCleanup?: AbortSignal;
  /** Called when a run begins, for a display of progress. */
  readonly onStart?: () => void;
}

const DEFAULT_CONCURRENCY = 64;
/** How often a run that met throttling is tried, all in all. */
const MAX_TRIES = 5;
/** A thread of its own costs a quarter of a second and some 50 MiB. */
const UNITS_PER_THREAD = 50;
const MAX_THREADS = 8;

/**
 * Verifies or audits many grants: bounded in number, slower for the accounts that ask for it, and told as they end. Leaving the loop early
 * interrupts what is under way, and cleans up. A run that fails is a result, never an error.
 *
 * @throws KitError when roles cannot be tried at all: ChannelMix's credentials are missing or wrong (then nothing was begun), or have ended
 *   midway (then everything that was begun has been told)
 */
export async function* runUnits(
  units: readonly FleetUnit[],
  options: FleetOptions,
): AsyncGenerator<FleetResult, void, void> {
  const stopped = new AbortController();
  const { region, endpointUrl, waitMs, probes, stateDirectory, audit } = options;
  // No signal and no function: a thread is given a copy.
  const aws: FleetAws = { region, endpointUrl, waitMs, probes, stateDirectory, audit };
  const callers = await identifyCallers(units, aws, options.signal ?? stopped.signal);
  const dead = stateDirectory === undefined ? undefined : await deadJournals(stateDirectory);
  const runners = createRunners(units.length, options.threads, { ...aws, callers, dead });
  const stop = () => {
    stopped.abort('interrupted');
    for (const runner of runners) runner.stop();
  };
  const hurry = () => {
    for (const runner of runners) runner.hurry();
  };
  const release = [onAbort(options.signal, stop), onAbort(options.stopCleanup, hurry)];
  try {
    yield* streamOf<FleetResult>((push, left) => {
      left.addEventListener('abort', stop, { once: true });
      return execute(units, options, { runners, stopped: stopped.signal, stop, push });
    });
  } finally {
    for (const off of release) off();
    await Promise.all(runners.map((runner) => runner.close()));
  }
}

interface Execution {
  readonly runners: readonly Runner[];
  readonly stopped: AbortSignal;
  readonly stop: () => void;
  readonly push: (result: FleetResult) => Promise<void>;
}

async function execute(units: readonly FleetUnit[], options: FleetOptions, execution: Execution): Promise<void> {
  const schedule = createSchedule(units);
  const tries = new Map<string, number>();
  const loads = execution.runners.map((runner) => ({ runner, running: 0 }));
  const turn = createTurn();
  let running = 0;
  /** What ended the credentials that all roles are tried with. */
  let ended: UnitOutcome['error'];
  const runOne = async (unit: FleetUnit): Promise<void> => {
    const load = loads.reduce((least, one) => (one.running < least.running ? one : least));
    load.running++;
    const tried = (tries.get(unit.key) ?? 0) + 1;
    tries.set(unit.key, tried);
    options.onStart?.();
    const outcome = await load.runner.run(unit);
    load.running--;
    schedule.ended(unit, outcome.pace, performance.now());
    const again =
      outcome.pace !== 'good' && tried < MAX_TRIES && !leavesSomething(outcome) && !execution.stopped.aborted;
    if (again) schedule.again(unit);
    running--;
    turn.changed();
    if (again) return;
    tries.delete(unit.key);
    if (outcome.error?.code === 'credentials' && unit.job === 'verify' && unit.as === 'channelmix') {
      ended ??= outcome.error;
      execution.stop();
    }
    await execution.push(resultOf(unit, outcome, tried, options.fleet));
  };
  async function* inTurn(): AsyncGenerator<FleetUnit, void, void> {
    while (!execution.stopped.aborted) {
      const unit = schedule.next(performance.now());
      if (unit !== undefined) {
        running++;
        yield unit;
      } else if (running === 0 && schedule.waiting() === 0) return;
      else await turn.wait(schedule, execution.stopped);
    }
  }
  await pMap(inTurn(), runOne, { concurrency: options.concurrency ?? DEFAULT_CONCURRENCY });
  if (ended !== undefined) {
    const hint = `${ended.hint ?? ''}\nThen continue with --resume: what is done is not repeated.`.trim();
    throw new KitError('credentials', ended.message, { hint });
  }
}

/** Waits until a run has ended or a pause is over. */
function createTurn() {
  let wake: () => void = () => undefined;
  return {
    changed: () => wake(),
    wait: async (schedule: Schedule, signal: AbortSignal): Promise<void> => {
      const woken = new AbortController();
      const ended = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const at = schedule.wakeAt();
      const off = onAbort(signal, () => woken.abort());
      const pause = Math.max(1, (at ?? performance.now() + 1_000) - performance.now());
      // Rejects only when it is aborted.
      await Promise.race([ended, delay(pause, undefined, { signal: woken.signal }).catch(() => undefined)]);
      woken.abort();
      off();
    },
  };
}

/** Journals of runs that died, so that each run removes what is on its bucket. @throws KitError `state` where none can be written */
async function deadJournals(stateDirectory: string): Promise<readonly FoundJournal[]> {
  await journalFolder(stateDirectory);
  return (await readJournals(stateDirectory, Date.now())).dead;
}

function createRunners(units: number, threads: number | undefined, aws: FleetAws): readonly Runner[] {
  const worthWhile = Math.min(Math.ceil(units / UNITS_PER_THREAD), availableParallelism(), MAX_THREADS);
  const count = Math.max(1, threads ?? worthWhile);
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? createLocalRunner(aws, process.env) : createThreadRunner(aws),
  );
}

/** A run that left something behind is told at once: a second one would hide it. */
function leavesSomething({ report, error }: UnitOutcome): boolean {
  return (report?.cleanup.left.length ?? 0) > 0 || error?.code === 'leftover';
}

function resultOf(unit: FleetUnit, outcome: UnitOutcome, tries: number, fleet: FleetMark): FleetResult {
  const { report, audit, error, ms } = outcome;
  return {
    schemaVersion: SCHEMA_VERSION,
    command: COMMANDS[unit.job],
    key: unit.key,
    name: unit.name,
    bucket: bucketOf(unit),
    status: statusOf(unit, outcome),
    leftBehind: leavesSomething(outcome),
    at: new Date().toISOString(),
    ms,
    tries,
    fleet,
    ...(report === undefined ? {} : { report }),
    ...(audit === undefined ? {} : { audit: audit.report }),
    ...(error === undefined ? {} : { error }),
  };
}

function statusOf(unit: FleetUnit, { report, audit, error }: UnitOutcome): FleetStatus {
  if (report?.interrupted === true || error?.code === 'interrupted') return 'interrupted';
  if (audit !== undefined) return audit.status;
  if (report !== undefined) {
    if (report.ok) return 'passed';
    const code = verifyExitCode({ ...report, cleanup: { ...report.cleanup, left: [] } });
    return code === 1 ? 'failed' : 'unknown';
  }
  // A file that cannot be read answers nothing. AWS does: no bucket or role of that name.
  return error?.code === 'input' && !isOfFile(unit) ? 'failed' : 'unknown';
}

function isOfFile(unit: FleetUnit): boolean {
  return unit.job === 'audit' && unit.source.kind === 'file';
}

function onAbort(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) call();
  signal.addEventListener('abort', call, { once: true });
  return () => signal.removeEventListener('abort', call);
}
