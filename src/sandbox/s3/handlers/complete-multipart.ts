import { createHash } from 'node:crypto';
import type { AwsResponse } from '../../contract.ts';
import { type XmlElement, xmlChildren, xmlText } from '../../xml.ts';
import type { ObjectCall } from '../call.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidRequest, malformedXml, noSuchUpload, s3Error } from '../errors.ts';
import { newVersionHeader } from '../find-object.ts';
import { checksumOfObject, compositeChecksum, elementOf, payloadChecksum } from '../object-checksums.ts';
import { checkWriteConditions } from '../preconditions.ts';
import type { Checksum, ObjectContent, ObjectVersion, Upload, UploadedPart } from '../store/types.ts';
import { currentVersion } from '../store/versions.ts';
import { namedUpload, uploadPlace } from '../uploads.ts';
import { readDocument, xmlAnswer } from '../xml-answer.ts';
import { storeObject } from './object-write.ts';

const MIN_PART = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

interface ListedPart {
  readonly number: number;
  readonly etag: string;
  readonly element: XmlElement;
}

function readParts(bytes: Uint8Array): ListedPart[] {
  const parts = xmlChildren(readDocument(bytes, 'CompleteMultipartUpload'), 'Part').map((element) => {
    const number = Number(xmlText(element, 'PartNumber') ?? '');
    const etag = xmlText(element, 'ETag');
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS || etag === undefined) throw malformedXml();
    return { number, etag: etag.trim().replaceAll('"', ''), element };
  });
  if (parts.length === 0 || parts.length > MAX_PARTS) throw malformedXml();
  return parts;
}

function findPart(upload: Upload, listed: ListedPart): UploadedPart {
  const part = upload.parts.get(listed.number);
  const algorithm = upload.checksumAlgorithm;
  const checksum = algorithm === undefined ? undefined : xmlText(listed.element, elementOf(algorithm));
  if (
    part === undefined ||
    part.etag !== listed.etag ||
    (checksum !== undefined && checksum !== part.checksum?.value)
  ) {
    throw s3Error(
      'InvalidPart',
      400,
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: upload.id, PartNumber: String(listed.number), ETag: listed.etag },
    );
  }
  if (algorithm !== undefined && checksum === undefined && upload.checksumType === 'COMPOSITE') {
    const name = algorithm.toLowerCase();
    throw invalidRequest(
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${listed.number} in the request.`,
    );
  }
  return part;
}

/** The parts in the order of the request, each as it was uploaded. Throws InvalidPartOrder, InvalidPart, EntityTooSmall. */
function collectParts(upload: Upload, listed: readonly ListedPart[]): UploadedPart[] {
  for (const [index, part] of listed.entries()) {
    const before = listed[index - 1];
    if (before !== undefined && before.number >= part.number) {
      throw s3Error(
        'InvalidPartOrder',
        400,
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        { UploadId: upload.id },
      );
    }
  }
  const parts = listed.map((part) => findPart(upload, part));
  for (const part of parts.slice(0, -1)) {
    if (part.size >= MIN_PART) continue;
    throw s3Error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(part.size),
      MinSizeAllowed: String(MIN_PART),
      PartNumber: String(part.number),
      ETag: part.etag,
    });
  }
  return parts;
}

function checksumOfParts(call: ObjectCall, upload: Upload, parts: readonly UploadedPart[]): Checksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (algorithm === undefined || type === undefined) return undefined;
  const value =
    type === 'COMPOSITE'
      ? compositeChecksum(
          algorithm,
          parts.map((part) => part.checksum?.value ?? ''),
        )
      : payloadChecksum(
          algorithm,
          parts.map((part) => part.payload),
        );
  const expected = call.request.headers[`x-amz-checksum-${algorithm.toLowerCase()}`];
  if (expected !== undefined && expected !== value) {
    throw s3Error(
      'BadDigest',
      400,
      `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
  return { algorithm, type, value };
}

/** MD5 of the parts' MD5s, with their number: how everyone tells a multipart object. */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

function checkSize(call: ObjectCall, size: number): void {
  const expected = call.request.headers['x-amz-mp-object-size'];
  if (expected === undefined || Number(expected) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
  );
}

function answer(call: ObjectCall, version: ObjectVersion, content: ObjectContent): AwsResponse {
  const { bucket, key } = call;
  const checksum = checksumOfObject(content);
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(key)}`,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${content.etag}"`,
      [elementOf(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    },
    { ...encryptionHeaders(content.settings.encryption), ...newVersionHeader(bucket, version) },
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(call: ObjectCall): Promise<AwsResponse> {
  const { bucket, key, request } = call;
  const uploadId = call.query.get('uploadId') ?? '';
  const bytes = await request.body();
  const upload = namedUpload(bucket, key, uploadId);
  if (upload === undefined) {
    // A client that lost the answer asks again, and gets it again.
    const current = currentVersion(bucket, key);
    if (current?.content?.multipart?.uploadId === uploadId) return answer(call, current, current.content);
    throw noSuchUpload(uploadId);
  }
  const parts = collectParts(upload, readParts(bytes));
  checkWriteConditions(request.headers, bucket, key);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  checkSize(call, size);
  const composite = upload.checksumType === 'COMPOSITE';
  const content: ObjectContent = {
    size,
    etag: etagOfParts(parts),
    payload: parts.map((part) => part.payload),
    settings: upload.settings,
    checksum: checksumOfParts(call, upload, parts),
    multipart: {
      uploadId: upload.id,
      parts: parts.map((part, index) => ({
        number: index + 1,
        size: part.size,
        ...(composite && part.checksum !== undefined ? { checksum: part.checksum.value } : {}),
      })),
    },
    tags: upload.tags,
  };
  bucket.uploads.delete(uploadPlace(key, uploadId));
  return answer(call, storeObject(call, key, content, upload.lock), content);
}
