import type { AwsResponse } from '../../contract.ts';
import { authorizeOperation } from '../access.ts';
import { nowInSeconds, type ObjectCall, xmlTime } from '../call.ts';
import { readCopySource, readSource } from '../copy-source.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidArgument, invalidRequest, s3Error } from '../errors.ts';
import { elementOf, partChecksumHeaders, payloadChecksum, sentChecksum } from '../object-checksums.ts';
import { requestedLock } from '../object-lock.ts';
import { canonicalId } from '../owner.ts';
import { checkAclHeaders, checkKey, readSettings } from '../settings.ts';
import { ownString } from '../store/own-string.ts';
import { readPayload, storePayload } from '../store/payload.ts';
import type { Upload, UploadedPart } from '../store/types.ts';
import { readTagHeader } from '../tags.ts';
import { findUpload, namedUpload, newUploadId, readChecksumChoice, readPartNumber, uploadPlace } from '../uploads.ts';
import { emptyAnswer, xmlAnswer } from '../xml-answer.ts';
import { checkBodyLength, etagOf, MAX_PUT } from './object-write.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(call: ObjectCall): AwsResponse {
  const { request, bucket, key, context } = call;
  checkKey(key);
  checkAclHeaders(call);
  const { algorithm, type } = readChecksumChoice(call);
  const { caller } = context;
  const upload: Upload = {
    id: newUploadId(context.now()),
    key: ownString(key),
    started: nowInSeconds(call),
    owner: bucket.account,
    initiator:
      caller.kind === 'root' || caller.kind === 'anonymous'
        ? { id: canonicalId(caller.account), name: '' }
        : { id: caller.arn, name: caller.arn.split('/').at(-1) ?? '' },
    settings: readSettings(call),
    tags: readTagHeader(request.headers['x-amz-tagging']),
    lock: requestedLock(call),
    checksumAlgorithm: algorithm,
    checksumType: type,
    parts: new Map(),
  };
  bucket.uploads.set(uploadPlace(key, upload.id), upload);
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.id },
    {
      ...encryptionHeaders(upload.settings.encryption),
      ...(algorithm === undefined || type === undefined
        ? {}
        : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type }),
    },
  );
}

/**
 * Throws where a part's checksum is not of the kind that the upload was started with. An upload that was started with none takes parts with
 * any: SDKs send CRC32 by default with each part, and boto3's low-level calls name no algorithm when they start an upload.
 */
function checkAlgorithm(upload: Upload, sent: UploadedPart['checksum']): void {
  if (upload.checksumAlgorithm === undefined || sent?.algorithm === upload.checksumAlgorithm) return;
  // The CRCs need not be sent: S3 computes them.
  if (sent === undefined && upload.checksumAlgorithm?.startsWith('CRC') === true) return;
  const name = (algorithm: string | undefined): string => algorithm?.toLowerCase() ?? 'null';
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${name(upload.checksumAlgorithm)}, actual checksum Type: ${name(sent?.algorithm)}`,
  );
}

function storePart(
  call: ObjectCall,
  upload: Upload,
  number: number,
  bytes: Uint8Array,
  sent: UploadedPart['checksum'],
): UploadedPart {
  const { checksumAlgorithm } = upload;
  const payload = storePayload(bytes);
  const part: UploadedPart = {
    number,
    size: bytes.byteLength,
    etag: etagOf(bytes, upload.settings.encryption),
    modified: nowInSeconds(call),
    payload,
    checksum:
      checksumAlgorithm === undefined
        ? undefined
        : (sent ?? { algorithm: checksumAlgorithm, value: payloadChecksum(checksumAlgorithm, payload) }),
  };
  upload.parts.set(number, part);
  return part;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: ObjectCall): Promise<AwsResponse> {
  const { request } = call;
  const number = readPartNumber(call.query.get('partNumber') ?? '');
  findUpload(call);
  checkBodyLength(request.headers);
  const bytes = await request.body();
  // It may have been completed or aborted while the body came in.
  const upload = findUpload(call);
  const sent = sentChecksum(call);
  checkAlgorithm(upload, sent);
  const part = storePart(call, upload, number, bytes, sent);
  return emptyAnswer(200, {
    etag: `"${part.etag}"`,
    ...partChecksumHeaders(sent ?? part.checksum),
    ...encryptionHeaders(upload.settings.encryption),
  });
}

function readCopyRange(header: string | undefined, size: number): { start: number; end: number } {
  if (header === undefined) return { start: 0, end: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  if (match === null || Number(match[2]) < Number(match[1])) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (Number(match[2]) >= size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { start: Number(match[1]), end: Number(match[2]) + 1 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export function uploadPartCopy(call: ObjectCall): AwsResponse {
  const { request, bucket, key } = call;
  const number = readPartNumber(call.query.get('partNumber') ?? '');
  const source = readCopySource(call);
  const object = readSource(call, source, false);
  const { keyArn, bucketKey } = namedUpload(bucket, key, call.query.get('uploadId') ?? '')?.settings.encryption ?? {};
  const needs = {
    copySource: { bucket: source.bucket.name, key: source.key },
    ...(keyArn === undefined ? {} : { kmsKeyArn: keyArn }),
  };
  // What the table says of the source has been decided in the source's bucket.
  authorizeOperation(
    call,
    bucket,
    { operation: 'UploadPartCopy', key, needs },
    { usesBucketKey: bucketKey },
    (permission) => /^(?:s3:Put|kms:)/.test(permission.action),
  );
  const upload = findUpload(call);
  const range = readCopyRange(request.headers['x-amz-copy-source-range'], object.content.size);
  const bytes = readPayload(object.content.payload, range.start, range.end);
  if (bytes.byteLength > MAX_PUT) {
    throw s3Error(
      'InvalidRequest',
      400,
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  }
  const part = storePart(call, upload, number, bytes, undefined);
  return xmlAnswer(
    'CopyPartResult',
    {
      LastModified: xmlTime(part.modified),
      ETag: `"${part.etag}"`,
      ...(part.checksum === undefined ? {} : { [elementOf(part.checksum.algorithm)]: part.checksum.value }),
    },
    {
      ...encryptionHeaders(upload.settings.encryption),
      ...(source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': object.id }),
    },
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export function abortMultipartUpload(call: ObjectCall): AwsResponse {
  const upload = findUpload(call);
  call.bucket.uploads.delete(uploadPlace(call.key, upload.id));
  return emptyAnswer(204);
}
