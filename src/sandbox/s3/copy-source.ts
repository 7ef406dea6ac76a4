import { authorizeOperation, type Needs } from './access.ts';
import type { ObjectCall } from './call.ts';
import { invalidArgument, invalidRequest, noSuchBucket, notImplemented } from './errors.ts';
import { checkExpectedOwner } from './expected-owner.ts';
import { findObject } from './find-object.ts';
import { checkCopyConditions } from './preconditions.ts';
import { percentDecode } from './query.ts';
import type { Bucket } from './store/types.ts';
import { currentVersion, findVersion, type StoredObject } from './store/versions.ts';

/** What `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId: string | undefined;
}

function parse(header: string): { bucket: string; key: string; versionId: string | undefined } {
  const invalid = invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  );
  if (/^arn(?::|%3A)/i.test(header)) throw notImplemented('copies from access points');
  const cut = header.search(/\?versionId=/);
  const path = percentDecode(cut < 0 ? header : header.slice(0, cut)).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) throw invalid;
  return {
    bucket: path.slice(0, slash),
    key: path.slice(slash + 1),
    versionId: cut < 0 ? undefined : percentDecode(header.slice(cut + '?versionId='.length)),
  };
}

/** The source of a copy, its bucket found and its owner checked. */
export function readCopySource(call: ObjectCall): CopySource {
  const { headers } = call.request;
  const { bucket: name, key, versionId } = parse(headers['x-amz-copy-source'] ?? '');
  const bucket = call.store.buckets.get(name);
  if (bucket === undefined) throw noSuchBucket(name);
  checkExpectedOwner(headers['x-amz-source-expected-bucket-owner'], bucket.account);
  return { bucket, key, versionId };
}

/**
 * Decides whether the caller may read the source, in the source's bucket and with its policy, and returns it. `withTags`: the copy
 * takes the tags along. Throws also where the conditions of the copy do not hold.
 */
export function readSource(call: ObjectCall, source: CopySource, withTags: boolean): StoredObject {
  const { bucket, key, versionId } = source;
  const version = versionId === undefined ? currentVersion(bucket, key) : findVersion(bucket, key, versionId);
  const { keyArn, bucketKey } = version?.content?.settings.encryption ?? {};
  const named: Needs = versionId === undefined ? {} : { versionId };
  const needs: Needs = { ...named, ...(keyArn === undefined ? {} : { kmsKeyArn: keyArn }) };
  const facts = { versionId, existingTags: version?.content?.tags, usesBucketKey: bucketKey };
  authorizeOperation(call, bucket, { operation: 'GetObject', key, needs }, facts);
  if (withTags && (version?.content?.tags.length ?? 0) > 0) {
    authorizeOperation(call, bucket, { operation: 'GetObjectTagging', key, needs: named }, facts);
  }
  if (versionId !== undefined && version !== undefined && version.content === undefined) {
    throw invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
  }
  const object = findObject(call, bucket, key, versionId);
  checkCopyConditions(call.request.headers, { etag: object.content.etag, modified: object.modified });
  return object;
}
