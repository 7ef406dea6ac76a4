import { type AwsClients, type CallResult, callAws } from '../aws/index.ts';
import { bucketArn, objectArn } from '../model/arn.ts';
import type { Check, CheckId, Diagnosis, VerifyReport } from '../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID, PROBE_FOLDER, SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import { shellWord } from '../model/shell.ts';
import type { VerifyEvent } from './events.ts';
import type { PlannedCheck } from './plan.ts';
import type { VerifyPorts } from './ports.ts';
import { type Caller, callerError } from './prepare.ts';
import { createQueue } from './queue.ts';
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
const SESSION_SECONDS = 900;

/** One call that has to be refused. */
interface Revocation {
  readonly check: PlannedCheck;
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
  readonly host: string;
  readonly diagnosis: Pick<Diagnosis, 'layer' | 'cause' | 'fix'> & { readonly command?: string };
}

type Answer =
  | { readonly result: 'allow' }
  | { readonly result: 'deny' | 'error' | 'skipped'; readonly failure: Failure };

/**
 * Proves that access is gone after a teardown: assuming the role (or using the key) and reading are refused, twice, once the change has
 * spread. Nothing is written. The report is the last event.
 *
 * @throws KitError when the run cannot answer: credentials missing, expired or of the wrong account, no network
 */
export async function* verifyRevoked(options: RevokedOptions): AsyncGenerator<VerifyEvent, void, void> {
  const queue = createQueue<VerifyEvent>();
  const done = prove(options, queue.push).then(queue.end, queue.fail);
  try {
    yield* queue.items();
  } finally {
    await done;
    options.ports.close();
  }
}

async function prove(options: RevokedOptions, emit: (event: VerifyEvent) => void): Promise<void> {
  const { target, ports, waitMs = 30_000 } = options;
  const signal = options.signal ?? new AbortController().signal;
  const date = ports.date().toISOString();
  const began = ports.now();
  const clients = ports.clients();
  const caller = await callerOf(target, clients, signal);
  const revocations = await revocationsOf(target, ports, clients);
  emit({ type: 'plan', checks: revocations.map(({ check }) => check) });
  emit({ type: 'caller', ...caller });
  const checks = await Promise.all(
    revocations.map(async (revocation) => {
      const { node, id } = revocation.check;
      emit({ type: 'start', node, id });
      const check = await ask(revocation, { ports, signal, until: began + waitMs, waitMs, emit });
      emit({ type: 'check', node, check });
      return check;
    }),
  );
  const report = reportOf(target, clients, caller, checks, signal.aborted);
  emit({ type: 'report', report: { ...report, date, ms: Math.round(ports.now() - began) } });
}

function reportOf(
  target: VerifyTarget,
  clients: AwsClients,
  caller: Caller,
  checks: readonly Check[],
  interrupted: boolean,
): Omit<VerifyReport, 'date' | 'ms'> {
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'verify',
    mode: target.way === 'role' ? 'channelmix' : 'key',
    expect: 'revoked',
    ...(target.roleArn === undefined ? {} : { roleArn: target.roleArn }),
    bucket: target.bucket,
    caller,
    ...(clients.host === 'AWS' ? {} : { endpoint: clients.host }),
    bucketOwner: 'unknown',
    ok: checks.every(({ ok }) => ok) && !interrupted,
    interrupted,
    notes: notesOf(target, checks),
    checks,
    remedies: [],
    cleanup: { created: 0, removed: 0, left: [] },
  };
}

/** Who asks: on the role way ChannelMix. A key that is refused is the best answer of all, and has no identity any more. */
async function callerOf(target: VerifyTarget, clients: AwsClients, signal: AbortSignal): Promise<Caller> {
  const sts = await clients.sts();
  const answer = await callAws((options) => sts.getCallerIdentity({}, options), { signal, host: clients.host });
  if (!answer.ok) {
    if (target.way === 'key' && isUnknownKey(answer.failure)) return { arn: 'unknown', account: 'unknown' };
    throw callerError(answer.failure, { target, caller: clients });
  }
  const { Arn: arn = 'unknown', Account: account = 'unknown' } = answer.value;
  if (target.way === 'role' && account !== CHANNELMIX_ACCOUNT_ID) {
    throw new KitError(
      'credentials',
      `credentials of the wrong account: these are ${arn}, and only account ${CHANNELMIX_ACCOUNT_ID} (ChannelMix) can show that the role refuses it`,
      { hint: "Use ChannelMix's credentials: --profile NAME, or the AWS_* variables." },
    );
  }
  return { arn, account };
}

