import type { AwsResponse } from '../../contract.ts';
import type { XmlValue } from '../../xml.ts';
import { type BucketCall, type ObjectCall, xmlTime } from '../call.ts';
import { elementOf } from '../object-checksums.ts';
import { ownerElement } from '../owner.ts';
import type { Upload } from '../store/types.ts';
import { behindUploads, findUpload, keyOfPlace, uploadPlace } from '../uploads.ts';
import { type Found, walkKeys } from '../walk.ts';
import { xmlAnswer } from '../xml-answer.ts';
import { prefixesOf, readEncoder, readLimit } from './list-objects.ts';

function initiatorElement(upload: Upload): XmlValue {
  const { id, name } = upload.initiator;
  return { ID: id, DisplayName: name === '' ? undefined : name };
}

function uploadElement(upload: Upload, encode: (text: string) => string): XmlValue {
  return {
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiator: initiatorElement(upload),
    Owner: ownerElement(upload.owner),
    StorageClass: upload.settings.storageClass,
    Initiated: xmlTime(upload.started),
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
  };
}

function markerOf(last: Found<Upload> | undefined): { key: string; id: string } | undefined {
  if (last === undefined) return undefined;
  return 'commonPrefix' in last ? { key: last.commonPrefix, id: '' } : { key: last.value.key, id: last.value.id };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(call: BucketCall): AwsResponse {
  const { query, bucket } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const limit = readLimit(call, 'max-uploads');
  const { encode, encodingType } = readEncoder(call);
  const behind = idMarker === '' ? behindUploads(keyMarker) : uploadPlace(keyMarker, idMarker);
  const after = keyMarker === '' ? undefined : behind;
  const page = walkKeys(bucket.uploads, { prefix, delimiter, limit, after }, () => true, keyOfPlace);
  const next = page.last === undefined ? undefined : markerOf(page.found.at(-1));
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: next === undefined ? undefined : encode(next.key),
    NextUploadIdMarker: next?.id,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    MaxUploads: limit,
    IsTruncated: next !== undefined,
    Upload: page.found.flatMap((one) => ('value' in one ? [uploadElement(one.value, encode)] : [])),
    CommonPrefixes: prefixesOf(page.found, encode),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(call: ObjectCall): AwsResponse {
  const upload = findUpload(call);
  const limit = readLimit(call, 'max-parts');
  const marker = readLimit(call, 'part-number-marker', 10_000);
  const from = call.query.has('part-number-marker') ? marker : 0;
  const rest = [...upload.parts.values()]
    .filter((part) => part.number > from)
    .sort((left, right) => left.number - right.number);
  const page = rest.slice(0, limit);
  return xmlAnswer('ListPartsResult', {
    Bucket: call.bucket.name,
    Key: call.key,
    UploadId: upload.id,
    Initiator: initiatorElement(upload),
    Owner: ownerElement(upload.owner),
    StorageClass: upload.settings.storageClass,
    PartNumberMarker: from,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: xmlTime(part.modified),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...(part.checksum === undefined ? {} : { [elementOf(part.checksum.algorithm)]: part.checksum.value }),
    })),
  });
}
