import type { AwsResponse } from '../../contract.ts';
import { headerTime, type ObjectCall } from '../call.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidArgument, invalidRequest, s3Error } from '../errors.ts';
import { findObject, versionHeader } from '../find-object.ts';
import { checksumHeaders, checksumOfObject } from '../object-checksums.ts';
import { lockHeaders } from '../object-lock.ts';
import { checkReadConditions } from '../preconditions.ts';
import { type ByteRange, readRange } from '../ranges.ts';
import { readPayload } from '../store/payload.ts';
import type { ObjectContent } from '../store/types.ts';
import type { StoredObject } from '../store/versions.ts';

/** `response-*` parameters and the headers that they replace. */
const OVERRIDES: readonly (readonly [string, string])[] = [
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
  ['response-content-language', 'content-language'],
  ['response-content-type', 'content-type'],
  ['response-expires', 'expires'],
];

const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** What a GET shows beside its bytes, and a HEAD alone. */
function describe(call: ObjectCall, version: StoredObject): Record<string, string> {
  const { content } = version;
  const { settings } = content;
  // Assigned, not spread: an object made of several spreads gets a hidden class of its own, which only a full collection frees.
  const headers: Record<string, string> = Object.assign(
    {},
    settings.headers,
    { 'accept-ranges': 'bytes', etag: `"${content.etag}"`, 'last-modified': headerTime(version.modified) },
    encryptionHeaders(settings.encryption),
    versionHeader(call.bucket, version),
  );
  for (const name in settings.metadata) headers[`x-amz-meta-${name}`] = settings.metadata[name] ?? '';
  if (settings.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = settings.storageClass;
  if (settings.websiteRedirect !== undefined) headers['x-amz-website-redirect-location'] = settings.websiteRedirect;
  if (call.bucket.lock !== undefined) Object.assign(headers, lockHeaders(call, content));
  if (content.tags.length > 0) headers['x-amz-tagging-count'] = String(content.tags.length);
  return headers;
}

function override(call: ObjectCall, headers: Record<string, string>): void {
  for (const [parameter, header] of OVERRIDES) {
    const value = call.query.get(parameter);
    if (value === undefined) continue;
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: only signed requests may override.
    if (call.context.caller.kind === 'anonymous') {
      throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
    }
    headers[header] = value;
  }
}

/** The bytes of one part, for `partNumber`; an object that was not uploaded in parts has one. */
function partRange(call: ObjectCall, content: ObjectContent): (ByteRange & { count: number | undefined }) | undefined {
  const text = call.query.get('partNumber');
  if (text === undefined) return undefined;
  const wanted = Number(text);
  if (!/^\d+$/.test(text) || wanted < 1 || wanted > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  if (call.request.headers.range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const parts = content.multipart?.parts;
  if (parts === undefined && wanted === 1) return { start: 0, end: content.size, count: undefined };
  let start = 0;
  for (const part of parts ?? []) {
    if (part.number === wanted) return { start, end: start + part.size, count: parts?.length };
    start += part.size;
  }
  throw s3Error('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
    PartNumberRequested: text,
    ActualPartCount: String(parts?.length ?? 1),
  });
}

function read(call: ObjectCall, withBody: boolean): AwsResponse {
  const version = findObject(call);
  const { content } = version;
  const headers = describe(call, version);
  checkReadConditions(call.request.headers, { etag: content.etag, modified: version.modified }, headers);
  if (withBody && ARCHIVED.has(content.settings.storageClass)) {
    throw s3Error('InvalidObjectState', 403, "The operation is not valid for the object's storage class", {
      StorageClass: content.settings.storageClass,
    });
  }
  override(call, headers);
  const part = partRange(call, content);
  const range = part ?? readRange(call.request.headers.range, content.size);
  if (part?.count !== undefined) headers['x-amz-mp-parts-count'] = String(part.count);
  const partial = range !== undefined && content.size > 0;
  if (partial) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${content.size}`;
  if (call.request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !partial) {
    Object.assign(headers, checksumHeaders(checksumOfObject(content)));
  }
  const { start, end } = range ?? { start: 0, end: content.size };
  headers['content-length'] = String(end - start);
  return {
    status: partial ? 206 : 200,
    headers,
    ...(withBody ? { body: readPayload(content.payload, start, end) } : {}),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function getObject(call: ObjectCall): AwsResponse {
  return read(call, true);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function headObject(call: ObjectCall): AwsResponse {
  return read(call, false);
}
