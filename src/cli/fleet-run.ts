import { setFlagsFromString } from 'node:v8';
import {
  createFleetTally,
  type FleetResults,
  type FleetState,
  type FleetUnit,
  fleetExitCode,
  runUnits,
} from '../fleet/index.ts';
import { KitError } from '../model/errors.ts';
import type { FleetResult, FleetSummary } from '../model/fleet.ts';
import { fleetLine } from '../report/fleet-ndjson.ts';
import { number } from '../report/fleet-text.ts';
import { stateDirectory } from '../verify/index.ts';
import type { Context } from './context.ts';
import { readDuration } from './duration.ts';
import { signalExitCode } from './errors.ts';
import { formerResults, withTrend } from './fleet-audit.ts';
import { printFleet } from './fleet-output.ts';
import { type FleetArgs, type FleetPlan, planFleet } from './fleet-plan.ts';
import { createFleetProgress } from './fleet-progress.ts';
import { resumeCommand } from './fleet-resume.ts';
import { openState, resultsOf } from './fleet-state.ts';

/**
 * Garbage that may gather before it is looked for, in percent of what lives. By itself V8 lets it grow to three times as much, as long as
 * there is memory: what a thousand verifies leave would stay until their end.
 */
const GARBAGE_PERCENT = 50;

/** Verifies or audits a fleet. Returns the exit code. @throws KitError `input` and `usage` before anything is begun */
export async function runFleet(args: FleetArgs, context: Context): Promise<number> {
  const settings = {
    concurrency: readCount(args.concurrency, '--concurrency', 1_000),
    threads: readCount(args.threads, '--threads', 64),
    waitMs: readDuration(args.wait ?? '0', '--wait'),
  };
  const former = args.former === undefined ? undefined : await formerResults(args.former);
  const plan = await planFleet(args, context);
  const state = await openState(plan, args, context);
  if (args.action === 'verify') setFlagsFromString(`--heap-growing-percent=${GARBAGE_PERCENT}`);
  try {
    return await runPlan(args, { plan, state, settings, former }, context);
  } finally {
    await state.close();
  }
}

interface Settings {
  readonly concurrency: number | undefined;
  readonly threads: number | undefined;
  readonly waitMs: number;
}

async function runPlan(
  args: FleetArgs,
  run: {
    readonly plan: FleetPlan;
    readonly state: FleetState;
    readonly settings: Settings;
    readonly former: FleetResults | undefined;
  },
  context: Context,
): Promise<number> {
  const { plan, state, settings, former } = run;
  const { mark } = plan;
  const tally = createFleetTally(`fleet ${args.action}`);
  const left = plan.units.filter(({ key }) => !state.done.has(key));
  const live = args.output === 'ndjson' && args.out === undefined;
  const take = (result: FleetResult) => {
    tally.add(result);
    if (live) context.out(fleetLine(result));
  };
  if (state.done.size > 0) for await (const result of (await resultsOf(plan)).read()) take(result);
  const saves = createSaves(state);
  const notDone = new Map(left.map((unit) => [unit.key, unit]));
  for (const result of plan.skipped.filter(({ key }) => !state.done.has(key))) {
    take(result);
    saves.add(result);
  }
  const progress = createFleetProgress(left.length, context);
  let failure: unknown;
  try {
    const results = runUnits(left, {
      ...settings,
      region: args.region,
      endpointUrl: args['endpoint-url'],
      probes: args.probes ?? 'essential',
      stateDirectory: stateDirectory(context.env),
      fleet: mark,
      audit: plan.audit,
      signal: saves.orInterrupt(context.signal),
      stopCleanup: context.hurry,
      onStart: progress.started,
    });
    for await (const bare of results) {
      const result = await withTrend(bare, former);
      saves.add(result);
      take(result);
      if (result.status !== 'interrupted') notDone.delete(result.key);
      progress.ended(result);
    }
  } catch (error) {
    failure = error;
  } finally {
    progress.close();
  }
  await saves.settled();
  const summary = tally.summary(plan.units.length + plan.skipped.length, []);
  await print(args, plan, summary, live, context);
  tellRest([...notDone.values()], args, context);
  if (failure !== undefined && summary.left.length === 0) throw failure;
  return fleetExitCode(summary, context.signal.aborted ? signalExitCode(context.signal) : undefined);
}

async function print(
  args: FleetArgs,
  plan: FleetPlan,
  summary: FleetSummary,
  live: boolean,
  context: Context,
): Promise<void> {
  if (live) return;
  const results = await resultsOf(plan);
  const output = { format: args.output, out: args.out, force: args.force };
  await printFleet(results, summary, output, { file: plan.title, date: new Date(), context });
}

/** What was not done, and how to go on. */
function tellRest(rest: readonly FleetUnit[], args: FleetArgs, context: Context): void {
  if (rest.length === 0) return;
  const names = rest.slice(0, 10).map(({ name }) => name);
  const more = rest.length > names.length ? ` and ${number(rest.length - names.length)} more` : '';
  context.note(`not done: ${names.join(', ')}${more}`);
  context.note(`Next: ${resumeCommand(args)}`);
}

/** Results on their way to the disk; when it is full, the run stops rather than to go on without a memory. */
function createSaves(state: FleetState) {
  const failed = new AbortController();
  let failure: unknown;
  let last: Promise<void> = Promise.resolve();
  return {
    add: (result: FleetResult) => {
      last = state.append(result).catch((error: unknown) => {
        failure ??= error;
        failed.abort('state');
      });
    },
    orInterrupt: (signal: AbortSignal) => AbortSignal.any([signal, failed.signal]),
    settled: async () => {
      await last;
      if (failure !== undefined) throw failure;
    },
  };
}

function readCount(text: string | undefined, flag: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new KitError('usage', `${flag} ${JSON.stringify(text)} is not a number from 1 to ${most}`, {
    hint: `Write it as ${flag} 16.`,
  });
}
