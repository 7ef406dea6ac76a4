import type { AwsClients, Caller } from '../aws/index.ts';
import type { Cleanup, VerifyReport } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import { notesOnBucket } from './bucket-state.ts';
import { streamOf } from './channel.ts';
import { cleanUp } from './cleanup.ts';
import { clientNotes, endClientSession } from './client-session.ts';
import type { ClientWay } from './client-way.ts';
import type { RunContext } from './context.ts';
import { createRun, modeOf } from './create-run.ts';
import type { VerifyEvent } from './events.ts';
import { explainChecks } from './explain.ts';
import type { FoundJournal } from './journal-read.ts';
import { learnDocuments } from './learn-documents.ts';
import { leftovers } from './leftovers.ts';
import { notesOf } from './notes.ts';
import { isAbsent } from './outcome.ts';
import { type PlannedCheck, planChecks } from './plan.ts';
import { essentialPlan } from './plan-essential.ts';
import type { VerifyPorts } from './ports.ts';
import { findRegion, identifyCaller, learnOwner, learnOwnerByListing } from './prepare.ts';
import type { CheckRecord } from './record.ts';
import { reportHead } from './report-head.ts';
import { HEAD_START_MS, RUN_LIMIT_MS, startChecks } from './run-checks.ts';
import { sweepEarlierRuns } from './sweep-earlier.ts';
import { trustLeft } from './sweep-trust.ts';
import type { VerifyTarget } from './target.ts';

/** What to verify, and how patiently. */
export interface VerifyOptions {
  readonly target: VerifyTarget;
  /** Made by `createVerifyPorts`, for one run: it closes them. */
  readonly ports: VerifyPorts;
  /** How long changes in IAM are waited for, in milliseconds. Default 30 s; 0: the first answer stands. */
  readonly waitMs?: number;
  /** Aborted by the first interrupt: no further probe, cleanup, report. */
  readonly signal?: AbortSignal;
  /** Aborted by a second interrupt: everything that is under way stops, the cleanup too, and the report says what is left. */
  readonly stopCleanup?: AbortSignal;
  /** Where the run's journal lives, so that `sweep` finds what a killed run left. Default: in memory. */
  readonly state?: StatePlace;
  /** Clients of a third account, which must not be able to assume the role; with `thirdParty` of the target. */
  readonly thirdParty?: AwsClients;
  /** `essential`: only what has to work on every day. Default: all probes. */
  readonly probes?: 'essential';
  /** Who the caller is, where somebody asked already: ChannelMix, on the role way. */
  readonly caller?: Caller;
  /** Probe with the client's own credentials, as this plan of `planClientWay` says. The user has agreed to it. */
  readonly client?: ClientWay;
}

/** Where journals live, and what they say about how to get credentials again. */
export interface StatePlace {
  /** A folder, by `stateDirectory`. */
  readonly directory: string;
  readonly profile?: string | undefined;
  /** Journals of dead runs, where somebody who runs many has read them for all: they are looked through once, not by each run. */
  readonly dead?: readonly FoundJournal[];
}

