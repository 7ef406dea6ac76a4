import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { bucketOf, type FleetResults, type FleetState, findResults, openFleetState } from '../fleet/index.ts';
import { KitError } from '../model/errors.ts';
import { number } from '../report/fleet-text.ts';
import type { Context } from './context.ts';
import type { FleetArgs, FleetPlan } from './fleet-plan.ts';

/**
 * Opens the state file of a run, and says what an earlier run left in it.
 *
 * @throws KitError `input` for a file that the run reads or writes otherwise, or that holds anything but results of this fleet
 */
export async function openState(plan: FleetPlan, args: FleetArgs, context: Context): Promise<FleetState> {
  const { statePath, units, skipped, mark } = plan;
  await refuseOtherUse(plan, args);
  const entries = [...units.map((unit) => ({ key: unit.key, name: unit.name, bucket: bucketOf(unit) })), ...skipped];
  const state = await openFleetState(statePath, {
    resume: args.resume === true,
    command: `fleet ${args.action}`,
    fleet: mark,
    entries,
    named: args.state !== undefined,
  });
  const { done, oldest, before } = state;
  if (args.resume === true) {
    const since = oldest === undefined ? '' : `, the oldest of ${oldest}`;
    context.note(`${number(done.size)} of ${number(entries.length)} are done already${since}`);
  } else if (before > 0 && before < entries.length) {
    context.note(`an earlier run ended after ${number(before)} results; this one begins anew (--resume continues it)`);
  }
  return state;
}

/** What the run has saved so far. @throws KitError `state` when somebody wrote over it meanwhile: a report would be of another fleet */
export async function resultsOf({ statePath, mark }: FleetPlan): Promise<FleetResults> {
  const results = await findResults([statePath]).catch((cause: unknown) => {
    throw cause instanceof KitError ? replaced(statePath, cause) : cause;
  });
  if (results.fleet === undefined || results.fleet.id === mark.id) return results;
  throw replaced(statePath);
}

function replaced(path: string, cause?: KitError): KitError {
  const why = cause === undefined ? 'it has results of another fleet' : cause.message;
  return new KitError('state', `the state file ${path} was replaced during the run: ${why}`, {
    cause,
    hint: 'Its results cannot be told. Begin anew, with a file of its own in --state.',
  });
}

/** The state file is written over before much of the rest is read. */
async function refuseOtherUse({ statePath, inputs }: FleetPlan, args: FleetArgs): Promise<void> {
  const uses: readonly (readonly [string | undefined, string])[] = [
    [args.file, 'is the fleet file, too'],
    [args.accept, 'is named by --accept, too'],
    [args.out, 'is named by --out, too'],
    ...(args.former ?? []).map((path) => [path, 'is named by --former, too'] as const),
    ...inputs.map((path) => [path, 'is audited, too'] as const),
  ];
  const state = await realPlace(statePath);
  for (const [path, use] of uses) {
    if (path === undefined || (await realPlace(path)) !== state) continue;
    throw new KitError('input', `the state file ${statePath} ${use}`, { hint: 'Name another file with --state.' });
  }
}

/** Where a file is, or would be, whatever links lead there. */
function realPlace(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const folder = dirname(resolve(path));
    return join(await realpath(folder).catch(() => folder), basename(path));
  });
}
