import { AwsError, type AwsResponse } from '../../contract.ts';
import { type XmlElement, type XmlValue, xmlChildren, xmlText } from '../../xml.ts';
import { authorizeOperation } from '../access.ts';
import { type BucketCall, nowInSeconds, type ObjectCall } from '../call.ts';
import { invalidRequest, malformedXml, noSuchKey, noSuchVersion, preconditionFailed } from '../errors.ts';
import { checkVersionId } from '../find-object.ts';
import { demandMfaWhereSet } from '../mfa-delete.ts';
import { bypassesGovernance, refuseProtected } from '../object-lock.ts';
import { checkKey } from '../settings.ts';
import { currentVersion, deleteCurrent, findVersion, isObject, removeVersion } from '../store/versions.ts';
import { readDocument, xmlAnswer } from '../xml-answer.ts';

const MAX_KEYS = 1000;

/** What became of one delete. */
interface Deleted {
  readonly versionId?: string;
  /** Whether a delete marker was made, or was what has been removed. */
  readonly marker: boolean;
}

/** `If-Match` of a delete: `*` or the ETag of what is to be deleted. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html */
function checkCondition(call: BucketCall, key: string, versionId: string | undefined, etag: string | undefined): void {
  if (etag === undefined) return;
  const version = versionId === undefined ? currentVersion(call.bucket, key) : findVersion(call.bucket, key, versionId);
  if (!isObject(version)) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  if (etag !== '*' && etag.replaceAll('"', '') !== version.content.etag) throw preconditionFailed('If-Match');
}

function deleteOne(call: BucketCall, key: string, versionId: string | undefined): Deleted {
  const { bucket, context } = call;
  checkKey(key);
  if (versionId === undefined) {
    const { marker } = deleteCurrent(bucket, key, nowInSeconds(call), context.caller.account);
    return marker === undefined ? { marker: false } : { marker: true, versionId: marker };
  }
  checkVersionId(versionId);
  demandMfaWhereSet(call);
  refuseProtected(call, findVersion(bucket, key, versionId)?.content);
  const removed = removeVersion(bucket, key, versionId);
  return { versionId, marker: removed !== undefined && removed.content === undefined };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject(call: ObjectCall): AwsResponse {
  const versionId = call.query.get('versionId');
  checkCondition(call, call.key, versionId, call.request.headers['if-match']);
  const deleted = deleteOne(call, call.key, versionId);
  return {
    status: 204,
    headers: {
      ...(deleted.versionId === undefined || call.bucket.versioning === undefined
        ? {}
        : { 'x-amz-version-id': deleted.versionId }),
      ...(deleted.marker ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  };
}

interface Wanted {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly etag: string | undefined;
}

function readWanted(element: XmlElement): Wanted {
  const key = xmlText(element, 'Key');
  if (key === undefined || key === '') throw malformedXml();
  return { key, versionId: xmlText(element, 'VersionId'), etag: xmlText(element, 'ETag') };
}

/** The batch says per key what happened: one that is refused does not stop the others. */
function deleteWanted(call: BucketCall, wanted: Wanted): { deleted: XmlValue } | { error: XmlValue } {
  const { key, versionId, etag } = wanted;
  const place = { Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
  try {
    const needs = {
      ...(versionId === undefined ? {} : { versionId }),
      ...(bypassesGovernance(call.request.headers) ? { bypassesGovernance: true } : {}),
    };
    authorizeOperation(call, call.bucket, { operation: 'DeleteObject', key, needs }, { versionId });
    checkCondition(call, key, versionId, etag);
    const result = deleteOne(call, key, versionId);
    return {
      deleted: {
        ...place,
        ...(result.marker ? { DeleteMarker: true, DeleteMarkerVersionId: result.versionId } : {}),
      },
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error: { ...place, Code: error.code, Message: error.message } };
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects(call: BucketCall): Promise<AwsResponse> {
  const { headers } = call.request;
  const bytes = await call.request.body();
  const hasChecksum =
    headers['content-md5'] !== undefined ||
    [...Object.keys(headers), ...Object.keys(call.request.trailers())].some((name) =>
      /^x-amz-checksum-(?:crc|sha)/.test(name),
    );
  if (!hasChecksum) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const document = readDocument(bytes, 'Delete');
  const wanted = xmlChildren(document, 'Object').map(readWanted);
  if (wanted.length === 0 || wanted.length > MAX_KEYS) throw malformedXml();
  const quiet = xmlText(document, 'Quiet') === 'true';
  const results = wanted.map((one) => deleteWanted(call, one));
  const deleted = results.flatMap((result) => ('deleted' in result && !quiet ? [result.deleted] : []));
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  return xmlAnswer('DeleteResult', { Deleted: deleted, Error: errors });
}
