import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestContext } from '../../model/decision.ts';
import { createAuthorizer } from '../authorize.ts';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type Caller,
  type ServiceContext,
  type ServiceModule,
} from '../contract.ts';
import { type FaultEngine, NO_STRIKE, type Strike } from '../faults.ts';
import { ANONYMOUS } from '../identity/caller.ts';
import type { Identity } from '../identity/credentials.ts';
import type { World } from '../query/operation.ts';
import { type Parameters, parseForm } from '../query/parameters.ts';
import type { QueryModule } from '../query/service.ts';
import type { Dialect } from '../sigv4/errors.ts';
import { type BodySource, type Payload, readBody, readPayload } from '../sigv4/payload.ts';
import { sha256Hex } from '../sigv4/signature.ts';
import {
  type Presented,
  presented,
  readClaim,
  type Verified,
  type Verifier,
  verifySignature,
} from '../sigv4/verify.ts';
import { asAwsError, type QueryService, queryErrorAnswer, s3ErrorAnswer, send } from './answer.ts';
import { type BodyBudget, bodySource, drain } from './body.ts';
import { refuse } from './guard.ts';
import { readRequest, type WireRequest } from './request.ts';

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

/** IAM documents may have 131,072 characters, and a form encodes most of them in three. */
const MAX_FORM_BYTES = 2 * 1024 * 1024;

/** Closing the connection without an answer, on request. */
class Dropped extends Error {
  override readonly name = 'Dropped';
}

interface Exchange {
  readonly parts: PipelineParts;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly wire: WireRequest;
  readonly source: BodySource;
}

