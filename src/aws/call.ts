import type { Failure } from '../model/failure.ts';
import { normaliseError } from './errors.ts';

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
  const deadline = AbortSignal.timeout(options.limitMs ?? CALL_LIMIT_MS);
  const abortSignal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  try {
    const value = await send({ abortSignal });
    return { ok: true, value, attempts: attemptsOf(value) };
  } catch (error) {
    const failure = normaliseError(error, options);
    return { ok: false, failure, attempts: failure.attempts };
  }
}

function attemptsOf(value: unknown): number {
  const metadata = (value as { $metadata?: { attempts?: number } } | undefined)?.$metadata;
  return metadata?.attempts ?? 1;
}