async function revocationsOf(
  target: VerifyTarget,
  ports: VerifyPorts,
  clients: AwsClients,
): Promise<readonly Revocation[]> {
  const { roleArn, bucket, partition } = target;
  const [sts, s3] = await Promise.all([clients.sts(), clients.s3()]);
  const planned = (action: string, resource: string, prefix: string, index: number): PlannedCheck => ({
    node: `denied:${action}${index === 0 ? '' : `#${index + 1}`}`,
    id: `denied:${action}` satisfies CheckId,
    action,
    resource,
    expect: 'deny',
    needs: [],
    after: [],
    prefix,
  });
  const { host } = clients;
  const direct = target.way === 'role' ? 'ChannelMix without the role' : 'the key';
  const reading = (what: string): Revocation['diagnosis'] => ({
    layer: target.way === 'role' ? 'bucket-policy' : 'identity',
    cause: `${direct} may still ${what} bucket ${bucket}`,
    fix:
      target.way === 'role'
        ? `In the policy of bucket ${bucket}, remove every statement whose principal is account ${CHANNELMIX_ACCOUNT_ID} or everybody.`
        : 'Delete the access key, then its user.',
  });
  const first: Revocation =
    roleArn === undefined
      ? {
          check: planned('sts:GetCallerIdentity', '*', '', 0),
          send: (options) => sts.getCallerIdentity({}, options),
          host,
          diagnosis: {
            layer: 'credentials',
            cause: 'the access key is still active',
            fix: 'Delete the access key, then its user: a key without permissions is still a key.',
          },
        }
      : {
          check: planned('sts:AssumeRole', roleArn, '', 0),
          send: (options) =>
            sts.assumeRole(
              {
                RoleArn: roleArn,
                RoleSessionName: `channelmix-revoked-${ports.newId().slice(0, 16)}`,
                DurationSeconds: SESSION_SECONDS,
              },
              options,
            ),
          host,
          diagnosis: {
            layer: 'trust',
            cause: `account ${CHANNELMIX_ACCOUNT_ID} can still assume the role`,
            fix: `Delete the role, or remove account ${CHANNELMIX_ACCOUNT_ID} from its trust policy. If that was done less than a minute ago, run this again with --wait 2m.`,
            command: `aws iam get-role --role-name ${shellWord(roleArn.split('/').at(-1) ?? '')}`,
          },
        };
  const folders = target.prefixes.length === 0 ? [''] : target.prefixes;
  return [
    first,
    ...folders.map(
      (prefix, index): Revocation => ({
        check: planned('s3:ListBucket', bucketArn(partition, bucket), prefix, index),
        send: (options) =>
          s3.listObjectsV2({ Bucket: bucket, MaxKeys: 1, ...(prefix === '' ? {} : { Prefix: prefix }) }, options),
        host,
        diagnosis: reading('list'),
      }),
    ),
    ...folders.map((prefix, index): Revocation => {
      const key = `${prefix}${PROBE_FOLDER}${ports.newId()}`;
      return {
        check: planned('s3:GetObject', objectArn(partition, bucket, `${prefix}*`), prefix, index),
        send: (options) => s3.getObject({ Bucket: bucket, Key: key }, options),
        host,
        diagnosis: reading('read objects of'),
      };
    }),
  ];
}