/** Serves one HTTP request: guard, read, authenticate, detect, authorize, look up, answer. Never rejects. */
export async function serve(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Promise<void> {
  const refusal = refuse(message.headers, message.url ?? '');
  if (refusal !== undefined) {
    await finish(
      parts,
      message,
      response,
      { status: 403, headers: { 'content-type': 'text/plain' }, body: `${refusal}\n` },
      {},
    );
    return;
  }
  try {
    await exchange(parts, message, response, awaitsContinue);
  } catch (error) {
    if (!(error instanceof Dropped) && !message.socket.destroyed) parts.onBug(error);
    message.socket.destroy();
  }
}

async function exchange(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Promise<void> {
  parts.settle();
  let family: 's3' | QueryService = 's3';
  let id = randomUUID() as string;
  const hostId = randomBytes(42).toString('base64');
  const isHead = message.method === 'HEAD';
  let answer: AwsResponse;
  let path = '/';
  try {
    const wire = readRequest(message);
    path = wire.rawPath;
    const source = bodySource(message, response, wire.headers, awaitsContinue, parts.budget);
    const presentation = presentedOrNot(wire);
    family = familyOf(wire, presentation);
    if (family === 's3') id = s3Id();
    const open: Exchange = { parts, message, response, wire, source };
    if (presentation instanceof AwsError) throw presentation;
    answer = family === 's3' ? await serveS3(open, presentation, id) : await serveQuery(open, presentation, family, id);
  } catch (error) {
    if (error instanceof Dropped || message.socket.destroyed) throw error;
    const aws = asAwsError(error, parts.onBug);
    answer = family === 's3' ? s3ErrorAnswer(aws, { id, hostId }, path) : queryErrorAnswer(aws, family, id);
  }
  const ids = family === 's3' ? { 'x-amz-request-id': id, 'x-amz-id-2': hostId } : { 'x-amzn-requestid': id };
  await finish(parts, message, response, answer, ids, isHead);
}

function s3Id(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

async function finish(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  answer: AwsResponse,
  headers: Readonly<Record<string, string>>,
  isHead = message.method === 'HEAD',
): Promise<void> {
  const drained = message.complete || (await drain(message));
  const skew = parts.faults.control.clockSkewMs;
  const extra: Record<string, string> = { ...headers, server: 'channelmix-s3-sandbox' };
  if (skew !== 0) extra.date = parts.wallNow().toUTCString();
  if (!drained) {
    extra.connection = 'close';
    response.on('finish', () => message.socket.destroySoon());
  }
  if (!response.destroyed) send(response, answer, extra, isHead);
}

/** How the request presents itself; an error of that is kept until it is known whose dialect to give it in. */
function presentedOrNot(wire: WireRequest): Presented | AwsError {
  try {
    return presented(wire);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function isForm(wire: WireRequest): boolean {
  return (wire.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

/** The service that a request is for: by its credential, or an unsigned one by its form. Anything else is S3's to answer. */
function familyOf(wire: WireRequest, presentation: Presented | AwsError): 's3' | QueryService {
  if (!(presentation instanceof AwsError) && presentation.kind !== 'anonymous' && presentation.service !== undefined) {
    const { service } = presentation;
    if (service === 's3' || service === 'iam' || service === 'sts') return service;
    return isForm(wire) ? 'sts' : 's3';
  }
  const queryLike = wire.rawPath === '/' && (isForm(wire) || /(?:^|&)Action=/.test(wire.rawQuery));
  return queryLike ? 'sts' : 's3';
}

/** Applies what strikes a call before its effect. */
async function applyFaults(strike: Strike, dialect: Dialect): Promise<void> {
  if (strike === NO_STRIKE) return;
  if (strike.latencyMs > 0) await sleep(strike.latencyMs);
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

function assertService(presentation: Presented): void {
  const { service } = presentation;
  if (service === undefined || service === 's3' || service === 'iam' || service === 'sts') return;
  throw new AwsError('NotImplemented', 501, `The sandbox does not provide the service ${service}.`);
}

async function serveS3(exchange: Exchange, presentation: Presented, id: string): Promise<AwsResponse> {
  const { parts, wire, message, source } = exchange;
  assertService(presentation);
  const claim = presentation.kind === 'anonymous' ? undefined : readClaim(wire, presentation, 's3');
  const verified =
    claim === undefined ? undefined : verifySignature(wire, presentation, claim, 's3', undefined, parts.verifier);
  let payload: Promise<Payload> | undefined;
  let trailers: Readonly<Record<string, string>> = {};
  const request: AwsRequest = {
    id,
    method: wire.method,
    host: wire.host,
    rawPath: wire.rawPath,
    rawQuery: wire.rawQuery,
    headers: serviceHeaders(wire, presentation),
    body: async () => {
      payload ??= readS3Payload(exchange, verified);
      const read = await payload;
      trailers = read.trailers;
      return read.bytes;
    },
    trailers: () => trailers,
    sourceIp: parts.network.sourceIp ?? remoteAddress(message),
    ...(claim === undefined
      ? {}
      : { signature: { type: claim.type, region: claim.scope.region, accessKeyId: claim.keyId } }),
  };
  void source;
  const strike = parts.faults.strike('s3', parts.s3.operationOf(request) ?? '');
  await applyFaults(strike, 's3');
  const caller = verified === undefined ? ANONYMOUS : parts.world.callerOf(verified.principal);
  noteUse(parts, verified, 's3');
  const answer = await parts.s3.handle(request, contextOf(exchange, caller, request, verified));
  if (strike.drop === 'after') throw new Dropped('after the effect');
  return answer;
}

/** The headers that a service sees: those that a presigned URL carries in its query, and without the transport's encoding. */
function serviceHeaders(wire: WireRequest, presentation: Presented): Readonly<Record<string, string>> {
  const encoding = wire.headers['content-encoding'];
  const lifted = presentation.kind === 'query';
  if (!lifted && encoding === undefined) return wire.headers;
  const headers: Record<string, string> = Object.assign(Object.create(null), wire.headers);
  if (encoding !== undefined) {
    const kept = encoding
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== 'aws-chunked' && part !== '');
    if (kept.length > 0) headers['content-encoding'] = kept.join(',');
    else delete headers['content-encoding'];
  }
  if (lifted) {
    for (const [name, value] of presentation.parameters) {
      const header = name.toLowerCase();
      if (header.startsWith('x-amz-') && !SIGNING_PARAMETERS.has(header)) headers[header] ??= value;
    }
  }
  return headers;
}

const SIGNING_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
]);

function readS3Payload(exchange: Exchange, verified: Verified<Identity> | undefined): Promise<Payload> {
  const { parts, wire, source } = exchange;
  const payloadHash = verified?.payloadHash ?? wire.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const signedChunks = payloadHash.startsWith('STREAMING-AWS4-');
  if (signedChunks && verified === undefined) {
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  }
  return readPayload(source, {
    headers: wire.headers,
    payloadHash,
    maxBytes: parts.maxBodyBytes,
    ...(signedChunks && verified !== undefined
      ? {
          signer: {
            key: verified.signingKey,
            amzDate: verified.claim.amzDate,
            scope: verified.claim.scope,
            seed: verified.claim.signature,
          },
        }
      : {}),
  });
}

async function serveQuery(
  exchange: Exchange,
  presentation: Presented,
  service: QueryService,
  id: string,
): Promise<AwsResponse> {
  const { parts, wire, message, source } = exchange;
  assertService(presentation);
  const body = await readBody(source, MAX_FORM_BYTES);
  const parameters = readParameters(wire, body);
  const operation = parameters.get('Action') ?? '';
  const strike = parts.faults.strike(service, operation);
  await applyFaults(strike, 'query');
  if (presentation.kind === 'anonymous') {
    throw new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  const claim = readClaim(wire, presentation, 'query');
  const verified = verifySignature(wire, presentation, claim, 'query', sha256Hex(body), parts.verifier);
  const caller = parts.world.callerOf(verified.principal);
  noteUse(parts, verified, service);
  const request = { headers: wire.headers, sourceIp: parts.network.sourceIp ?? remoteAddress(message) };
  const context = contextOf(exchange, caller, request, verified);
  const answer = parts.query[service].handle(parameters, verified.principal, context, id);
  if (strike.drop === 'after') throw new Dropped('after the effect');
  return answer;
}

function readParameters(wire: WireRequest, body: Buffer): Parameters {
  const text = isForm(wire) ? body.toString('utf8') : '';
  return parseForm(wire.rawQuery === '' ? text : `${wire.rawQuery}&${text}`);
}

function remoteAddress(message: IncomingMessage): string {
  const address = message.socket.remoteAddress ?? '127.0.0.1';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

function noteUse(parts: PipelineParts, verified: Verified<Identity> | undefined, service: string): void {
  const keyId = verified?.claim.keyId;
  if (keyId === undefined || !keyId.startsWith('AKIA')) return;
  parts.world.store.keyUses.set(keyId, { at: parts.world.now(), service, region: verified?.claim.scope.region ?? '' });
}

function contextOf(
  exchange: Exchange,
  caller: Caller,
  request: Pick<AwsRequest, 'headers' | 'sourceIp'>,
  verified: Verified<Identity> | undefined,
): ServiceContext {
  const { parts } = exchange;
  const { authorize, isAllowed } = createAuthorizer(
    () => requestContext(parts, request, verified),
    parts.world.organization,
  );
  return { caller, authorize, isAllowed, now: parts.world.now, region: parts.region };
}

/** Keys of the request itself. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function requestContext(
  parts: PipelineParts,
  request: Pick<AwsRequest, 'headers' | 'sourceIp'>,
  verified: Verified<Identity> | undefined,
): RequestContext {
  const now = parts.world.now();
  const { secureTransport, sourceVpce } = parts.network;
  const userAgent = request.headers['user-agent'];
  const referer = request.headers.referer;
  return {
    'aws:CurrentTime': now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SecureTransport': String(secureTransport),
    'aws:ViaAWSService': 'false',
    'aws:RequestedRegion': verified?.claim.scope.region ?? parts.region,
    ...(sourceVpce === undefined ? { 'aws:SourceIp': request.sourceIp } : { 'aws:SourceVpce': sourceVpce }),
    ...(userAgent === undefined ? {} : { 'aws:UserAgent': userAgent }),
    ...(referer === undefined ? {} : { 'aws:Referer': referer }),
    ...(verified === undefined ? {} : signatureContext(parts, verified)),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
function signatureContext(parts: PipelineParts, verified: Verified<Identity>): RequestContext {
  const { claim, payloadHash } = verified;
  if (claim.scope.service !== 's3') return {};
  return {
    's3:authType': claim.type === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:x-amz-content-sha256': payloadHash,
    ...(claim.type === 'query'
      ? { 's3:signatureAge': String(Math.max(0, parts.wallNow().getTime() - claim.time.getTime())) }
      : {}),
  };
}
