import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumOf, createChecksum } from '../checksums.ts';
import type { ServiceCall } from './call.ts';
import { invalidRequest } from './errors.ts';
import { type Payload, readPayload } from './store/payload.ts';
import type { Checksum, ObjectContent } from './store/types.ts';

/** Name of an algorithm in headers (`x-amz-checksum-crc32`). */
const headerOf = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** Name of an algorithm in XML (`ChecksumCRC32`). */
export const elementOf = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

/** An algorithm as a header names it; `undefined` without the header. Throws InvalidRequest for one that S3 does not know. */
export function readAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  return algorithm;
}

/**
 * The checksum that the client sent in a header or trailer, which the pipeline has verified. Ask after the body has been read.
 * S3 ignores one that stands in the query of a presigned URL: SDKs sign the checksum of no body there.
 */
export function sentChecksum(call: ServiceCall): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const { request, query } = call;
  const presigned = request.signature?.type === 'query' ? [...query.keys()].map((name) => name.toLowerCase()) : [];
  const trailers = request.trailers();
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const header = headerOf(algorithm);
    if (presigned.includes(header)) return undefined;
    const value = request.headers[header] ?? trailers[header];
    if (value !== undefined) return { algorithm, value };
  }
  if (request.headers['x-amz-sdk-checksum-algorithm'] !== undefined && presigned.length === 0) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return undefined;
}

/** The headers that show a checksum. */
export function checksumHeaders(checksum: Checksum): Record<string, string> {
  return { [headerOf(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The header of a part's checksum, which has no type. */
export function partChecksumHeaders(
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined,
): Record<string, string> {
  return checksum === undefined ? {} : { [headerOf(checksum.algorithm)]: checksum.value };
}

function addPayload(payload: Payload, update: (bytes: Uint8Array) => void): void {
  if (typeof payload === 'string' || payload instanceof Uint8Array) update(readPayload(payload));
  else for (const piece of payload) addPayload(piece, update);
}

/** The checksum of a whole payload, base64. */
export function payloadChecksum(algorithm: ChecksumAlgorithm, payload: Payload): string {
  const checksum = createChecksum(algorithm);
  addPayload(payload, checksum.update);
  return checksum.digest();
}

/**
 * The checksum of an object: the client's own, or the CRC64NVME that S3 computes for objects without one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function checksumOfObject(content: ObjectContent): Checksum {
  return (
    content.checksum ?? {
      algorithm: 'CRC64NVME',
      type: 'FULL_OBJECT',
      value: payloadChecksum('CRC64NVME', content.payload),
    }
  );
}

/** The checksum of checksums of a multipart upload: of the parts' raw values one after another, with the number of parts. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const raw = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  return `${checksumOf(algorithm, raw)}-${parts.length}`;
}
