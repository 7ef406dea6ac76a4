import type { AwsClients } from '../aws/index.ts';
import type { Cleanup, VerifyReport } from '../model/check.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { notesOnBucket } from './bucket-state.ts';
import { cleanUp } from './cleanup.ts';
import { createCalls, delayedSignal, type RunContext, type RunState } from './context.ts';
import type { VerifyEvent } from './events.ts';
import { explainChecks } from './explain.ts';
import { createMemoryJournal, type Journal } from './journal.ts';
import { openJournal } from './journal-file.ts';
import { createLimiter } from './limiter.ts';
import { notesOf } from './notes.ts';
import { isAbsent, type Outcome } from './outcome.ts';
import { type PlannedCheck, planChecks } from './plan.ts';
import { essentialPlan } from './plan-essential.ts';
import type { VerifyPorts } from './ports.ts';
import { type Caller, callerError, findRegion, identifyCaller, learnOwner, learnOwnerByListing } from './prepare.ts';
import { probeOf } from './probes/index.ts';
import { createQueue } from './queue.ts';
import { bareCheck, type CheckRecord, skippedRecord } from './record.ts';
import { sweepEarlierRuns } from './sweep-earlier.ts';
import { createTally } from './tally.ts';
import type { VerifyTarget } from './target.ts';

/** The whole run, cleanup excluded, in milliseconds. */
const RUN_LIMIT_MS = 300_000;

/**
 * The longest chain of requests has the processor first: probes with a chain of their own begin a moment later, and those that nothing
 * waits for so much later that both their requests and their answers fall into the time in which the chain waits.
 */
const HEAD_START_MS = { chain: 2, single: 12 } as const;
const BESIDE: Readonly<Record<string, keyof typeof HEAD_START_MS>> = {
  'special-keys': 'chain',
  'multipart-upload': 'chain',
  'put-object-kms': 'chain',
  'assume-role-default': 'single',
  'assume-role-12h': 'single',
  'list-bucket': 'single',
  'abort-multipart-upload': 'single',
};
/** Requests to S3 at once, below the sockets of a connector: one that waited for a socket would count as not connected. */
const MAX_REQUESTS = 40;

/** What to verify, and how patiently. */
export interface VerifyOptions {
  readonly target: VerifyTarget;
  /** Made by `createVerifyPorts`, for one run: it closes them. */
  readonly ports: VerifyPorts;
  /** How long changes in IAM are waited for, in milliseconds. Default 30 s; 0: the first answer stands. */
  readonly waitMs?: number;
  /** Aborted by the first interrupt: no further probe, cleanup, report. */
  readonly signal?: AbortSignal;
  /** Aborted by a second interrupt: the cleanup stops and the report says what is left. */
  readonly stopCleanup?: AbortSignal;
  /** Where the run's journal lives, so that `sweep` finds what a killed run left. Default: in memory. */
  readonly state?: StatePlace;
  /** Clients of a third account, which must not be able to assume the role; with `thirdParty` of the target. */
  readonly thirdParty?: AwsClients;
  /** `essential`: only what has to work on every day. Default: all probes. */
  readonly probes?: 'essential';
  /** Who the caller is, where somebody asked already: ChannelMix, on the role way. */
  readonly caller?: Caller;
}

/** Where journals live, and what they say about how to get credentials again. */
export interface StatePlace {
  /** A folder, by `stateDirectory`. */
  readonly directory: string;
  readonly profile?: string | undefined;
}