/**
 * Exercises each permission of a grant and removes what that created. The report is the last event; a check's failure is an event, never an
 * error. Leaving the loop early interrupts the run, and cleans up, too.
 *
 * @throws KitError when the run cannot answer: credentials missing, expired or of the wrong account, no such bucket, no network
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<VerifyEvent, void, void> {
  try {
    yield* streamOf<VerifyEvent>((emit, left) => execute(options, left, emit));
  } finally {
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
  // What only makes the report better: where it fails, that is told after the cleanup.
  const orElse = <T, const E>(asked: Promise<T>, otherwise: E): Promise<T | E> =>
    asked.catch((error: unknown) => {
      fatal ??= error;
      return otherwise;
    });
  const prepared = prepare(run, caller);
  prepared.catch(stop);
  const ended = startChecks(run, plan.checks, prepared, stop);
  const askOwner = () => ownerOf(run, plan.checks, prepared, ended);
  // Whose the bucket is tells who may have refused something; of a thousand grants that work nobody has to ask.
  const ownerKnown = options.probes === 'essential' ? undefined : orElse(askOwner(), 'unknown');
  const earlier = orElse(sweepEarlierRuns(run, options.state, ended.get('assume-role') ?? prepared), []);
  const records = (await Promise.all(ended.values())).filter(({ outcome }) => !isAbsent(outcome));
  await prepared.catch(stop);
  const good = records.every(({ check, outcome }) => outcome.result === check.expect);
  const owner = await (ownerKnown ?? (good ? 'unknown' : orElse(askOwner(), 'unknown')));
  const stateNotes = await orElse(notesOnBucket(run, records), []);
  const learning = caller.then(
    (who) => orElse(learnDocuments(run, records, who, date), undefined),
    () => undefined,
  );
  const interrupted = user.aborted;
  const stopCleanup = options.stopCleanup ?? new AbortController().signal;
  const unwritten = new Set<string>();
  const remember = (error: unknown) =>
    unwritten.add(`${error instanceof Error ? error.message : String(error)}. The cleanup went on without it.`);
  const [removed, restored] = await Promise.all([
    orElse(cleanUp(run, interruptedFor(), stopCleanup, remember), undefined),
    orElse(endClientSession(run, interruptedFor(), stopCleanup), undefined),
  ]);
  const cleanup: Cleanup = {
    ...removed,
    ...run.tally.counts(),
    left: [...(removed?.left ?? entriesLeft(run)), ...(restored ?? statementLeft(run))],
  };
  const earlierNotes = await earlier;
  const learnt = await learning;
  // A disk that is full now: what is left is told all the same.
  await orElse(run.journal.close(), undefined);
  if (fatal !== undefined && !(interrupted && isInterrupt(fatal))) throw withLeftovers(fatal, cleanup.left);
  const who = await caller.catch((): Caller => ({ arn: 'unknown', account: 'unknown' }));
  const { checks, remedies } = explainChecks(run, records, owner, who, cleanup.remedy !== undefined, learnt);
  emit({
    type: 'report',
    report: {
      ...reportHead(options.target, { mode: modeOf(options), date, caller: who, host: run.caller.host }),
      ...(run.state.sessionArn === undefined ? {} : { sessionArn: run.state.sessionArn }),
      ...(run.state.region === undefined ? {} : { region: run.state.region }),
      bucketOwner: owner,
      ok: checks.every((check) => check.ok) && !interrupted,
      interrupted,
      ms: Math.round(ports.now() - began),
      notes: [
        ...clientNotes(run.client, cleanup),
        ...notesOf(options.target, checks),
        ...stateNotes,
        ...earlierNotes,
        ...unwritten,
      ],
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

/** What must be known before anything is sent to the bucket: the caller and the region. */
async function prepare(run: RunContext, caller: Promise<Caller>): Promise<void> {
  const [who, region] = await Promise.all([caller, findRegion(run)]);
  run.emit({ type: 'caller', ...who });
  run.state.account ??= who.account;
  if (region !== undefined) run.state.region = region;
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
  const open = run.client?.open ?? (assumed === undefined || assumed.outcome.result === 'allow');
  if (!ready || run.signal.aborted || !open) return 'unknown';
  await run.ports.sleep(HEAD_START_MS.single, run.signal);
  const owner = await learnOwner(run);
  if (owner !== 'unknown') return owner;
  const listing = checks.find(({ id }) => id === 'list-bucket');
  const listed = listing === undefined ? undefined : await ended.get(listing.node);
  if (run.signal.aborted || listed?.outcome.result !== 'allow') return 'unknown';
  return learnOwnerByListing(run, listed.check.prefix);
}

function isInterrupt(error: unknown): boolean {
  return error instanceof KitError && error.code === 'interrupted';
}

/** What a cleanup that broke off, as on a full disk, may have left: all that stands in the journal. */
function entriesLeft({ journal }: RunContext): Cleanup['left'] {
  return journal.entries().flatMap((entry) => leftovers(entry));
}

function statementLeft({ journal }: RunContext): Cleanup['left'] {
  const entry = journal.trust();
  return entry === undefined ? [] : [trustLeft(entry.roleArn, entry.sid)];
}

/** An error that ends the run must not hide what the run left. */
function withLeftovers(error: unknown, left: Cleanup['left']): unknown {
  if (left.length === 0) return error;
  const message = error instanceof KitError ? error.message : `this is a bug in channelmix-s3: ${String(error)}`;
  const commands = left.map(({ what, command }) => `  ${what}\n    ${command}`).join('\n');
  return new KitError('leftover', `${message}\nThis was left behind:\n${commands}`, { cause: error });
}
