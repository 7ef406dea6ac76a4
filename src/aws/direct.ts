import type { Failure, FailureKind } from '../model/failure.ts';
import { ODD_SUCCESS } from './body.ts';
import type { AwsCredentials } from './credential-chain.ts';
import {
  createAttempt,
  type Options,
  type Output,
  type Response,
  type SdkCommand,
  type SdkConfig,
} from './direct-attempt.ts';
import { normaliseError } from './errors.ts';
import { isWithoutChecksum } from './plain-put.ts';

/** Calls that are sent directly. What they lack of the SDK's middleware (checksums, streams, S3 Express) they do not need. */
const DIRECT: ReadonlySet<string> = new Set([
  'AssumeRoleCommand',
  'DeleteObjectCommand',
  'GetBucketPolicyCommand',
  'GetCallerIdentityCommand',
  'GetObjectCommand',
  'HeadBucketCommand',
  'HeadObjectCommand',
  'ListBucketsCommand',
  'ListObjectsV2Command',
  'PutObjectCommand',
]);

/** What the SDK would try again, or have answered by another region. */
const PASSING: readonly FailureKind[] = ['clock-skew', 'network', 'region', 'server', 'throttling', 'timeout'];
/** A signature of which STS does not say that only its time is wrong. */
const PERHAPS_PASSING: readonly string[] = ['InvalidSignatureException', 'SignatureDoesNotMatch'];

interface SdkClient {
  readonly config: unknown;
  readonly middlewareStack: unknown;
  readonly send: (command: never, options?: never) => unknown;
}

/** What a client has of its own. */
export interface DirectSession<C> {
  /** Default: those of the client that it is made from. */
  readonly credentials?: AwsCredentials | undefined;
  readonly region?: string | undefined;
  readonly followRegionRedirects: boolean;
  /** Makes a client of the SDK's with the same settings. */
  readonly full: (maxAttempts?: number) => C;
}

/**
 * A client beside the SDK's own, for those who make thousands: it sends the common calls directly, with the SDK's rules of endpoints,
 * serializers, parsers and connections, and without its thirty steps of middleware, which take most of a call's processor time. Each call
 * is tried once. Whatever is not a plain answer, and every other call, is the matter of a real client, which is made when it is needed:
 * retries, a clock that is wrong, buckets in other regions.
 *
 * @param template a client of the SDK's with the settings of all
 */
export function directClient<C extends SdkClient>(template: C, session: DirectSession<C>): C {
  const full = lazily(() => session.full());
  const config = template.config as SdkConfig;
  const attempt = createAttempt(config, session);
  /** Makes a call's other attempts; one client for all, so that they share what may be spent on retries. */
  let second: C | undefined;
  /** Somebody has added something to the client, or the clock is wrong. */
  let plain = false;
  const send = async (command: SdkCommand, options?: Options | (() => void), ...rest: never[]): Promise<unknown> => {
    if (plain || typeof options === 'function' || !isDirect(command)) {
      return full().send(command as never, ...([options, ...rest] as never[] as [never]));
    }
    try {
      return await attempt(command, options ?? {});
    } catch (error) {
      const failure = normaliseError(error);
      if (isFinal(failure, session.followRegionRedirects) || options?.abortSignal?.aborted === true) throw error;
      plain ||= failure.kind === 'clock-skew';
      const left = (await config.maxAttempts()) - 1;
      if (left < 1) throw error;
      second ??= session.full(left);
      return again(second, command, options, error);
    }
  };
  return Object.create(template, {
    send: { value: send },
    config: { get: () => full().config },
    middlewareStack: {
      get: () => {
        plain = true;
        return full().middlewareStack;
      },
    },
  });
}

function isDirect(command: SdkCommand): boolean {
  const { name } = command.constructor;
  return DIRECT.has(name) && (name !== 'PutObjectCommand' || isWithoutChecksum(command));
}

/** Whether the SDK would leave it at this answer, too. */
function isFinal({ kind, code, httpStatus = 0, bucketRegion }: Failure, followsRegions: boolean): boolean {
  if (code === ODD_SUCCESS) return true;
  // Nobody has credentials.
  if (httpStatus === 0 && (kind === 'credentials' || kind === 'expired')) return true;
  if (kind === 'region' || (bucketRegion !== undefined && httpStatus === 400)) return !followsRegions;
  return httpStatus >= 400 && httpStatus < 500 && !PASSING.includes(kind) && !PERHAPS_PASSING.includes(code);
}

/** The rest of a call's attempts, by the SDK. */
async function again<C extends SdkClient>(
  client: C,
  command: SdkCommand,
  options: Options | undefined,
  error: unknown,
): Promise<unknown> {
  await pauseBeforeRetry(client.config as SdkConfig, error, options?.abortSignal);
  try {
    const output = (await client.send(command as never, options as never)) as Output;
    output.$metadata.attempts = (output.$metadata.attempts ?? 1) + 1;
    return output;
  } catch (later) {
    throw countedAgain(later);
  }
}

/** As long as the SDK waits before it tries again, by its own rules and its own purse. */
async function pauseBeforeRetry(config: SdkConfig, error: unknown, signal: AbortSignal | undefined): Promise<void> {
  const { kind } = normaliseError(error);
  const errorType = kind === 'throttling' ? 'THROTTLING' : 'TRANSIENT';
  if (!['throttling', 'server', 'network', 'timeout'].includes(kind)) return;
  const strategy = await config.retryStrategy();
  const token = await strategy.acquireInitialRetryToken('');
  const { 'x-amz-retry-after': ms, 'retry-after': asked } =
    (error as { $response?: Response }).$response?.headers ?? {};
  const hint = ms === undefined ? Number(asked) * 1_000 : Number(ms);
  const info = { error, errorType, ...(Number.isNaN(hint) ? {} : { retryAfterHint: new Date(Date.now() + hint) }) };
  await Promise.race([strategy.refreshRetryTokenForRetry(token, info), aborted(signal)]);
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

function countedAgain(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const one = error as { $metadata?: { attempts?: number } };
  one.$metadata = { ...one.$metadata, attempts: (one.$metadata?.attempts ?? 1) + 1 };
  return error;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}
