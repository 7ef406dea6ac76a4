import { randomBytes } from 'node:crypto';
import type { ChecksumAlgorithm } from '../checksums.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from './errors.ts';
import { readAlgorithm } from './object-checksums.ts';
import type { Bucket, Upload } from './store/types.ts';

/** Below every other character: uploads are in the order of their keys. */
const SEPARATOR = '\u0000';

/** Where an upload stands in the bucket's ordered uploads: by object key, then in the order in which they were started. */
export function uploadPlace(key: string, uploadId: string): string {
  return `${key}${SEPARATOR}${uploadId}`;
}

/** A place behind every upload of a key. */
export function behindUploads(key: string): string {
  return `${key}${SEPARATOR}\uffff`;
}

/** The object key in such a place. */
export function keyOfPlace(place: string): string {
  const cut = place.lastIndexOf(SEPARATOR);
  return cut < 0 ? place : place.slice(0, cut);
}

/** An id that sorts behind those of uploads that were started before. */
export function newUploadId(now: Date): string {
  return `${now.getTime().toString(36).padStart(9, '0')}.${randomBytes(48).toString('base64url')}`;
}

/** The upload that a request names by key and `uploadId`, if there is one. */
export function namedUpload(bucket: Bucket, key: string, uploadId: string): Upload | undefined {
  return bucket.uploads.get(uploadPlace(key, uploadId));
}

/** The same; throws NoSuchUpload where there is none. */
export function findUpload(call: ObjectCall): Upload {
  const uploadId = call.query.get('uploadId') ?? '';
  const upload = namedUpload(call.bucket, call.key, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId);
  return upload;
}

/** Throws InvalidArgument for what is not a part number from 1 to 10,000. */
export function readPartNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
}

/**
 * How the checksum of the finished object is made: from the whole, or from the parts' checksums.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#Full-object-checksums
 */
export function readChecksumChoice(call: BucketCall): {
  algorithm: ChecksumAlgorithm | undefined;
  type: 'FULL_OBJECT' | 'COMPOSITE' | undefined;
} {
  const { headers } = call.request;
  const algorithm = readAlgorithm(headers['x-amz-checksum-algorithm']);
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
    }
    return { algorithm, type };
  }
  const isSha = algorithm === 'SHA1' || algorithm === 'SHA256';
  if ((isSha && type === 'FULL_OBJECT') || (algorithm === 'CRC64NVME' && type === 'COMPOSITE')) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE') };
}
