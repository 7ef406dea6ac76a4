import type { ServerResponse } from 'node:http';
import { AwsError, type AwsResponse } from '../contract.ts';
import { buildXml, type XmlValue } from '../xml.ts';

/** The query services and the namespaces of their answers. */
export const QUERY_NAMESPACES = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const;

export type QueryService = keyof typeof QUERY_NAMESPACES;

const XML = { 'content-type': 'application/xml' };
const QUERY_XML = { 'content-type': 'text/xml' };

/** Ids of a request, as S3 and the query services give them. */
export interface RequestIds {
  readonly id: string;
  readonly hostId: string;
}

/** The error answer of S3. `resource` is the path that was asked for. */
export function s3ErrorAnswer(error: AwsError, ids: RequestIds, resource: string): AwsResponse {
  const fields: Record<string, XmlValue> = { Code: error.code, Message: error.message, ...error.fields };
  fields.Resource ??= resource;
  const body = buildXml('Error', { ...fields, RequestId: ids.id, HostId: ids.hostId });
  return { status: error.status, headers: { ...XML, ...error.headers }, body };
}

/** The error answer of S3 Control: the same, wrapped. */
export function s3ControlErrorAnswer(error: AwsError, ids: RequestIds): AwsResponse {
  const body = buildXml('ErrorResponse', {
    Error: { Code: error.code, Message: error.message, ...error.fields },
    RequestId: ids.id,
    HostId: ids.hostId,
  });
  return { status: error.status, headers: { ...XML, ...error.headers }, body };
}

/** The error answer of IAM or STS. */
export function queryErrorAnswer(error: AwsError, service: QueryService, id: string): AwsResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const body = buildXml(
    'ErrorResponse',
    { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: id },
    QUERY_NAMESPACES[service],
  );
  return { status: error.status, headers: { ...QUERY_XML, ...error.headers }, body };
}

/** The answer of an operation of IAM or STS; `result` is left out for operations that give none. */
export function queryAnswer(
  operation: string,
  result: { readonly [element: string]: XmlValue } | undefined,
  service: QueryService,
  id: string,
): AwsResponse {
  const body = buildXml(
    `${operation}Response`,
    {
      ...(result === undefined ? {} : { [`${operation}Result`]: result }),
      ResponseMetadata: { RequestId: id },
    },
    QUERY_NAMESPACES[service],
  );
  return { status: 200, headers: QUERY_XML, body };
}

/** Turns whatever a service threw into an `AwsError`: what is not one is a bug, reported by `onBug`. */
export function asAwsError(error: unknown, onBug: (error: unknown) => void): AwsError {
  if (error instanceof AwsError) return error;
  onBug(error);
  return new AwsError('InternalError', 500, 'We encountered an internal error. Please try again.');
}

/** Writes an answer. A HEAD has no body; whatever is written has its length. */
export function send(
  response: ServerResponse,
  answer: AwsResponse,
  headers: Readonly<Record<string, string>>,
  isHead: boolean,
): void {
  const { status, body } = answer;
  const all: Record<string, string | number> = { ...headers, ...answer.headers };
  const bodiless = status === 204 || status === 304 || status < 200;
  if (!bodiless && !(isHead && all['content-length'] !== undefined)) {
    all['content-length'] = body === undefined ? 0 : Buffer.byteLength(body);
  }
  response.writeHead(status, all);
  if (body === undefined || isHead || bodiless) response.end();
  else response.end(body);
}
