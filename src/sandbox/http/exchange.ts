import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonValue } from '../../model/policy.ts';
import { AwsError, type ServiceModule } from '../contract.ts';
import type { FaultEngine, Strike } from '../faults/index.ts';
import type { Identity } from '../identity/credentials.ts';
import type { JsonModule, JsonService } from '../json/service.ts';
import type { World } from '../query/operation.ts';
import type { QueryModule } from '../query/service.ts';
import type { BodySource } from '../sigv4/payload.ts';
import type { Presented, Verifier } from '../sigv4/verify.ts';
import type { QueryService } from './answer.ts';
import type { BodyBudget } from './body.ts';
import type { ObservedCall, Observers } from './observers.ts';
import type { WireRequest } from './request.ts';

/** What the callers of the sandbox appear to be, for conditions that a loopback connection could never meet. */
export interface Network {
  /** Value of aws:SecureTransport: there is no TLS on loopback, and a TLS-only policy would refuse everything. */
  secureTransport: boolean;
  /** Value of aws:SourceIp; the connection's own address by default. */
  sourceIp: string | undefined;
  /** Value of aws:SourceVpce; with it aws:SourceIp is absent, as through a VPC endpoint. */
  sourceVpce: string | undefined;
  /** Policy of the VPC endpoint that S3 is called through; statements for everybody (`"Principal": "*"`), as endpoint policies have them. */
  endpointPolicy: JsonValue | undefined;
}

/** Everything that the pipeline puts together. */
export interface PipelineParts {
  readonly world: World;
  readonly verifier: Verifier<Identity>;
  readonly settle: () => void;
  readonly s3: ServiceModule;
  readonly query: Readonly<Record<QueryService, QueryModule>>;
  readonly json: Readonly<Record<JsonService, JsonModule>>;
  readonly faults: FaultEngine;
  readonly observers: Observers;
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
  /** What strikes the call, once it is known which one it is. */
  strike: Strike;
  observed: ObservedCall | undefined;
  /** Region that it was signed for. */
  signedRegion: string | undefined;
}

const SERVICES: ReadonlySet<string> = new Set(['s3', 'iam', 'sts', 'kms', 'organizations']);

/** Refuses, by name, a service that is not here. */
export function assertService(presentation: Presented): void {
  const { service } = presentation;
  if (service === undefined || SERVICES.has(service)) return;
  throw new AwsError('NotImplemented', 501, `The sandbox does not provide the service ${service}.`);
}