/**
 * Exercises each permission of a grant and removes what that created. The report is the last event; a check's failure is an event, never an
 * error. Leaving the loop early interrupts the run, and cleans up, too.
 *
 * @throws KitError when the run cannot answer: credentials missing, expired or of the wrong account, no such bucket, no network
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<VerifyEvent, void, void> {
  const queue = createQueue<VerifyEvent>();
  const left = new AbortController();
  const done = execute(options, left.signal, queue.push).then(queue.end, queue.fail);
  try {
    yield* queue.items();
  } finally {
    left.abort('left');
    await done;
    options.ports.close();
  }
}

/** Runs `verify` to its end. @throws KitError as `verify` does */
export async function collectReport(events: AsyncIterable<VerifyEvent>): Promise<VerifyReport> {
  let report: VerifyReport | undefined;
  for await (const event of events) if (event.type === 'report') report = event.report;
  if (report === undefined) throw new KitError('internal', 'the run ended without a report');
  return report;
}

async function execute(options: VerifyOptions, left: AbortSignal, emit: (event: VerifyEvent) => void): Promise<void> {
  const { ports } = options;
  const failure = new AbortController();
  const user = AbortSignal.any([left, ...(options.signal === undefined ? [] : [options.signal])]);
  const interruptedFor = stopwatch(user, ports);
  const signal = AbortSignal.any([user, failure.signal, AbortSignal.timeout(RUN_LIMIT_MS)]);
  const run = await createRun(options, signal, emit);
  const whole = planChecks(options.target);
  const plan = options.probes === 'essential' ? essentialPlan(whole) : whole;
  emit({ type: 'plan', checks: plan.checks });
  // Loads the SDK, so that the time of the run is that of its requests. What fails here fails again, with its reason, below.
  await Promise.allSettled([run.caller.sts(), run.caller.s3()]);
  const began = ports.now();
  const date = ports.date().toISOString();

  let fatal: unknown;
  const caller = options.caller === undefined ? identifyCaller(run) : Promise.resolve(options.caller);
  const stop = (error: unknown) => {
    fatal ??= error;
    failure.abort('failed');
  };
  const prepared = prepare(run, caller);
  prepared.catch(stop);
  const ended = startChecks(run, plan.checks, prepared, stop);
  const ownerKnown = ownerOf(run, plan.checks, prepared, ended);
  const earlier = sweepEarlierRuns(run, options.state?.directory, ended.get('assume-role') ?? prepared);
  const records = (await Promise.all(ended.values())).filter(({ outcome }) => !isAbsent(outcome));
  await prepared.catch(stop);
  const owner = await ownerKnown;
  const stateNotes = await notesOnBucket(run, records);

  const interrupted = user.aborted;
  const cleanup = await cleanUp(run, interruptedFor(), options.stopCleanup ?? new AbortController().signal);
  const earlierNotes = await earlier;
  await run.journal.close();
  if (fatal !== undefined && !(interrupted && isInterrupt(fatal))) throw withLeftovers(fatal, cleanup.left);
  const who = await caller.catch((): Caller => ({ arn: 'unknown', account: 'unknown' }));
  const { checks, remedies } = explainChecks(run, records, owner, who, cleanup.remedy !== undefined);
  emit({
    type: 'report',
    report: {
      schemaVersion: SCHEMA_VERSION,
      command: 'verify',
      mode: options.target.way === 'role' ? 'channelmix' : 'key',
      date,
      ...(options.target.roleArn === undefined ? {} : { roleArn: options.target.roleArn }),
      bucket: options.target.bucket,
      caller: who,
      ...(run.caller.host === 'AWS' ? {} : { endpoint: run.caller.host }),
      ...(run.state.sessionArn === undefined ? {} : { sessionArn: run.state.sessionArn }),
      ...(run.state.region === undefined ? {} : { region: run.state.region }),
      bucketOwner: owner,
      ok: checks.every((check) => check.ok) && !interrupted,
      interrupted,
      ms: Math.round(ports.now() - began),
      notes: [...notesOf(options.target, checks), ...stateNotes, ...earlierNotes],
      checks,
      remedies,
      cleanup,
    },
  });
}

