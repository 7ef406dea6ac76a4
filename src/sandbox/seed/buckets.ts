import { CLIENT_ACCOUNT_ID } from '../scenarios/documents.ts';
import type { PublicAccess, ScenarioBucket } from '../scenarios/types.ts';
import { buildXml, type XmlValue } from '../xml.ts';
import type { Inside } from './inside.ts';

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
export async function seedBucket(inside: Inside, bucket: ScenarioBucket, sandboxRegion: string): Promise<void> {
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
  if (bucket.policy !== undefined) {
    await set('publicAccessBlock', 'PublicAccessBlockConfiguration', publicAccessElement(OFF));
    await inside.s3(account, { method: 'PUT', path, query: 'policy', region, body: JSON.stringify(bucket.policy) });
  }
  const block = bucket.publicAccessBlock ?? 'on';
  const wanted = block === 'on' ? ON : block === 'off' ? OFF : block;
  await set('publicAccessBlock', 'PublicAccessBlockConfiguration', publicAccessElement(wanted));
}

function notification(arn: string): { readonly [element: string]: XmlValue } {
  const service = arn.split(':')[2];
  const Event = 's3:ObjectCreated:*';
  if (service === 'sns') return { TopicConfiguration: { Id: 'new', Topic: arn, Event } };
  if (service === 'sqs') return { QueueConfiguration: { Id: 'new', Queue: arn, Event } };
  return { CloudFunctionConfiguration: { Id: 'new', CloudFunction: arn, Event } };
}
