import { hash, randomBytes } from 'node:crypto';
import type { AwsResponse } from '../../contract.ts';
import { type BucketCall, nowInSeconds, type ObjectCall } from '../call.ts';
import { encryptionHeaders } from '../encryption.ts';
import { s3Error } from '../errors.ts';
import { newVersionHeader } from '../find-object.ts';
import { checksumHeaders, checksumOfObject, sentChecksum } from '../object-checksums.ts';
import { lockNewObject, requestedLockOfPut } from '../object-lock.ts';
import { checkWriteConditions } from '../preconditions.ts';
import { checkAclHeaders, checkKey, readSettings } from '../settings.ts';
import { storePayload } from '../store/payload.ts';
import type { Encryption, ObjectContent, ObjectLock, ObjectVersion } from '../store/types.ts';
import { addVersion, newVersionId } from '../store/versions.ts';
import { readTagHeader } from '../tags.ts';

/** 5 GiB: more has to come in parts. */
export const MAX_PUT = 5 * 1024 ** 3;

/** Throws MissingContentLength and EntityTooLarge by the headers, before any byte has been read. */
export function checkBodyLength(headers: Readonly<Record<string, string>>): void {
  const length = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (length === undefined) {
    if (headers['transfer-encoding'] === undefined) return;
    throw s3Error('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > MAX_PUT) {
    throw s3Error('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
      MaxSizeAllowed: String(MAX_PUT),
    });
  }
}

/** ETag of bytes that are stored in one piece: their MD5, but not where KMS encrypts them: then S3 shows something else. */
export function etagOf(bytes: Uint8Array, encryption: Encryption): string {
  return encryption.algorithm === 'AES256' ? hash('md5', bytes, 'hex') : randomBytes(16).toString('hex');
}

/** Makes an object the current version of a key, owned by the bucket's account: its default ownership is enforced. */
export function storeObject(
  call: BucketCall,
  key: string,
  content: ObjectContent,
  lock: ObjectLock | undefined,
): ObjectVersion {
  const { bucket } = call;
  lockNewObject(call, content, lock);
  const owner = bucket.ownership === 'ObjectWriter' ? call.context.caller.account : bucket.account;
  return addVersion(bucket, key, { id: newVersionId(bucket), modified: nowInSeconds(call), owner, content });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(call: ObjectCall): Promise<AwsResponse> {
  const { request, bucket, key } = call;
  checkKey(key);
  checkAclHeaders(call);
  const lock = requestedLockOfPut(call);
  checkBodyLength(request.headers);
  const settings = readSettings(call);
  const tags = readTagHeader(request.headers['x-amz-tagging']);
  checkWriteConditions(request.headers, bucket, key);

  const bytes = await request.body();
  const sent = sentChecksum(call);
  // Another request may have won while the body came in.
  checkWriteConditions(request.headers, bucket, key);
  const content: ObjectContent = {
    size: bytes.byteLength,
    etag: etagOf(bytes, settings.encryption),
    payload: storePayload(bytes),
    settings,
    checksum: sent === undefined ? undefined : { ...sent, type: 'FULL_OBJECT' },
    multipart: undefined,
    tags,
  };
  const version = storeObject(call, key, content, lock);
  return {
    status: 200,
    headers: {
      etag: `"${content.etag}"`,
      ...checksumHeaders(checksumOfObject(content)),
      ...encryptionHeaders(settings.encryption),
      ...newVersionHeader(bucket, version),
    },
  };
}
