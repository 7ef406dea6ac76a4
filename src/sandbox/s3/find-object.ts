import { AwsError } from '../contract.ts';
import { refuseAbsent } from './access.ts';
import { headerTime, type ObjectCall } from './call.ts';
import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion } from './errors.ts';
import type { Bucket, ObjectVersion } from './store/types.ts';
import { currentVersion, findVersion, isObject, type StoredObject } from './store/versions.ts';

/** The id of a version in headers; buckets that never were versioned show none. */
export function versionHeader(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return bucket.versioning === undefined ? {} : { 'x-amz-version-id': version.id };
}

/** The same in the answer to a write, which names the version only while versioning is enabled: API_PutObject.html. */
export function newVersionHeader(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return bucket.versioning === 'Enabled' ? { 'x-amz-version-id': version.id } : {};
}

/** Throws InvalidArgument for what cannot be the id of a version: `null` or 32 characters. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null' || /^[\w.-]{32}$/.test(versionId)) return;
  const message = versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified';
  throw invalidArgument(message, 'versionId', versionId);
}

/**
 * The object that a request means: of `versionId`, else the current one. Throws NoSuchKey or AccessDenied by s3:ListBucket,
 * NoSuchVersion, and for a delete marker 405 when it is named and 404 when it is the current version.
 */
export function findObject(
  call: ObjectCall,
  bucket: Bucket = call.bucket,
  key: string = call.key,
  versionId: string | undefined = call.query.get('versionId'),
): StoredObject {
  checkVersionId(versionId);
  const version = versionId === undefined ? currentVersion(bucket, key) : findVersion(bucket, key, versionId);
  if (isObject(version)) return version;
  if (version === undefined) {
    return refuseAbsent(call, key, bucket, versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId));
  }
  const headers = { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version) };
  if (versionId !== undefined) {
    const refused = methodNotAllowed(call.request.method, 'DeleteMarker');
    throw new AwsError(refused.code, refused.status, refused.message, {
      fields: refused.fields,
      headers: { ...headers, allow: 'DELETE', 'last-modified': headerTime(version.modified) },
    });
  }
  const absent = noSuchKey(key);
  return refuseAbsent(
    call,
    key,
    bucket,
    new AwsError(absent.code, absent.status, absent.message, { fields: absent.fields, headers }),
  );
}
