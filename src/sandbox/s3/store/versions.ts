import { randomBytes } from 'node:crypto';
import type { Bucket, ObjectContent, ObjectVersion } from './types.ts';

/** Version id of objects written while the bucket is not versioned, or its versioning is suspended. */
const NULL_VERSION = 'null';

/** An object version with bytes, not a delete marker. */
export type StoredObject = ObjectVersion & { readonly content: ObjectContent };

/** Whether the version is an object and not a delete marker. */
export function isObject(version: ObjectVersion | undefined): version is StoredObject {
  return version?.content !== undefined;
}

/** The version that a request without `versionId` sees: the newest, maybe a delete marker. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  return bucket.keys.get(key);
}

/** The version with that id. */
export function findVersion(bucket: Bucket, key: string, id: string): ObjectVersion | undefined {
  let version = bucket.keys.get(key);
  while (version !== undefined && version.id !== id) version = version.below;
  return version;
}

/** A version and those below it, newest first. */
export function versionsFrom(version: ObjectVersion | undefined): readonly ObjectVersion[] {
  const versions: ObjectVersion[] = [];
  for (let one = version; one !== undefined; one = one.below) versions.push(one);
  return versions;
}

/** The id that the next version of an object gets. */
export function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION;
}

/**
 * Makes a version the newest of its key. One with the id `null` replaces the version `null` that is there.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export function addVersion(bucket: Bucket, key: string, version: Omit<ObjectVersion, 'below'>): ObjectVersion {
  if (version.id === NULL_VERSION) removeVersion(bucket, key, NULL_VERSION);
  const { id, modified, owner, content } = version;
  const added = { id, modified, owner, content, below: bucket.keys.get(key) };
  bucket.keys.set(key, added);
  return added;
}

/** Removes one version for good and returns it; the key goes with its last version. */
export function removeVersion(bucket: Bucket, key: string, id: string): ObjectVersion | undefined {
  const current = bucket.keys.get(key);
  if (current === undefined) return undefined;
  if (current.id === id) {
    if (current.below === undefined) bucket.keys.delete(key);
    else bucket.keys.set(key, current.below);
    return current;
  }
  for (let above = current; above.below !== undefined; above = above.below) {
    const { below } = above;
    if (below.id !== id) continue;
    above.below = below.below;
    return below;
  }
  return undefined;
}

/** What a delete without a version did. */
export interface SimpleDelete {
  /** Id of the delete marker that was made; absent when the bucket never was versioned. */
  readonly marker?: string;
}

/**
 * DELETE without `versionId`: removes the object for good in a bucket that never was versioned, else puts a delete marker on top.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 */
export function deleteCurrent(bucket: Bucket, key: string, modified: number, owner: string): SimpleDelete {
  if (bucket.versioning === undefined) {
    removeVersion(bucket, key, NULL_VERSION);
    return {};
  }
  const id = newVersionId(bucket);
  addVersion(bucket, key, { id, modified, owner, content: undefined });
  return { marker: id };
}
