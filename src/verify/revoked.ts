import { type AwsClients, type Caller, callAws, callerFrom } from '../aws/index.ts';
import type { Check, Diagnosis, VerifyReport } from '../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { streamOf } from './channel.ts';
import type { VerifyEvent } from './events.ts';
import type { Outcome } from './outcome.ts';
import type { VerifyPorts } from './ports.ts';
import { callerError, wrongAccount } from './prepare.ts';
import { bareCheck, type CheckRecord } from './record.ts';
import { reportHead } from './report-head.ts';
import { isUnknownKey, type Revocation, readRevocation, revocationsOf } from './revoked-calls.ts';
import type { VerifyTarget } from './target.ts';

/** What shall be proven gone, and how long the change may take to spread. */
export interface RevokedOptions {
  readonly target: VerifyTarget;
  /** Made by `createVerifyPorts`, for one run: it closes them. */
  readonly ports: VerifyPorts;
  /** How long an access that still works is asked again, in milliseconds. Default 30 s; 0: the first answer stands. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * IAM's servers learn of a change one after the other, so one refusal may be followed by a success: a second one after this time has to
 * agree. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const CONFIRM_MS = 2_000;
const POLL_MS = 2_000;

/**
 * Proves that access is gone after a teardown: assuming the role (or using the key) and reading are refused, twice, once the change has
 * spread. Nothing is written. The report is the last event. Leaving the loop early interrupts the run.
 *
 * @throws KitError when the run cannot answer: credentials missing, expired or of the wrong account, no network
 */
export async function* verifyRevoked(options: RevokedOptions): AsyncGenerator<VerifyEvent, void, void> {
  try {
    yield* streamOf<VerifyEvent>((emit, left) => prove(options, left, emit));
  } finally {
    options.ports.close();
  }
}

async function prove(options: RevokedOptions, left: AbortSignal, emit: (event: VerifyEvent) => void): Promise<void> {
  const signal = AbortSignal.any([left, ...(options.signal === undefined ? [] : [options.signal])]);
  const { target, ports, waitMs = 30_000 } = options;
  const date = ports.date().toISOString();
  const began = ports.now();
  const clients = ports.clients();
  const { host } = clients;
  const caller = await callerOf(target, clients, signal);
  const [sts, s3] = await Promise.all([clients.sts(), clients.s3()]);
  const revocations = revocationsOf(target, sts, s3, ports.newId());
  emit({ type: 'plan', checks: revocations.map(({ check }) => check) });
  emit({ type: 'caller', ...caller });
  const run = { way: target.way, ports, host, signal, until: began + waitMs, waitMs, emit };
  const checks = await Promise.all(
    revocations.map(async (revocation) => {
      const { node, id } = revocation.check;
      emit({ type: 'start', node, id });
      const record = await ask(revocation, run);
      const diagnosis = diagnosisOf(revocation, record.outcome);
      const check = { ...bareCheck(record), ...(diagnosis === undefined ? {} : { diagnosis }) };
      emit({ type: 'check', node, check });
      return check;
    }),
  );
  const interrupted = signal.aborted;
  const report: VerifyReport = {
    ...reportHead(target, { mode: target.way === 'role' ? 'channelmix' : 'key', date, caller, host }),
    expect: 'revoked',
    bucketOwner: 'unknown',
    ok: checks.every(({ ok }) => ok) && !interrupted,
    interrupted,
    ms: Math.round(ports.now() - began),
    notes: notesOf(target, checks),
    checks,
    remedies: [],
    cleanup: { created: 0, removed: 0, left: [] },
  };
  emit({ type: 'report', report });
}

/** Who asks: on the role way ChannelMix. A key that is refused is the best answer of all, and has no identity any more. */
async function callerOf(target: VerifyTarget, clients: AwsClients, signal: AbortSignal): Promise<Caller> {
  const sts = await clients.sts();
  const answer = await callAws((options) => sts.getCallerIdentity({}, options), { signal, host: clients.host });
  if (!answer.ok) {
    if (target.way === 'key' && isUnknownKey(answer.failure)) return { arn: 'unknown', account: 'unknown' };
    throw callerError(answer.failure, { target, caller: clients });
  }
  const { arn, account } = callerFrom(answer.value, clients.host);
  if (target.way === 'role' && account !== CHANNELMIX_ACCOUNT_ID) {
    throw wrongAccount(arn, 'show that the role refuses it');
  }
  return { arn, account };
}

/** Asks until two refusals agree, or until there is no time left for an access that still works. */
async function ask(
  { check, send }: Revocation,
  run: {
    readonly way: VerifyTarget['way'];
    readonly ports: VerifyPorts;
    readonly host: string;
    readonly signal: AbortSignal;
    readonly until: number;
    readonly waitMs: number;
    readonly emit: (event: VerifyEvent) => void;
  },
): Promise<CheckRecord> {
  const { ports, host, signal, waitMs } = run;
  const began = ports.now();
  let attempts = 0;
  let refusals = 0;
  for (let times = 0; ; times++) {
    const answer = await callAws(send, { signal, host });
    attempts += answer.attempts;
    const outcome = readRevocation(run.way, check, answer);
    refusals = outcome.result === 'deny' ? refusals + 1 : 0;
    const now = ports.now();
    const left = run.until - now;
    const again = outcome.result === 'deny' ? refusals < 2 && waitMs > 0 : outcome.result === 'allow' && left > 0;
    if (!again) {
      const ms = Math.round(now - began);
      return { check, outcome, ms, attempts, waited: { times, ms } };
    }
    const delayMs = outcome.result === 'deny' ? CONFIRM_MS : Math.min(POLL_MS, Math.ceil(left));
    if (outcome.result === 'allow') {
      run.emit({ type: 'retry', node: check.node, id: check.id, attempts, delayMs, code: 'StillAllowed', waitMs });
    }
    await ports.sleep(delayMs, signal);
  }
}

function diagnosisOf({ diagnosis }: Revocation, outcome: Outcome): Diagnosis | undefined {
  if (outcome.result === 'allow') return diagnosis;
  if (outcome.result !== 'error') return undefined;
  const { failure, note } = outcome;
  return {
    layer: failure.denial?.layer ?? 'unknown',
    evidence: 'aws',
    cause: `no proof: ${note ?? `${failure.code} is no refusal`}`,
    fix:
      failure.kind === 'denied'
        ? 'Use the credentials with which the access worked before.'
        : 'Run this again once the service or the network answers.',
  };
}

function notesOf({ way, bucket }: VerifyTarget, checks: readonly Check[]): readonly string[] {
  if (!checks.every(({ ok }) => ok)) return [];
  const isGone = checks.some(({ error }) => error?.code === 'NoSuchBucket');
  return [
    ...(isGone ? [`There is no bucket ${bucket} any more, or there never was: compare its name, too.`] : []),
    ...(way === 'role'
      ? [
          'AWS gives the same answer for a role that never existed, and to credentials that may assume none: compare the ARN with the one that worked, and use the credentials that worked.',
          'Sessions that began before the change last until they end, 12 hours at most, unless the role was deleted or lost its permissions.',
        ]
      : ['AWS gives the same answer for a key that never existed: compare its id with the one that worked.']),
    'S3 also refuses to read a key that does not exist to those who may not list: with both refused, nothing can be read that is not public by itself.',
  ];
}
