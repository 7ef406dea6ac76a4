import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { invalidClients, MAX_FLEET_BYTES, readFleet } from '../documents/read-fleet.ts';
import {
  auditUnits,
  countResults,
  createFleetTally,
  type FleetAudit,
  type FleetResults,
  type FleetState,
  type FleetUnit,
  fileUnits,
  findResults,
  fleetExitCode,
  fleetUnits,
  inShard,
  missingSecrets,
  openFleetState,
  readShard,
  runUnits,
  type Shard,
  skippedResults,
} from '../fleet/index.ts';
import { KitError } from '../model/errors.ts';
import type { FleetMark, FleetResult, FleetSummary, InvalidClient } from '../model/fleet.ts';
import type { AccessLevel } from '../model/grant.ts';
import { shellWord } from '../model/shell.ts';
import { fleetLine } from '../report/fleet-ndjson.ts';
import { number } from '../report/fleet-text.ts';
import { stateDirectory } from '../verify/index.ts';
import { readAcceptedFile } from './audit-files.ts';
import type { Context } from './context.ts';
import { readDuration } from './duration.ts';
import { signalExitCode } from './errors.ts';
import { auditFiles, formerResults, withTrend } from './fleet-audit.ts';
import { type FleetOutput, printFleet } from './fleet-output.ts';
import { createFleetProgress } from './fleet-progress.ts';

/** What `fleet verify` or `fleet audit` was asked. */
export interface FleetArgs {
  readonly action: 'verify' | 'audit';
  /** The fleet file; of an audit also files with what was read before. */
  readonly file?: string | undefined;
  readonly files: readonly string[];
  readonly concurrency?: string | undefined;
  readonly threads?: string | undefined;
  readonly resume: boolean;
  readonly state?: string | undefined;
  readonly shard?: string | undefined;
  readonly 'skip-invalid': boolean;
  readonly as?: 'channelmix' | 'simulate' | undefined;
  readonly probes: 'essential' | 'all';
  readonly wait: string;
  readonly access?: AccessLevel | undefined;
  readonly 'fail-on': FleetAudit['failOn'];
  readonly accept?: string | undefined;
  readonly 'last-accessed': boolean;
  readonly former?: readonly string[] | undefined;
  readonly output: FleetOutput['format'];
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}

/** What is to be done, before anything is. */
interface FleetPlan {
  readonly units: readonly FleetUnit[];
  readonly skipped: readonly FleetResult[];
  readonly mark: FleetMark;
  readonly statePath: string;
  /** What the units come from, for titles. */
  readonly title: string;
  readonly audit: FleetAudit | undefined;
}

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
    waitMs: readDuration(args.wait, '--wait'),
  };
  const former = args.former === undefined ? undefined : await formerResults(args.former);
  const plan = await planFleet(args, context);
  const state = await openState(plan, args.resume, context);
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
  if (state.done.size > 0) for await (const result of (await findResults([plan.statePath])).read()) take(result);
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
      probes: args.probes,
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
  const results = await findResults([plan.statePath]);
  const output = { format: args.output, out: args.out, force: args.force };
  await printFleet(results, summary, output, { file: plan.title, date: new Date(), context });
}

