import { AwsError } from '../contract.ts';
import { noSuchKey, notImplemented, preconditionFailed } from './errors.ts';
import type { Bucket, ObjectContent } from './store/types.ts';
import { currentVersion } from './store/versions.ts';

type Headers = Readonly<Record<string, string>>;

/** What conditions compare with: the object's ETag without quotes, and when it was last modified, in seconds since 1970. */
interface Compared {
  readonly etag: string;
  readonly modified: number;
}

function matches(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => {
    const bare = one.trim().replace(/^W\//, '');
    return bare === `"${etag}"` || bare === etag;
  });
}

/** A date as HTTP writes it, in seconds since 1970; `undefined` when there is none, or none that can be read (then S3 ignores it). */
function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/**
 * Throws 412 PreconditionFailed or 304 where the conditions of a GET or HEAD do not hold. If-Match beats If-Unmodified-Since and
 * If-None-Match beats If-Modified-Since. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function checkReadConditions(headers: Headers, object: Compared, answerHeaders: Headers): void {
  const ifMatch = headers['if-match'];
  const unmodified = dateOf(headers['if-unmodified-since']);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (unmodified !== undefined && object.modified > unmodified) throw preconditionFailed('If-Unmodified-Since');
  const ifNoneMatch = headers['if-none-match'];
  const modified = dateOf(headers['if-modified-since']);
  const same =
    ifNoneMatch === undefined
      ? modified !== undefined && object.modified <= modified
      : matches(ifNoneMatch, object.etag);
  if (same) throw new AwsError('NotModified', 304, 'Not Modified', { headers: answerHeaders });
}

/** The same for the source of a copy, where everything that does not hold is a 412. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function checkCopyConditions(headers: Headers, object: Compared): void {
  const name = 'x-amz-copy-source-if';
  const ifMatch = headers[`${name}-match`];
  const unmodified = dateOf(headers[`${name}-unmodified-since`]);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed(`${name}-match`);
  } else if (unmodified !== undefined && object.modified > unmodified) {
    throw preconditionFailed(`${name}-unmodified-since`);
  }
  const ifNoneMatch = headers[`${name}-none-match`];
  const modified = dateOf(headers[`${name}-modified-since`]);
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, object.etag)) throw preconditionFailed(`${name}-none-match`);
  } else if (modified !== undefined && object.modified <= modified) throw preconditionFailed(`${name}-modified-since`);
}

/**
 * Throws where the conditions of a write do not hold: `If-None-Match: *` wants no object there, `If-Match` wants that one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(headers: Headers, bucket: Bucket, key: string): void {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch === undefined && ifMatch === undefined) return;
  const content: ObjectContent | undefined = currentVersion(bucket, key)?.content;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match with an ETag on writes');
    if (content !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch !== undefined) {
    if (content === undefined) throw noSuchKey(key);
    if (!matches(ifMatch, content.etag)) throw preconditionFailed('If-Match');
  }
}
