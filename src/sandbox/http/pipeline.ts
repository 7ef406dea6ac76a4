import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type AwsResponse } from '../contract.ts';
import { NO_STRIKE } from '../faults/index.ts';
import { s3RequestIds } from '../identity/ids.ts';
import { type JsonService, jsonErrorAnswer } from '../json/service.ts';
import { isControl } from '../s3/control.ts';
import { type Presented, presented } from '../sigv4/verify.ts';
import {
  asAwsError,
  type QueryService,
  queryErrorAnswer,
  type RequestIds,
  s3ControlErrorAnswer,
  s3ErrorAnswer,
  send,
} from './answer.ts';
import { bodySource, drain, type Expectation } from './body.ts';
import { assertService, Dropped, type Exchange, type PipelineParts } from './exchange.ts';
import { refuse } from './guard.ts';
import { sendMangled } from './mangle.ts';
import { isForm, readRequest, type WireRequest } from './request.ts';
import { readTarget, serveJson } from './serve-json.ts';
import { serveQuery } from './serve-query.ts';
import { serveS3 } from './serve-s3.ts';

/** Serves one HTTP request: guard, read, authenticate, detect, authorize, look up, answer. Never rejects. */
export async function serve(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Promise<void> {
  const expectation = { pending: awaitsContinue };
  const refusal = refuse(message.headers, message.url ?? '');
  if (refusal !== undefined) {
    await finish(
      parts,
      message,
      response,
      expectation,
      { status: 403, headers: { 'content-type': 'text/plain' }, body: `${refusal}\n` },
      {},
    );
    return;
  }
  try {
    await exchange(parts, message, response, expectation);
  } catch (error) {
    if (!(error instanceof Dropped) && !message.socket.destroyed) parts.onBug(error);
    message.socket.destroy();
  }
}

async function exchange(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  expectation: Expectation,
): Promise<void> {
  parts.settle();
  let family: Family = 's3';
  const { id: s3Id, hostId } = s3RequestIds();
  let id = s3Id;
  let answer: AwsResponse;
  let open: Exchange | undefined;
  try {
    const wire = readRequest(message);
    const source = bodySource(message, response, wire.headers, expectation, parts.budget);
    const presentation = presentedOrNot(wire);
    family = familyOf(wire, presentation);
    if (!isS3(family)) id = randomUUID();
    open = { parts, message, response, wire, source, strike: NO_STRIKE, observed: undefined, signedRegion: undefined };
    if (presentation instanceof AwsError) throw presentation;
    assertService(presentation);
    answer = await serveFamily(open, presentation, family, id);
  } catch (error) {
    if (error instanceof Dropped || message.socket.destroyed) throw error;
    const aws = asAwsError(error, parts.onBug);
    answer = errorAnswer(aws, family, { id, hostId }, open?.wire.rawPath ?? '/');
  }
  const ids = isS3(family) ? { 'x-amz-request-id': id, 'x-amz-id-2': hostId } : { 'x-amzn-requestid': id };
  await finish(parts, message, response, expectation, answer, ids, open);
}

/** Whose protocol a request is in. */
type Family = 's3' | 's3control' | QueryService | JsonService;

function serveFamily(open: Exchange, presentation: Presented, family: Family, id: string): Promise<AwsResponse> {
  if (family === 's3' || family === 's3control') return serveS3(open, presentation, family, id);
  if (family === 'iam' || family === 'sts') return serveQuery(open, presentation, family, id);
  return serveJson(open, presentation, family);
}

function errorAnswer(error: AwsError, family: Family, ids: RequestIds, path: string): AwsResponse {
  if (family === 's3') return s3ErrorAnswer(error, ids, path);
  if (family === 's3control') return s3ControlErrorAnswer(error, ids);
  if (family === 'iam' || family === 'sts') return queryErrorAnswer(error, family, ids.id);
  return jsonErrorAnswer(error);
}

async function finish(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  expectation: Expectation,
  answer: AwsResponse,
  headers: Readonly<Record<string, string>>,
  open?: Exchange,
): Promise<void> {
  // A client that still waits for leave to send its body is answered at once, and the connection closed: it may send it or not.
  const drained = !expectation.pending && (message.complete || (await drain(message)));
  const skew = parts.faults.control.clockSkewMs;
  const extra: Record<string, string> = { ...headers, server: 'channelmix-s3-sandbox' };
  if (skew !== 0) extra.date = parts.wallNow().toUTCString();
  if (!drained) {
    extra.connection = 'close';
    response.on('finish', () => message.socket.destroySoon());
  }
  if (response.destroyed) return;
  const { observed, strike = NO_STRIKE } = open ?? {};
  if (observed !== undefined) response.on('finish', () => void observed('answered').catch(parts.onBug));
  const isHead = message.method === 'HEAD';
  if (strike.answer === undefined) return send(response, answer, extra, isHead);
  const url = `http://${message.headers.host ?? ''}${message.url ?? '/'}`;
  sendMangled({ response, answer, headers: extra, isHead, url, signedRegion: open?.signedRegion }, strike.answer);
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

/** The service that a request is for: by its credential, or an unsigned one by its target or form. Anything else is S3's to answer. */
function familyOf(wire: WireRequest, presentation: Presented | AwsError): Family {
  if (!(presentation instanceof AwsError) && presentation.kind !== 'anonymous' && presentation.service !== undefined) {
    const { service } = presentation;
    if (isFamily(service)) return service === 's3' && isControl(wire) ? 's3control' : service;
    if (wire.headers['x-amz-target'] !== undefined) return 'kms';
    return isForm(wire) ? 'sts' : 's3';
  }
  const target = readTarget(wire)?.service;
  if (target !== undefined) return target;
  const queryLike = wire.rawPath === '/' && (isForm(wire) || /(?:^|&)Action=/.test(wire.rawQuery));
  return queryLike ? 'sts' : 's3';
}

function isS3(family: Family): boolean {
  return family === 's3' || family === 's3control';
}

function isFamily(service: string): service is Family {
  return FAMILIES.has(service);
}

const FAMILIES: ReadonlySet<string> = new Set<Family>(['s3', 'iam', 'sts', 'kms', 'organizations']);
