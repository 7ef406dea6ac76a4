import { randomBytes } from 'node:crypto';
import type { Bucket, KeyEntry, ObjectContent, ObjectVersion } from './types.ts';

/** Version id of objects written while the bucket is not versioned, or its versioning is suspended. */
export const NULL_VERSION = 'null';

/** An object version with bytes, not a delete marker. */
export type StoredObject = ObjectVersion & { readonly content: ObjectContent };

/** Whether the version is an object and not a delete marker. */
export function isObject(version: ObjectVersion | undefined): version is StoredObject {
  return version?.content !== undefined;
}

/** The version that a request without `versionId` sees: the newest, maybe a delete marker. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  return bucket.keys.get(key)?.current;
}

/** The version with that id. */
export function findVersion(bucket: Bucket, key: string, id: string): ObjectVersion | undefined {
  const entry = bucket.keys.get(key);
  return entry === undefined ? undefined : versionsOf(entry).find((version) => version.id === id);
}

/** Every version of a key, newest first. */
export function versionsOf(entry: KeyEntry): readonly ObjectVersion[] {
  return entry.older === undefined ? [entry.current] : [entry.current, ...entry.older];
}

/** The id that the next version of an object gets. */
export function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION;
}

/**
 * Makes a version the newest of its key. One with the id `null` replaces the version `null` that is there.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export function addVersion(bucket: Bucket, key: string, version: ObjectVersion): void {
  const entry = bucket.keys.get(key);
  if (entry === undefined) {
    bucket.keys.set(key, { current: version, older: undefined });
    return;
  }
  const below = versionsOf(entry).filter((other) => version.id !== NULL_VERSION || other.id !== NULL_VERSION);
  entry.current = version;
  entry.older = below.length === 0 ? undefined : below;
}

/** Removes one version for good and returns it; the key goes with its last version. */
export function removeVersion(bucket: Bucket, key: string, id: string): ObjectVersion | undefined {
  const entry = bucket.keys.get(key);
  if (entry === undefined) return undefined;
  const removed = versionsOf(entry).find((version) => version.id === id);
  if (removed === undefined) return undefined;
  const [current, ...older] = versionsOf(entry).filter((version) => version !== removed);
  if (current === undefined) {
    bucket.keys.delete(key);
    return removed;
  }
  entry.current = current;
  entry.older = older.length === 0 ? undefined : older;
  return removed;
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