/** How long ago, in milliseconds, a signal was aborted; `undefined` as long as it is not. */
function stopwatch(signal: AbortSignal, { now }: VerifyPorts): () => number | undefined {
  let since: number | undefined = signal.aborted ? now() : undefined;
  signal.addEventListener('abort', () => (since ??= now()), { once: true });
  return () => (since === undefined ? undefined : now() - since);
}

async function createRun(
  options: VerifyOptions,
  signal: AbortSignal,
  emit: (event: VerifyEvent) => void,
): Promise<RunContext> {
  const { target, ports } = options;
  const runId = ports.newId();
  const caller = ports.clients();
  const state: RunState = {
    settled: false,
    canaries: new Map(),
    outcomes: new Map(),
    endings: new Map(),
    ...(target.account === undefined ? {} : { account: target.account }),
  };
  let session: ReturnType<VerifyPorts['clients']> | undefined;
  return {
    target,
    runId,
    waitMs: options.waitMs ?? 30_000,
    ports,
    journal: await journalOf(options, runId, caller.host),
    tally: createTally(),
    state,
    emit,
    signal,
    writeSignal: delayedSignal(signal),
    caller,
    session: () => {
      session ??= ports.clients({
        ...(state.credentials === undefined ? {} : { credentials: state.credentials }),
        ...(state.region === undefined ? {} : { region: state.region }),
      });
      return session;
    },
    ...(options.thirdParty === undefined ? {} : { thirdParty: options.thirdParty }),
    ended: async (node) => state.endings.get(node),
    limit: createLimiter(MAX_REQUESTS),
  };
}

/** The journal is there before anything is created, or nothing is. */
async function journalOf({ target, ports, state }: VerifyOptions, runId: string, host: string): Promise<Journal> {
  if (state === undefined) return createMemoryJournal(ports.date);
  const { roleArn, account, bucket } = target;
  const facts = {
    runId,
    mode: target.way === 'role' ? ('channelmix' as const) : ('key' as const),
    bucket,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(account === undefined ? {} : { account }),
    ...(host === 'AWS' ? {} : { endpoint: host }),
    ...(state.profile === undefined ? {} : { profile: state.profile }),
  };
  return openJournal(state.directory, facts, ports.date);
}

/** What must be known before anything is sent to the bucket: the caller and the region. */
async function prepare(run: RunContext, caller: Promise<Caller>): Promise<void> {
  const [who, region] = await Promise.all([caller, findRegion(run)]);
  run.emit({ type: 'caller', ...who });
  run.state.account ??= who.account;
  if (region !== undefined) run.state.region = region;
}

/** Starts every check as soon as those that it waits for have ended. Never throws: errors that end the run go to `stop`. */
function startChecks(
  run: RunContext,
  checks: readonly PlannedCheck[],
  prepared: Promise<void>,
  stop: (error: unknown) => void,
): ReadonlyMap<string, Promise<CheckRecord>> {
  const ended = new Map<string, Promise<CheckRecord>>();
  const outcomeOf = async (node: string) => (await ended.get(node))?.outcome;
  const start = async (check: PlannedCheck): Promise<CheckRecord> => {
    // The role is assumed while the caller is asked who it is.
    if (check.id !== 'assume-role') await prepared.catch(() => undefined);
    const needed = await Promise.all(check.needs.map(outcomeOf));
    await Promise.all(check.after.map(outcomeOf));
    const beside = check.expect === 'deny' ? 'single' : BESIDE[check.id];
    if (beside !== undefined) await run.ports.sleep(HEAD_START_MS[beside], run.signal);
    const blocker = check.needs.find((_node, index) => needed[index]?.result !== 'allow');
    const made = await runCheck(run, check, blocker).catch((error: unknown): CheckRecord => {
      stop(error);
      return skippedRecord(check, 'the run failed');
    });
    const record = await withoutEcho(made, outcomeOf);
    run.state.outcomes.set(check.node, record.outcome);
    if (check.id === 'assume-role') endOnCallerFault(run, record.outcome, stop);
    run.emit({ type: 'check', node: check.node, check: bareCheck(record) });
    return record;
  };
  for (const check of checks) {
    const record = start(check);
    ended.set(check.node, record);
    run.state.endings.set(
      check.node,
      record.then(({ outcome }) => outcome),
    );
  }
  return ended;
}

