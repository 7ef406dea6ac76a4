import type { AwsResponse } from '../../contract.ts';
import { type BucketCall, xmlTime } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { ownerElement } from '../owner.ts';
import { urlEncode } from '../query.ts';
import type { ObjectVersion } from '../store/types.ts';
import { isObject } from '../store/versions.ts';
import { type Found, walkKeys } from '../walk.ts';
import { xmlAnswer } from '../xml-answer.ts';

const MAX_KEYS = 1000;

/** A count from the query; at most `most`. Throws InvalidArgument for what is not a whole number from 0 on. */
export function readLimit(call: BucketCall, name: string, most = MAX_KEYS): number {
  const text = call.query.get(name);
  if (text === undefined || text === '') return most;
  const limit = Number(text);
  if (!/^-?\d+$/.test(text) || limit > 2_147_483_647) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
  if (limit < 0) throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  return Math.min(limit, most);
}

/** How keys stand in the answer: as they are, or encoded where the client asked for it. */
export function readEncoder(call: BucketCall): { encode: (text: string) => string; encodingType: string | undefined } {
  const encodingType = call.query.get('encoding-type');
  if (encodingType === undefined) return { encode: (text) => text, encodingType };
  if (encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return { encode: urlEncode, encodingType };
}

/** The keys that a plain GET would find: those whose current version is no delete marker. */
const isListed = (entry: ObjectVersion): boolean => isObject(entry);

function contentsOf(found: readonly Found<ObjectVersion>[], encode: (text: string) => string, withOwner: boolean) {
  return found.flatMap((one) => {
    if ('commonPrefix' in one || !isObject(one.value)) return [];
    const { content, modified, owner } = one.value;
    return [
      {
        Key: encode(one.key),
        LastModified: xmlTime(modified),
        ETag: `"${content.etag}"`,
        ...(content.checksum === undefined
          ? {}
          : { ChecksumAlgorithm: content.checksum.algorithm, ChecksumType: content.checksum.type }),
        Size: content.size,
        ...(withOwner ? { Owner: ownerElement(owner) } : {}),
        StorageClass: content.settings.storageClass,
      },
    ];
  });
}

/** The `<CommonPrefixes>` of a page. */
export function prefixesOf<V>(found: readonly Found<V>[], encode: (text: string) => string): { Prefix: string }[] {
  return found.flatMap((one) => ('commonPrefix' in one ? [{ Prefix: encode(one.commonPrefix) }] : []));
}

/** Continuation tokens are opaque to clients; ours hold the last key or common prefix of the page before. */
function readToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (token === '' || bytes[0] !== 1 || bytes.toString('base64url') !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return bytes.subarray(1).toString('utf8');
}

function makeToken(last: string): string {
  return Buffer.concat([Buffer.of(1), Buffer.from(last, 'utf8')]).toString('base64url');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(call: BucketCall): AwsResponse {
  const { query, bucket } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = readLimit(call, 'max-keys');
  const { encode, encodingType } = readEncoder(call);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = readToken(token) ?? startAfter;
  const page = walkKeys(bucket.keys, { prefix, delimiter, limit, after }, isListed);
  return xmlAnswer('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: encodingType,
    ContinuationToken: token,
    NextContinuationToken: page.last === undefined ? undefined : makeToken(page.last),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    KeyCount: page.found.length,
    IsTruncated: page.last !== undefined,
    Contents: contentsOf(page.found, encode, query.get('fetch-owner') === 'true'),
    CommonPrefixes: prefixesOf(page.found, encode),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjects(call: BucketCall): AwsResponse {
  const { query, bucket } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const marker = query.get('marker') ?? '';
  const limit = readLimit(call, 'max-keys');
  const { encode, encodingType } = readEncoder(call);
  const after = marker === '' ? undefined : marker;
  const page = walkKeys(bucket.keys, { prefix, delimiter, limit, after }, isListed);
  return xmlAnswer('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Marker: encode(marker),
    // S3 gives the next marker only with a delimiter; without one the client takes the last key.
    NextMarker: page.last === undefined || delimiter === '' ? undefined : encode(page.last),
    MaxKeys: limit,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    IsTruncated: page.last !== undefined,
    Contents: contentsOf(page.found, encode, true),
    CommonPrefixes: prefixesOf(page.found, encode),
  });
}
