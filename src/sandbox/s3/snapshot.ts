import { createHash } from 'node:crypto';
import type { JsonValue } from '../../model/policy.ts';
import { lockOf } from './object-lock.ts';
import { readPayload } from './store/payload.ts';
import type { Store } from './store/store.ts';
import type { Bucket, ObjectVersion } from './store/types.ts';
import { versionsFrom } from './store/versions.ts';

function versionOf(bucket: Bucket, version: ObjectVersion): JsonValue {
  const { content } = version;
  if (content === undefined) return { versionId: version.id, deleteMarker: true };
  const lock = lockOf(bucket, content);
  return {
    versionId: version.id,
    size: content.size,
    sha256: createHash('sha256').update(readPayload(content.payload)).digest('hex'),
    metadata: { ...content.settings.metadata },
    tags: Object.fromEntries(content.tags),
    ...(lock === undefined
      ? {}
      : { lock: { ...lock, retention: lock.retention === undefined ? null : { ...lock.retention } } }),
  };
}

function bucketOf(bucket: Bucket): JsonValue {
  // A key may be called `__proto__`.
  const keys: Record<string, JsonValue> = Object.create(null);
  for (const [key, entry] of bucket.keys.from(''))
    keys[key] = versionsFrom(entry).map((version) => versionOf(bucket, version));
  const uploads: JsonValue[] = [];
  for (const [, upload] of bucket.uploads.from('')) {
    uploads.push({ key: upload.key, uploadId: upload.id, parts: [...upload.parts.keys()].sort((a, b) => a - b) });
  }
  return {
    account: bucket.account,
    region: bucket.region,
    versioning: bucket.versioning ?? null,
    mfaDelete: bucket.mfaDelete ?? null,
    policy: bucket.policy?.text ?? null,
    publicAccessBlock: bucket.publicAccessBlock === undefined ? null : { ...bucket.publicAccessBlock },
    ownership: bucket.ownership ?? null,
    ...(bucket.acl === undefined ? {} : { acl: bucket.acl.map((grant) => ({ ...grant })) }),
    encryption: { ...bucket.encryption },
    tags: Object.fromEntries(bucket.tags),
    objectLock:
      bucket.lock === undefined ? null : { rule: bucket.lock.rule === undefined ? null : { ...bucket.lock.rule } },
    configurations: [...bucket.configurations.keys()].sort(),
    keys,
    uploads,
  };
}

/** Everything that is stored as plain data; payloads as sizes and hashes. */
export function snapshotStore(store: Store): JsonValue {
  const buckets: Record<string, JsonValue> = {};
  for (const name of [...store.buckets.keys()].sort()) {
    const bucket = store.buckets.get(name);
    if (bucket !== undefined) buckets[name] = bucketOf(bucket);
  }
  const accounts = Object.fromEntries([...store.accountBlocks].map(([account, block]) => [account, { ...block }]));
  return { buckets, publicAccessBlocks: accounts };
}
