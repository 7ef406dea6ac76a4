import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type AwsResponse } from '../contract.ts';
import { s3RequestIds } from '../identity/ids.ts';
import { type Presented, presented } from '../sigv4/verify.ts';
import { asAwsError, type QueryService, queryErrorAnswer, s3ErrorAnswer, send } from './answer.ts';
import { bodySource, drain, type Expectation } from './body.ts';
import { Dropped, type Exchange, type PipelineParts } from './exchange.ts';
import { refuse } from './guard.ts';
import { isForm, readRequest, type WireRequest } from './request.ts';
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
  let family: 's3' | QueryService = 's3';
  const { id: s3Id, hostId } = s3RequestIds();
  let id = s3Id;
  const isHead = message.method === 'HEAD';
  let answer: AwsResponse;
  let path = '/';
  try {
    const wire = readRequest(message);
    path = wire.rawPath;
    const source = bodySource(message, response, wire.headers, expectation, parts.budget);
    const presentation = presentedOrNot(wire);
    family = familyOf(wire, presentation);
    if (family !== 's3') id = randomUUID();
    const open: Exchange = { parts, message, response, wire, source };
    if (presentation instanceof AwsError) throw presentation;
    answer = family === 's3' ? await serveS3(open, presentation, id) : await serveQuery(open, presentation, family, id);
  } catch (error) {
    if (error instanceof Dropped || message.socket.destroyed) throw error;
    const aws = asAwsError(error, parts.onBug);
    answer = family === 's3' ? s3ErrorAnswer(aws, { id, hostId }, path) : queryErrorAnswer(aws, family, id);
  }
  const ids = family === 's3' ? { 'x-amz-request-id': id, 'x-amz-id-2': hostId } : { 'x-amzn-requestid': id };
  await finish(parts, message, response, expectation, answer, ids, isHead);
}

async function finish(
  parts: PipelineParts,
  message: IncomingMessage,
  response: ServerResponse,
  expectation: Expectation,
  answer: AwsResponse,
  headers: Readonly<Record<string, string>>,
  isHead = message.method === 'HEAD',
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