/** What was not done, and how to go on. */
function tellRest(rest: readonly FleetUnit[], args: FleetArgs, context: Context): void {
  if (rest.length === 0) return;
  const names = rest.slice(0, 10).map(({ name }) => name);
  const more = rest.length > names.length ? ` and ${number(rest.length - names.length)} more` : '';
  context.note(`not done: ${names.join(', ')}${more}`);
  const shard = args.shard === undefined ? '' : ` --shard ${args.shard}`;
  const state = args.state === undefined ? '' : ` --state ${args.state}`;
  const source = args.file === undefined ? args.files.map(shellWord).join(' ') : `-f ${shellWord(args.file)}`;
  context.note(`Next: channelmix-s3 fleet ${args.action} ${source}${shard}${state} --resume`);
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

async function planFleet(args: FleetArgs, context: Context): Promise<FleetPlan> {
  const shard = args.shard === undefined ? undefined : readShard(args.shard, context.env);
  const audit = args.action === 'verify' ? undefined : await auditSettings(args);
  const source = await readSource(args, audit, context);
  const mine = ({ name }: { readonly name: string }) => shard === undefined || inShard(name, shard);
  const units = source.units.filter(mine);
  const missing = missingSecrets(units, context.env);
  if (missing.length > 0) {
    throw new KitError('credentials', `these environment variables are not set: ${missing.slice(0, 20).join(', ')}`, {
      hint: `${source.title} names them with "secretEnv" as the place of secrets. Nothing was started.`,
    });
  }
  const mark: FleetMark = {
    id: hash(source.content).slice(0, 16),
    size: source.units.length + source.invalid.length,
    ...(shard === undefined ? {} : { shard: `${shard.index}/${shard.count}` }),
  };
  const { title } = source;
  return {
    units,
    skipped: skippedResults(source.invalid.filter(mine), `fleet ${args.action}`, mark, new Date()),
    mark,
    statePath: args.state ?? defaultState(title, source.path, args.action, shard, context),
    title,
    audit,
  };
}

/** Where the units come from: a fleet file, or files with what was read before. */
interface FleetSource {
  readonly units: readonly FleetUnit[];
  readonly invalid: readonly InvalidClient[];
  /** What another fleet has another of. */
  readonly content: string;
  readonly title: string;
  /** What the state file is named after. */
  readonly path: string;
}

async function readSource(args: FleetArgs, audit: FleetAudit | undefined, context: Context): Promise<FleetSource> {
  const { file, profile, region } = args;
  const settings = hash(JSON.stringify(audit ?? {}));
  if (file === undefined) {
    const files = await auditFiles(args.files);
    const paths = files.map(({ path }) => path);
    const title = args.files.length === 1 ? (args.files[0] ?? '') : `${args.files.length} files`;
    return {
      units: fileUnits(files, args.access ?? 'minimal', { settings }),
      invalid: [],
      content: paths.join('\n'),
      title,
      path: paths.map((path) => resolve(path)).join('\n'),
    };
  }
  const text = await readFleetText(file);
  const { clients, invalid } = readFleet(text, file);
  if (invalid.length > 0 && !args['skip-invalid']) throw invalidClients(file, invalid);
  const defaults = { profile, region, endpointUrl: args['endpoint-url'] ?? context.env.AWS_ENDPOINT_URL };
  const units =
    audit === undefined
      ? fleetUnits(clients, { ...defaults, as: args.as })
      : auditUnits(clients, { ...defaults, settings });
  return { units, invalid, content: text, title: file, path: resolve(file) };
}

async function auditSettings(args: FleetArgs): Promise<FleetAudit> {
  const accepted = args.accept === undefined ? [] : await readAcceptedFile(args.accept);
  return { failOn: args['fail-on'], lastAccessed: args['last-accessed'], accepted };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A file of its own for each fleet file and shard, in the user's folder for state. */
function defaultState(
  title: string,
  path: string,
  action: FleetArgs['action'],
  shard: Shard | undefined,
  context: Context,
): string {
  const part = shard === undefined ? '' : `-${shard.index}-of-${shard.count}`;
  const name = basename(title).replace(/[^\w.-]/g, '_');
  const job = action === 'verify' ? '' : '-audit';
  return join(stateDirectory(context.env), 'fleet', `${name}-${hash(path).slice(0, 12)}${job}${part}.ndjson`);
}

async function openState(plan: FleetPlan, resume: boolean, context: Context): Promise<FleetState> {
  const { statePath, units, skipped, mark } = plan;
  if (!resume) {
    const before = await countResults(statePath).catch(() => 0);
    if (before > 0 && before < units.length + skipped.length) {
      context.note(
        `an earlier run ended after ${number(before)} results; this one begins anew (--resume continues it)`,
      );
    }
  }
  const keys = new Set([...units, ...skipped].map(({ key }) => key));
  const state = await openFleetState(statePath, resume, keys, mark);
  if (resume) {
    const since = state.oldest === undefined ? '' : `, the oldest of ${state.oldest}`;
    context.note(`${number(state.done.size)} of ${number(keys.size)} are done already${since}`);
  }
  return state;
}

function readCount(text: string | undefined, flag: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new KitError('usage', `${flag} ${JSON.stringify(text)} is not a number from 1 to ${most}`, {
    hint: `Write it as ${flag} 16.`,
  });
}

/** The text of a fleet file; reads a byte more than the reader accepts, which says that it is too much. @throws KitError `input` */
async function readFleetText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_FLEET_BYTES })) chunks.push(chunk as Buffer);
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
    };
    throw new KitError('input', `cannot read ${path}: ${reasons[code] ?? code}`, { cause });
  }
}
