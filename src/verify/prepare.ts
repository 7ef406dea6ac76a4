import { type AwsClients, type Caller, callAws, callerFrom } from '../aws/index.ts';
import type { Unreadable } from '../model/access-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import { type CheckCalls, createCalls, type RunContext } from './context.ts';
import type { VerifyPorts } from './ports.ts';
import type { VerifyTarget } from './target.ts';

/**
 * Asks who the caller is. On the role way it must be ChannelMix: another account's success or failure would say nothing.
 *
 * @throws KitError `credentials`, `network` or `service`
 */
export async function identifyCaller(run: RunContext): Promise<Caller> {
  const calls: CheckCalls = createCalls(run, {
    node: 'caller',
    id: 'assume-role',
    action: 'sts:GetCallerIdentity',
    resource: '*',
    // A key that was created just now is not known at once; the identity of old ones is never refused.
    expect: 'allow',
    needs: [],
    after: [],
    prefix: '',
  });
  const answer = await calls.sts((sts, options) => sts.getCallerIdentity({}, options));
  if (!answer.ok) throw callerError(answer.failure, run);
  const { arn, account } = callerFrom(answer.value, run.caller.host);
  if (run.target.way === 'role' && run.client === undefined && account !== CHANNELMIX_ACCOUNT_ID) {
    throw wrongAccount(arn, 'try the role as ChannelMix does');
  }
  return { arn, account };
}

/** The error of a run as ChannelMix with others' credentials; `purpose` is what only ChannelMix can do. */
export function wrongAccount(arn: string, purpose: string): KitError {
  return new KitError(
    'credentials',
    `credentials of the wrong account: these are ${arn}, and only account ${CHANNELMIX_ACCOUNT_ID} (ChannelMix) can ${purpose}`,
    { hint: "Use ChannelMix's credentials: --profile NAME, or the AWS_* variables." },
  );
}

/**
 * Asks whose credentials these are, before a run is chosen for them.
 *
 * @throws KitError `credentials`, `network` or `service`
 */
export async function identify(
  ports: Pick<VerifyPorts, 'clients'>,
  target: Pick<VerifyTarget, 'way'>,
  signal: AbortSignal,
): Promise<Caller> {
  const clients = ports.clients();
  const sts = await clients.sts();
  const answer = await callAws((options) => sts.getCallerIdentity({}, options), { signal, host: clients.host });
  if (!answer.ok) throw callerError(answer.failure, { target, caller: clients });
  return callerFrom(answer.value, clients.host);
}

/** Faults of the service that may be over in a moment. */
const PASSING: readonly Failure['kind'][] = ['server', 'throttling'];
const REGION_PAUSE_MS = 500;

/**
 * Finds the bucket's region before anything is sent to it. S3 tells it to everybody, even with a refusal.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 *
 * @returns the region; `undefined` where the answer does not have it
 * @throws KitError `input` when there is no such bucket, `network` when nobody answers
 */
export async function findRegion(run: RunContext): Promise<string | undefined> {
  const clients = run.ports.clients({ followRegionRedirects: false });
  const s3 = await clients.s3();
  const ask = () =>
    callAws((options) => s3.headBucket({ Bucket: run.target.bucket }, options), {
      signal: run.signal,
      host: clients.host,
    });
  let answer = await ask();
  if (!answer.ok && PASSING.includes(answer.failure.kind)) {
    // Without the region each call is redirected first, and a stream cannot be sent twice: it is worth a second question.
    await run.ports.sleep(REGION_PAUSE_MS, run.signal);
    answer = await ask();
  }
  if (answer.ok) return answer.value.BucketRegion;
  const { kind, code, message, bucketRegion } = answer.failure;
  endOnBucket(kind, `${code}: ${message}`, run.target.bucket, clients.host);
  return bucketRegion;
}

/** @throws KitError when a question about the bucket showed that there is no such bucket, or that nobody answers */
export function endOnBucket(kind: Unreadable['kind'], said: string, bucket: string, host: string): void {
  if (kind === 'not-found') {
    throw new KitError('input', `there is no bucket named ${bucket}`, {
      hint: 'Check the spelling; --bucket takes the bare name. Nothing was created.',
    });
  }
  if (kind === 'network' || kind === 'timeout') {
    throw new KitError('network', `S3 could not be reached for bucket ${bucket} at ${host} (${said})`, {
      hint: 'Check network, proxy, firewall and --endpoint-url. Nothing was created.',
    });
  }
}

/**
 * Whether the bucket belongs to the account of the role or key: S3 refuses the request when the expected owner is another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export async function learnOwner(run: RunContext): Promise<'same-account' | 'unknown'> {
  const account = run.state.account;
  if (account === undefined) return 'unknown';
  const clients = run.session();
  const s3 = await clients.s3();
  const answer = await callAws(
    (options) => s3.headBucket({ Bucket: run.target.bucket, ExpectedBucketOwner: account }, options),
    { signal: run.signal, host: clients.host },
  );
  return answer.ok ? 'same-account' : 'unknown';
}

/** The same by a listing that was allowed without the condition: HeadBucket is refused where listing is bound to a prefix. */
export async function learnOwnerByListing(
  run: RunContext,
  prefix: string,
): Promise<'same-account' | 'other-account' | 'unknown'> {
  const account = run.state.account;
  if (account === undefined) return 'unknown';
  const clients = run.session();
  const s3 = await clients.s3();
  const answer = await callAws(
    (options) =>
      s3.listObjectsV2(
        { Bucket: run.target.bucket, Prefix: prefix, MaxKeys: 1, ExpectedBucketOwner: account },
        options,
      ),
    { signal: run.signal, host: clients.host },
  );
  if (answer.ok) return 'same-account';
  // A refusal for another owner has no reason; one with a reason is about the policies, which may change at this moment.
  const { kind, denial } = answer.failure;
  return kind === 'denied' && denial === undefined ? 'other-account' : 'unknown';
}

/** The error that ends a run whose caller cannot even say who it is. */
export function callerError(
  failure: Failure,
  run: { readonly target: Pick<VerifyTarget, 'way'>; readonly caller: Pick<AwsClients, 'host'> },
): KitError {
  const said = `${failure.code}: ${failure.message}`;
  switch (failure.kind) {
    case 'expired':
      return new KitError('credentials', `the credentials have expired (${said})`, {
        hint: 'Renew them, for example with: aws sso login --profile NAME',
      });
    case 'credentials':
    case 'denied':
      return new KitError('credentials', credentialsText(failure, said), {
        hint:
          run.target.way === 'key'
            ? 'Check the access key id and the secret: a key that was deleted or made inactive is refused like one that never was.'
            : 'Name credentials with --profile NAME or the AWS_* variables.',
      });
    case 'clock-skew':
      return new KitError('credentials', `the clock of this machine is wrong: AWS refuses its signatures (${said})`, {
        hint: 'Set the clock, then run this again.',
      });
    case 'network':
    case 'timeout':
      return new KitError('network', `${run.caller.host} could not be reached (${said})`);
    case 'interrupted':
      return new KitError('interrupted', 'interrupted before anything was created');
    default:
      return new KitError('service', `${run.caller.host} could not answer (${said})`);
  }
}

function credentialsText(failure: Failure, said: string): string {
  return failure.code === 'CredentialsProviderError'
    ? `no credentials were found (${failure.message})`
    : `the credentials are not valid (${said})`;
}
