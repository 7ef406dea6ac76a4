import type { AwsResponse } from '../../contract.ts';
import type { XmlValue } from '../../xml.ts';
import { headerTime, type ObjectCall } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { findObject, versionHeader } from '../find-object.ts';
import { checksumOfObject, elementOf } from '../object-checksums.ts';
import type { Checksum, ObjectPart } from '../store/types.ts';
import { xmlAnswer } from '../xml-answer.ts';

const ATTRIBUTES = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);

function readCount(call: ObjectCall, name: string, otherwise: number): number {
  const text = call.request.headers[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(`Invalid ${name}`, name, text);
  return Number(text);
}

function partsElement(call: ObjectCall, parts: readonly ObjectPart[], checksum: Checksum): XmlValue {
  const limit = Math.min(readCount(call, 'x-amz-max-parts', 1000), 1000);
  const marker = readCount(call, 'x-amz-part-number-marker', 0);
  const rest = parts.filter((part) => part.number > marker);
  const page = rest.slice(0, limit);
  // S3 lists parts only where they have checksums of their own.
  const listed = checksum.type === 'COMPOSITE' ? page : [];
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    Part: listed.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      [elementOf(checksum.algorithm)]: part.checksum,
    })),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export function getObjectAttributes(call: ObjectCall): AwsResponse {
  const header = call.request.headers['x-amz-object-attributes'] ?? '';
  const wanted = new Set(
    header
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
  const unknown = [...wanted].find((name) => !ATTRIBUTES.has(name));
  if (unknown !== undefined || wanted.size === 0) {
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', header);
  }
  const version = findObject(call);
  const { content } = version;
  const checksum = checksumOfObject(content);
  return xmlAnswer(
    'GetObjectAttributesResponse',
    {
      ETag: wanted.has('ETag') ? content.etag : undefined,
      Checksum: wanted.has('Checksum')
        ? { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
        : undefined,
      ObjectParts:
        wanted.has('ObjectParts') && content.multipart !== undefined
          ? partsElement(call, content.multipart.parts, checksum)
          : undefined,
      StorageClass: wanted.has('StorageClass') ? content.settings.storageClass : undefined,
      ObjectSize: wanted.has('ObjectSize') ? content.size : undefined,
    },
    {
      'last-modified': headerTime(version.modified),
      ...versionHeader(call.bucket, version),
    },
  );
}
