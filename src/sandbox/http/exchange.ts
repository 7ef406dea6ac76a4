import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type ServiceModule } from '../contract.ts';
import { type FaultEngine, NO_STRIKE, type Strike } from '../faults.ts';
import type { Identity } from '../identity/credentials.ts';
import type { World } from '../query/operation.ts';
import type { QueryModule } from '../query/service.ts';
import type { Dialect } from '../sigv4/errors.ts';
import type { BodySource } from '../sigv4/payload.ts';
import type { Presented, Verifier } from '../sigv4/verify.ts';
import type { QueryService } from './answer.ts';
import type { BodyBudget } from './body.ts';
import type { WireRequest } from './request.ts';

/** What the callers of the sandbox appear to be, for conditions that a loopback connection could never meet. */
export interface Network {
  /** Value of aws:SecureTransport: there is no TLS on loopback, and a TLS-only policy would refuse everything. */
  secureTransport: boolean;
  /** Value of aws:SourceIp; the connection's own address by default. */
  sourceIp: string | undefined;
  /** Value of aws:SourceVpce; with it aws:SourceIp is absent, as through a VPC endpoint. */
  sourceVpce: string | undefined;
}

/** Everything that the pipeline puts together. */
export interface PipelineParts {
  readonly world: World;
  readonly verifier: Verifier<Identity>;
  readonly settle: () => void;
  readonly s3: ServiceModule;
  readonly query: Readonly<Record<QueryService, QueryModule>>;
  readonly faults: FaultEngine;
  readonly network: Network;
  readonly region: string;
  readonly wallNow: () => Date;
  readonly budget: BodyBudget;
  readonly maxBodyBytes: number;
  readonly onBug: (error: unknown) => void;
}

/** Closing the connection without an answer, on request. */
export class Dropped extends Error {
  override readonly name = 'Dropped';
}

/** One request being served. */
export interface Exchange {
  readonly parts: PipelineParts;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly wire: WireRequest;
  readonly source: BodySource;
}

/** Waits, but not longer than the client does: a closed sandbox leaves no timer behind. */
function wait(response: ServerResponse, ms: number): Promise<void> {
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
export async function applyFaults({ response }: Exchange, strike: Strike, dialect: Dialect): Promise<void> {
  if (strike === NO_STRIKE) return;
  if (strike.latencyMs > 0) await wait(response, strike.latencyMs);
  if (strike.drop === 'before') throw new Dropped('before the effect');
  if (strike.throttle) {
    throw dialect === 's3'
      ? new AwsError('SlowDown', 503, 'Please reduce your request rate.')
      : new AwsError('Throttling', 400, 'Rate exceeded');
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

/** Refuses, by name, a service that is not here. */
export function assertService(presentation: Presented): void {
  const { service } = presentation;
  if (service === undefined || service === 's3' || service === 'iam' || service === 'sts') return;
  throw new AwsError('NotImplemented', 501, `The sandbox does not provide the service ${service}.`);
}
