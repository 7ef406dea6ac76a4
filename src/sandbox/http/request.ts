import type { IncomingMessage } from 'node:http';
import { AwsError } from '../contract.ts';
import { hostName } from './guard.ts';

/** A request as it stands on the wire, nothing believed yet. */
export interface WireRequest {
  readonly method: string;
  readonly host: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers of which two would mean two things. */
const SINGLE = new Set([
  'host',
  'authorization',
  'content-length',
  'content-type',
  'content-md5',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-decoded-content-length',
]);

function badRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', 400, message);
}

/** Reads the request line and headers. Values of one name are joined by a comma, as signatures have them. Throws `AwsError` 400. */
export function readRequest(message: IncomingMessage): WireRequest {
  const headers: Record<string, string> = Object.create(null);
  const { rawHeaders } = message;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = utf8(rawHeaders[at + 1] ?? '');
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (SINGLE.has(name)) throw badRequest(`The header ${name} is given more than once.`);
    else headers[name] = `${before},${value}`;
  }
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined) {
    throw badRequest('Transfer-Encoding and Content-Length exclude each other.');
  }
  const url = message.url ?? '/';
  const cut = url.indexOf('?');
  const rawPath = cut < 0 ? url : url.slice(0, cut);
  return {
    method: message.method ?? 'GET',
    host: hostName(headers.host ?? '') ?? '',
    rawPath,
    rawQuery: cut < 0 ? '' : url.slice(cut + 1),
    headers,
  };
}

/** Node gives header bytes as Latin-1; clients send and sign UTF-8. */
function utf8(value: string): string {
  for (let at = 0; at < value.length; at += 1) {
    if (value.charCodeAt(at) > 0x7f) return Buffer.from(value, 'latin1').toString('utf8');
  }
  return value;
}

/** Whether a request carries a body at all. */
export function hasBody(headers: Readonly<Record<string, string>>): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Whether the body is a form, as the query services take it. */
export function isForm(wire: WireRequest): boolean {
  return (wire.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}