/** Asks until two refusals agree, or until there is no time left for an access that still works. */
async function ask(
  revocation: Revocation,
  run: {
    readonly ports: VerifyPorts;
    readonly signal: AbortSignal;
    readonly until: number;
    readonly waitMs: number;
    readonly emit: (event: VerifyEvent) => void;
  },
): Promise<Check> {
  const { check } = revocation;
  const { ports, signal } = run;
  const began = ports.now();
  let attempts = 0;
  let refusals = 0;
  for (;;) {
    const answered = await callAws(revocation.send, { signal, host: revocation.host });
    attempts += answered.attempts;
    const answer = read(check, answered);
    refusals = answer.result === 'deny' ? refusals + 1 : 0;
    const left = run.until - ports.now();
    const sure = refusals === 2 || (refusals === 1 && run.waitMs === 0);
    if (sure || answer.result === 'error' || answer.result === 'skipped' || (answer.result === 'allow' && left <= 0)) {
      return checkOf(revocation, answer, Math.round(ports.now() - began), attempts);
    }
    const delayMs = answer.result === 'deny' ? CONFIRM_MS : Math.min(POLL_MS, Math.ceil(left));
    if (answer.result === 'allow') {
      const { node, id } = check;
      run.emit({ type: 'retry', node, id, attempts, delayMs, code: 'StillAllowed', waitMs: run.waitMs });
    }
    await ports.sleep(delayMs, signal);
  }
}

/** A missing key shows that reading is allowed; a missing bucket, that there is nothing to read any more. */
function read(check: PlannedCheck, answer: CallResult<unknown>): Answer {
  if (answer.ok) return { result: 'allow' };
  const { failure } = answer;
  if (failure.kind === 'interrupted') return { result: 'skipped', failure };
  if (failure.kind === 'denied' || isUnknownKey(failure)) return { result: 'deny', failure };
  if (failure.kind === 'not-found')
    return failure.code === 'NoSuchBucket' ? { result: 'deny', failure } : { result: 'allow' };
  return { result: check.action.startsWith('s3:') && failure.kind === 'acl' ? 'deny' : 'error', failure };
}

/** A key that was deleted or made inactive is not known any more. */
function isUnknownKey({ code }: Failure): boolean {
  return code === 'InvalidAccessKeyId' || code === 'InvalidClientTokenId' || code === 'UnrecognizedClientException';
}

function checkOf({ check, diagnosis }: Revocation, answer: Answer, ms: number, attempts: number): Check {
  const ok = answer.result === 'deny';
  const { command, ...words } = diagnosis;
  const failure = answer.result === 'allow' ? undefined : answer.failure;
  return {
    id: check.id,
    action: check.action,
    resource: check.resource,
    ...(check.prefix === '' ? {} : { prefix: check.prefix }),
    expect: 'deny',
    result: answer.result,
    ok,
    ms,
    attempts,
    ...(failure === undefined || answer.result === 'skipped'
      ? {}
      : {
          error: {
            code: failure.code,
            message: failure.message,
            ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
          },
        }),
    ...(answer.result === 'skipped' ? { note: 'interrupted' } : {}),
    ...(failure?.code === 'NoSuchBucket' ? { note: 'the bucket does not exist any more' } : {}),
    ...(answer.result === 'allow'
      ? { diagnosis: { ...words, evidence: 'aws' as const, ...(command === undefined ? {} : { remedy: { command } }) } }
      : {}),
    ...(answer.result === 'error'
      ? {
          diagnosis: {
            layer: 'unknown' as const,
            evidence: 'aws' as const,
            cause: `no verdict: ${failure?.code ?? ''} is no refusal`,
            fix: 'Run this again once the service or the network answers.',
          },
        }
      : {}),
  };
}

function notesOf(target: VerifyTarget, checks: readonly Check[]): readonly string[] {
  if (!checks.every(({ ok }) => ok)) return [];
  return [
    ...(target.way === 'role'
      ? [
          'AWS gives the same answer for a role that never existed: compare the ARN with the one that worked.',
          'Sessions that began before the change last until they end, 12 hours at most, unless the role was deleted or lost its permissions.',
        ]
      : []),
    'S3 also refuses to read a key that does not exist to those who may not list: with both refused, nothing can be read that is not public by itself.',
  ];
}
