import type { LifecycleRule } from '../../model/audit-documents.ts';
import { aclElement } from '../s3/handlers/acl.ts';
import { canonicalId } from '../s3/owner.ts';
import { CLIENT_ACCOUNT_ID } from '../scenarios/documents.ts';
import type { PublicAccess, ScenarioBucket } from '../scenarios/types.ts';
import { buildXml, type XmlValue } from '../xml.ts';
import type { Inside } from './inside.ts';
import type { Past } from './past.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const OFF: PublicAccess = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};
const ON: PublicAccess = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

/** A public access block as the API takes it. */
function publicAccessElement(block: PublicAccess): { readonly [element: string]: XmlValue } {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  };
}

/** Sets the public access block of an account, by S3 Control. */
export async function seedAccountBlock(inside: Inside, account: string, block: PublicAccess): Promise<void> {
  await inside.s3(account, {
    method: 'PUT',
    path: '/v20180820/configuration/publicAccessBlock',
    headers: { 'x-amz-account-id': account },
    body: buildXml('PublicAccessBlockConfiguration', publicAccessElement(block), NAMESPACE),
  });
}

/** Makes a bucket with its objects and settings, each by its own operation. */
export async function seedBucket(
  inside: Inside,
  past: Past,
  bucket: ScenarioBucket,
  sandboxRegion: string,
): Promise<void> {
  const account = bucket.account ?? CLIENT_ACCOUNT_ID;
  const region = bucket.region ?? sandboxRegion;
  const path = `/${bucket.name}`;
  const set = (
    query: string,
    root: string,
    content: { readonly [element: string]: XmlValue },
    method = 'PUT',
  ): Promise<unknown> => inside.s3(account, { method, path, query, region, body: buildXml(root, content, NAMESPACE) });

  await inside.s3(account, {
    method: 'PUT',
    path,
    region,
    headers: {
      ...(bucket.ownership === undefined ? {} : { 'x-amz-object-ownership': bucket.ownership }),
      ...(bucket.lock === undefined ? {} : { 'x-amz-bucket-object-lock-enabled': 'true' }),
    },
    ...(region === 'us-east-1'
      ? {}
      : { body: buildXml('CreateBucketConfiguration', { LocationConstraint: region }, NAMESPACE) }),
  });
  if (bucket.versioning !== undefined)
    await set('versioning', 'VersioningConfiguration', { Status: bucket.versioning });
  if (bucket.mfaDelete === true) {
    const body = buildXml('VersioningConfiguration', { Status: 'Enabled', MfaDelete: 'Enabled' }, NAMESPACE);
    const headers = { 'x-amz-mfa': `arn:aws:iam::${account}:mfa/root 123456` };
    await inside.s3(account, { method: 'PUT', path, query: 'versioning', region, headers, body });
  }
  for (const { key, body, metadata = {} } of bucket.objects ?? []) {
    const headers = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
    const encoded = key.split('/').map(encodeURIComponent).join('/');
    await inside.s3(account, { method: 'PUT', path: `${path}/${encoded}`, region, headers, body });
  }
  if (bucket.lock?.mode !== undefined) {
    const { mode, days = 1 } = bucket.lock;
    await set('object-lock', 'ObjectLockConfiguration', {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: mode, Days: days } },
    });
  }
  if (bucket.encryption !== undefined) {
    const { algorithm, keyArn, bucketKey } = bucket.encryption;
    await set('encryption', 'ServerSideEncryptionConfiguration', {
      Rule: {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyArn },
        ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
      },
    });
  }
  if (bucket.requestPayer !== undefined) {
    await set('requestPayment', 'RequestPaymentConfiguration', { Payer: bucket.requestPayer });
  }
  if (bucket.tags !== undefined) {
    const Tag = Object.entries(bucket.tags).map(([Key, Value]) => ({ Key, Value }));
    await set('tagging', 'Tagging', { TagSet: { Tag } });
  }
  if (bucket.notifies !== undefined)
    await set('notification', 'NotificationConfiguration', notification(bucket.notifies));
  if (bucket.replicates !== undefined) {
    const { bucket: target, role } = bucket.replicates;
    await set('replication', 'ReplicationConfiguration', {
      Role: role,
      Rule: {
        ID: 'copy',
        Priority: 1,
        Status: 'Enabled',
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Disabled' },
        Destination: { Bucket: target },
      },
    });
  }
  if (bucket.lifecycle !== undefined) {
    await set('lifecycle', 'LifecycleConfiguration', { Rule: bucket.lifecycle.map(lifecycleElement) });
  }
  for (const { key, ageDays } of bucket.uploads ?? []) {
    const encoded = key.split('/').map(encodeURIComponent).join('/');
    await past.at(ageDays, () =>
      inside.s3(account, { method: 'POST', path: `${path}/${encoded}`, query: 'uploads', region }),
    );
  }
  if (bucket.policy !== undefined || bucket.acl !== undefined) {
    await set('publicAccessBlock', 'PublicAccessBlockConfiguration', publicAccessElement(OFF));
  }
  if (bucket.acl !== undefined) {
    const grants = [{ grantee: canonicalId(account), permission: 'FULL_CONTROL' } as const, ...bucket.acl];
    await set('acl', 'AccessControlPolicy', aclElement(account, grants));
  }
  if (bucket.policy !== undefined) {
    await inside.s3(account, { method: 'PUT', path, query: 'policy', region, body: JSON.stringify(bucket.policy) });
  }
  const block = bucket.publicAccessBlock ?? 'on';
  const wanted = block === 'on' ? ON : block === 'off' ? OFF : block;
  await set('publicAccessBlock', 'PublicAccessBlockConfiguration', publicAccessElement(wanted));
}

/** Sends the logs of a bucket to another, once all are there. */
export async function seedLogging(inside: Inside, bucket: ScenarioBucket, sandboxRegion: string): Promise<void> {
  if (bucket.logging === undefined) return;
  const { bucket: target, prefix } = bucket.logging;
  await inside.s3(bucket.account ?? CLIENT_ACCOUNT_ID, {
    method: 'PUT',
    path: `/${bucket.name}`,
    query: 'logging',
    region: bucket.region ?? sandboxRegion,
    body: buildXml(
      'BucketLoggingStatus',
      { LoggingEnabled: { TargetBucket: target, TargetPrefix: prefix } },
      NAMESPACE,
    ),
  });
}

function lifecycleElement(rule: LifecycleRule): { readonly [element: string]: XmlValue } {
  const { abortUploadsAfterDays: abort, expireAfterDays: expire, expireOldVersionsAfterDays: old } = rule;
  const prefix = rule.prefix ?? '';
  return {
    ...(rule.id === undefined ? {} : { ID: rule.id }),
    Status: rule.enabled ? 'Enabled' : 'Disabled',
    Filter: rule.filtered === true ? { And: { Prefix: prefix, ObjectSizeGreaterThan: 1 } } : { Prefix: prefix },
    ...(abort === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort } }),
    ...(expire === undefined ? {} : { Expiration: { Days: expire } }),
    ...(old === undefined ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: old } }),
  };
}

function notification(arn: string): { readonly [element: string]: XmlValue } {
  const service = arn.split(':')[2];
  const Event = 's3:ObjectCreated:*';
  if (service === 'sns') return { TopicConfiguration: { Id: 'new', Topic: arn, Event } };
  if (service === 'sqs') return { QueueConfiguration: { Id: 'new', Queue: arn, Event } };
  return { CloudFunctionConfiguration: { Id: 'new', CloudFunction: arn, Event } };
}