/** A refusal that another check has met, too, is told by that one. */
async function withoutEcho(
  record: CheckRecord,
  outcomeOf: (node: string) => Promise<Outcome | undefined>,
): Promise<CheckRecord> {
  const { check, outcome } = record;
  if (outcome.result !== 'deny' || check.echoes === undefined) return record;
  const other = await outcomeOf(check.echoes);
  if (other?.result !== 'deny') return record;
  return { ...record, outcome: { result: 'skipped', note: blockedBy(check.echoes) } };
}

function blockedBy(node: string): string {
  return `needs ${node.split('#')[0]}, which did not succeed`;
}

async function runCheck(run: RunContext, check: PlannedCheck, blocker: string | undefined): Promise<CheckRecord> {
  if (run.signal.aborted) return skippedRecord(check, isTimeout(run.signal) ? OUT_OF_TIME : 'interrupted');
  if (blocker !== undefined) return skippedRecord(check, blockedBy(blocker));
  run.emit({ type: 'start', node: check.node, id: check.id });
  const began = run.ports.now();
  const calls = createCalls(run, check);
  const ended = await probeOf(check.id)(run, check, calls);
  const late = ended.result === 'skipped' && isTimeout(run.signal);
  const outcome: Outcome = late ? { result: 'skipped', note: OUT_OF_TIME } : ended;
  return {
    check,
    outcome,
    ms: Math.round(run.ports.now() - began),
    attempts: calls.attempts(),
    waited: calls.waited(),
  };
}

/** Credentials that STS does not take say nothing about the role. */
function endOnCallerFault(run: RunContext, outcome: Outcome, stop: (error: unknown) => void): void {
  if (outcome.result !== 'error') return;
  if (['credentials', 'expired', 'clock-skew'].includes(outcome.failure.kind)) stop(callerError(outcome.failure, run));
}

/** Whether role or key and bucket share an account, asked beside the checks. */
async function ownerOf(
  run: RunContext,
  checks: readonly PlannedCheck[],
  prepared: Promise<void>,
  ended: ReadonlyMap<string, Promise<CheckRecord>>,
): Promise<VerifyReport['bucketOwner']> {
  const ready = await prepared.then(
    () => true,
    () => false,
  );
  const assumed = await ended.get('assume-role');
  if (!ready || run.signal.aborted || (assumed !== undefined && assumed.outcome.result !== 'allow')) return 'unknown';
  await run.ports.sleep(HEAD_START_MS.single, run.signal);
  const owner = await learnOwner(run);
  if (owner !== 'unknown') return owner;
  const listing = checks.find(({ id }) => id === 'list-bucket');
  const listed = listing === undefined ? undefined : await ended.get(listing.node);
  if (run.signal.aborted || listed?.outcome.result !== 'allow') return 'unknown';
  return learnOwnerByListing(run, listed.check.prefix);
}

const OUT_OF_TIME = `the run took longer than ${RUN_LIMIT_MS / 1_000} s`;

/** Whether the run's own limit ended it. */
function isTimeout(signal: AbortSignal): boolean {
  return signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
}

function isInterrupt(error: unknown): boolean {
  return error instanceof KitError && error.code === 'interrupted';
}

/** An error that ends the run must not hide what the run left. */
function withLeftovers(error: unknown, left: Cleanup['left']): unknown {
  if (left.length === 0 || !(error instanceof KitError)) return error;
  const commands = left.map(({ what, command }) => `  ${what}\n    ${command}`).join('\n');
  return new KitError('leftover', `${error.message}\nThis was left behind:\n${commands}`, { cause: error });
}
