import { AwsError, type AwsResponse } from '../contract.ts';
import { NO_STRIKE, type Strike } from '../faults/index.ts';
import type { Claim } from '../sigv4/authorization.ts';
import { authenticationErrors, type Dialect } from '../sigv4/errors.ts';
import { Dropped, type Exchange } from './exchange.ts';
import { manglePage } from './mangle.ts';

/** Waits, but not longer than the client does: a closed sandbox leaves no timer behind. */
function wait({ response }: Exchange, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => {
      clearTimeout(timer);
      reject(new Dropped('by the client'));
    };
    const timer = setTimeout(() => {
      response.off('close', onClose);
      resolve();
    }, ms);
    response.once('close', onClose);
  });
}

/** Applies what strikes a call before its effect. */
async function strikeBefore(exchange: Exchange, strike: Strike, dialect: Dialect): Promise<void> {
  if (strike === NO_STRIKE) return;
  if (strike.latencyMs > 0) await wait(exchange, strike.latencyMs);
  if (strike.drop === 'before') throw new Dropped('before the effect');
  if (strike.throttle) {
    if (dialect === 's3') throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
    throw new AwsError(dialect === 'json' ? 'ThrottlingException' : 'Throttling', 400, 'Rate exceeded');
  }
  if (strike.status !== undefined) throw serverFault(strike.status, dialect);
}

function serverFault(status: 500 | 502 | 503 | 504, dialect: Dialect): AwsError {
  if (status === 503) return new AwsError('ServiceUnavailable', 503, 'Service is unable to handle request.');
  if (status === 502) return new AwsError('BadGateway', 502, 'Bad Gateway');
  if (status === 504) return new AwsError('GatewayTimeout', 504, 'Gateway Timeout');
  return dialect === 's3'
    ? new AwsError('InternalError', 500, 'We encountered an internal error. Please try again.')
    : new AwsError(
        'InternalFailure',
        500,
        'The request processing has failed because of an unknown error, exception or failure.',
      );
}

/** What a call is, for faults and observers. */
export interface CallName {
  readonly dialect: Dialect;
  readonly service: string;
  readonly operation: string;
  /** What it claims to be signed with; absent for anonymous calls. */
  readonly claim: Claim | undefined;
}

/** Lets a call have its effect, with the faults that strike it and the observers that watch it. What the effect throws passes through. */
export async function perform(
  exchange: Exchange,
  name: CallName,
  effect: () => AwsResponse | Promise<AwsResponse>,
): Promise<AwsResponse> {
  const { parts } = exchange;
  const { dialect, service, operation, claim } = name;
  const session = claim?.token === undefined ? undefined : claim.keyId;
  const strike = parts.faults.strike(service, operation, session);
  const observed = parts.observers.begin({ service, operation, accessKeyId: claim?.keyId });
  exchange.strike = strike;
  exchange.observed = observed;
  if (observed !== undefined && (await observed('before')) === 'drop') throw new Dropped('before the effect');
  await strikeBefore(exchange, strike, dialect);
  if (session !== undefined && parts.faults.hasExpired(session)) {
    throw authenticationErrors(dialect).expiredToken(claim?.token ?? '');
  }
  if (strike.unknownSession) throw authenticationErrors(dialect).invalidToken(claim?.token ?? '');
  const settled = await settle(effect);
  const wish = await observed?.('after');
  if (wish === 'drop' || strike.drop === 'after') throw new Dropped('after the effect');
  if ('error' in settled) throw settled.error;
  return strike.page === undefined ? settled.answer : manglePage(settled.answer, strike.page);
}

type Settled = { readonly answer: AwsResponse } | { readonly error: unknown };

async function settle(effect: () => AwsResponse | Promise<AwsResponse>): Promise<Settled> {
  try {
    return { answer: await effect() };
  } catch (error) {
    return { error };
  }
}
