import {
  type AwsClients,
  type AwsCredentials,
  CALL_LIMIT_MS,
  type CallResult,
  callAws,
  type S3,
  type STS,
} from '../aws/index.ts';
import type { Failure } from '../model/failure.ts';
import type { BucketFacts, Encryption } from './bucket-state.ts';
import type { ClientRun } from './client-session.ts';
import type { VerifyEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { Limiter } from './limiter.ts';
import type { Outcome } from './outcome.ts';
import { mayPass, patienceDelay, patienceLeft } from './patience.ts';
import type { PlannedCheck } from './plan.ts';
import type { VerifyPorts } from './ports.ts';
import type { Tally } from './tally.ts';
import type { VerifyTarget } from './target.ts';

/** How long a write that is under way when the user interrupts may still take, so that it is known whether it happened. */
const WRITE_GRACE_MS = 5_000;
/** How long the calls of one check may go without an answer, one after the other. */
const SILENCE_MS = 45_000;

/** A probe object below one prefix. */
export interface Canary {
  readonly entryId: string;
  readonly key: string;
  readonly body: string;
  /** What is put over it; as long as the first. */
  readonly nextBody: string;
}

/** What the probes learn and later ones use. */
export interface RunState {
  credentials?: AwsCredentials;
  sessionArn?: string;
  region?: string;
  /** Account of the role or of the key. */
  account?: string;
  /** When anything first failed as new things in IAM do. */
  firstFailure?: number;
  /** A call to S3 was allowed. */
  settled: boolean;
  /** Below each prefix: the refusal to delete, where that was asked before anything was put (`--careful`). */
  refusedDeletions?: Map<string, Promise<Failure | undefined>>;
  /** Object Lock would keep a probe object: nothing is put. */
  locked?: boolean;
  /** How the bucket encrypts what is put without a word about it, by its answer to the first put. */
  encryption?: Encryption;
  /** The settings of the bucket, where somebody could read them. */
  bucketFacts?: Promise<BucketFacts>;
  /** A call that offered to pay was allowed, where all others were refused. */
  requesterPays?: true;
  readonly canaries: Map<string, Canary>;
  readonly outcomes: Map<string, Outcome>;
  /** Every check of the plan by its node, from its start on. */
  readonly endings: Map<string, Promise<Outcome>>;
}

/** How often and how long a check waited for a change in IAM to spread. */
export interface Waited {
  readonly times: number;
  readonly ms: number;
}

/** The run that probes belong to. */
export interface RunContext {
  readonly target: VerifyTarget;
  readonly runId: string;
  readonly waitMs: number;
  readonly ports: VerifyPorts;
  readonly journal: Journal;
  /** Only what has to work on every day, by as few calls as show it. */
  readonly probes?: 'essential';
  readonly tally: Tally;
  readonly state: RunState;
  readonly emit: (event: VerifyEvent) => void;
  /** Aborted by the user, by the end of the run's time, or by an error that ends the run. */
  readonly signal: AbortSignal;
  /** The same some seconds later, or with a second interrupt: for calls that create or remove. */
  readonly writeSignal: AbortSignal;
  /** The clients of the caller. */
  readonly caller: AwsClients;
  /** The clients of the role's session, or of the key. Only after the role was assumed. */
  readonly session: () => AwsClients;
  /** Clients of an account that must not be able to assume the role. */
  readonly thirdParty?: AwsClients;
  /** How another check of the plan ended, once it has. Never of one that waits for the asking one. */
  readonly ended: (node: string) => Promise<Outcome | undefined>;
  /** Bounds the requests to S3 that are under way at once. */
  readonly limit: Limiter;
  /** The probes run with the client's own credentials. */
  readonly client?: ClientRun;
}

type Send<C, T> = (client: C, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** The calls of one check: counted, and repeated while a change in IAM may still be spreading. */
export interface CheckCalls {
  /** A call to S3 that only reads; an interrupt ends it at once. */
  readonly read: <T>(send: Send<S3, T>) => Promise<CallResult<T>>;
  /** A call to S3 that creates or removes; an interrupt lets it end, a second one does not. */
  readonly write: <T>(send: Send<S3, T>) => Promise<CallResult<T>>;
  /** A call to STS as the caller, or with the clients that are given. */
  readonly sts: <T>(send: Send<STS, T>, clients?: AwsClients) => Promise<CallResult<T>>;
  /** A call to S3 that is made once and not counted: for what confirms another call. */
  readonly look: <T>(send: Send<S3, T>) => Promise<CallResult<T>>;
  /** 1 and the repetitions so far, the client's own included and those of `look` left out; 0 before anything was sent. */
  readonly attempts: () => number;
  readonly waited: () => Waited;
}

/** A probe: makes the calls of one check and says how they ended. Never throws for what AWS answers. */
export type Probe = (run: RunContext, check: PlannedCheck, calls: CheckCalls) => Promise<Outcome>;

/**
 * The signal of writes: follows the given one after a grace period.
 *
 * @param stop ends the grace period at once
 */
export function delayedSignal(signal: AbortSignal, stop?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const follow = () => {
    setTimeout(() => controller.abort(signal.reason), WRITE_GRACE_MS).unref();
  };
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return stop === undefined ? controller.signal : AbortSignal.any([controller.signal, stop]);
}

/** The calls for one check. */
export function createCalls(run: RunContext, check: PlannedCheck): CheckCalls {
  /** Requests beyond the first of each call. */
  let repeated = 0;
  let sent = false;
  let times = 0;
  let firstFailure: number | undefined;
  let lastFailure = 0;
  let silentMs = 0;

  /** A call within what is left to the check for calls that nobody answers. */
  async function inTime<T>(call: (limitMs: number) => Promise<CallResult<T>>): Promise<CallResult<T>> {
    const left = SILENCE_MS - silentMs;
    if (left <= 0) return unanswered();
    const began = run.ports.now();
    const result = await call(Math.min(left, CALL_LIMIT_MS));
    if (!result.ok && result.failure.kind === 'timeout') silentMs += run.ports.now() - began;
    return result;
  }

  async function patient<T>(call: () => Promise<CallResult<T>>, service: 's3' | 'sts'): Promise<CallResult<T>> {
    for (let repetition = 0; ; repetition++) {
      if (run.signal.aborted) return interrupted();
      const result = await call();
      sent = true;
      repeated += result.attempts - 1;
      if (result.ok) {
        if (service === 's3') run.state.settled = true;
        return result;
      }
      // ChannelMix's own credentials are not new: when STS does not know them, waiting does not help.
      const old = service === 'sts' && run.target.way === 'role' && result.failure.kind === 'credentials';
      if (old || !mayPass(result.failure, check.expect)) return result;
      const now = run.ports.now();
      run.state.firstFailure ??= now;
      firstFailure ??= now;
      lastFailure = now;
      const settled = service === 's3' && run.state.settled;
      const left = patienceLeft({
        waitMs: run.waitMs,
        now,
        firstFailure: run.state.firstFailure,
        ownFirstFailure: firstFailure,
        settled,
      });
      if (left <= 0) return result;
      const delayMs = Math.min(patienceDelay(repetition, run.ports.random), Math.ceil(left));
      run.emit({
        type: 'retry',
        node: check.node,
        id: check.id,
        attempts: repeated + 1,
        delayMs,
        code: result.failure.code,
        waitMs: run.waitMs,
      });
      await run.ports.sleep(delayMs, run.signal);
      times++;
      repeated++;
    }
  }

  const s3 = async <T>(send: Send<S3, T>, signal: AbortSignal): Promise<CallResult<T>> => {
    const clients = run.session();
    const client = await clients.s3();
    const { host } = clients;
    return run.limit(() => inTime((limitMs) => callAws((options) => send(client, options), { signal, host, limitMs })));
  };
  return {
    read: (send) => patient(() => s3(send, run.signal), 's3'),
    write: (send) => patient(() => s3(send, run.writeSignal), 's3'),
    look: (send) => s3(send, run.signal),
    sts: (send, clients = run.caller) =>
      patient(async () => {
        const client = await clients.sts();
        const { signal } = run;
        const { host } = clients;
        return inTime((limitMs) => callAws((options) => send(client, options), { signal, host, limitMs }));
      }, 'sts'),
    attempts: () => (sent ? 1 + repeated : 0),
    waited: () => ({ times, ms: firstFailure === undefined ? 0 : Math.round(lastFailure - firstFailure) }),
  };
}

function interrupted<T>(): CallResult<T> {
  return {
    ok: false,
    attempts: 0,
    failure: { kind: 'interrupted', code: 'Interrupted', message: 'the run was interrupted', attempts: 0 },
  };
}

function unanswered<T>(): CallResult<T> {
  const message = `the calls of this check went without an answer for ${SILENCE_MS / 1_000} s`;
  return { ok: false, attempts: 0, failure: { kind: 'timeout', code: 'OutOfTime', message, attempts: 0 } };
}
