import type { Failure } from '../model/failure.ts';
import { normaliseError } from './errors.ts';
import { linkSignals } from './signals.ts';

/** The limit of one call, the client's retries included, in milliseconds. */
export const CALL_LIMIT_MS = 30_000;

/** The answer of a call, or why there is none. `attempts` counts HTTP requests. */
export type CallResult<T> =
  | { readonly ok: true; readonly value: T; readonly attempts: number }
  | { readonly ok: false; readonly failure: Failure; readonly attempts: number };

/**
 * Makes one AWS call under a deadline and never throws.
 *
 * @param send makes the call with the SDK; it must hand on the signal
 * @param options `signal` ends the call early; `limitMs` bounds it (default 30 s)
 */
export async function callAws<T>(
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  options: { readonly signal?: AbortSignal; readonly limitMs?: number; readonly host?: string } = {},
): Promise<CallResult<T>> {
  const { signal } = options;
  const linked = linkSignals(signal === undefined ? [] : [signal], options.limitMs ?? CALL_LIMIT_MS);
  try {
    const value = await send({ abortSignal: linked.signal });
    const metadata = metadataOf(value);
    const attempts = metadata?.attempts ?? 1;
    if (metadata !== undefined && metadata.requestId === undefined) {
      return { ok: false, failure: notFromAws(options.host, attempts), attempts };
    }
    return { ok: true, value, attempts };
  } catch (error) {
    const failure = normaliseError(error, { ...options, late: linked.isLate() });
    return { ok: false, failure, attempts: failure.attempts };
  } finally {
    linked.release();
  }
}

interface Metadata {
  readonly attempts?: number;
  readonly requestId?: string;
}

function metadataOf(value: unknown): Metadata | undefined {
  return (value as { $metadata?: Metadata } | undefined)?.$metadata;
}

/** Every answer of AWS has a request id; the login page of a proxy, which the SDK may read as an empty listing, has none. */
function notFromAws(host: string | undefined, attempts: number): Failure {
  const message = `${host ?? 'the service'} answered, but without a request id: this is not AWS`;
  return { kind: 'unknown', code: 'NoRequestId', message, attempts };
}
