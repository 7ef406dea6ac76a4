import { bucketArn, objectArn } from '../model/arn.ts';
import { suggest } from '../model/suggest.ts';
import type { Permission, ResourceKind, S3Call } from './types.ts';

/**
 * The permissions of each S3 operation.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
type Row = (call: S3Call) => readonly Permission[];

function bucketOf(call: S3Call): string {
  if (call.bucket === undefined) throw new TypeError(`S3 ${call.operation} needs a bucket`);
  return bucketArn(call.partition, call.bucket);
}

function objectOf(call: S3Call): string {
  if (call.bucket === undefined || call.key === undefined)
    throw new TypeError(`S3 ${call.operation} needs bucket and key`);
  return objectArn(call.partition, call.bucket, call.key);
}

/** A permission on the bucket. */
function onBucket(action: string): Row {
  return (call) => [{ action: `s3:${action}`, resource: bucketOf(call) }];
}

/** A permission on the object, with an action of its own for a version where S3 has one. */
function onObject(action: string, versionAction = action): Row {
  return (call) => [
    { action: `s3:${call.versionId === undefined ? action : versionAction}`, resource: objectOf(call) },
  ];
}

/** A permission on the object that is needed only when a header asks for it. */
function ifAsked(
  header: 'setsAcl' | 'setsTags' | 'setsRetention' | 'setsLegalHold' | 'bypassesGovernance',
  action: string,
): Row {
  return (call) => (call[header] === true ? [{ action: `s3:${action}`, resource: objectOf(call) }] : []);
}

/** Permissions on the customer managed key of the object. */
function onKey(...actions: readonly string[]): Row {
  return ({ kmsKeyArn }) =>
    kmsKeyArn === undefined ? [] : actions.map((action) => ({ action: `kms:${action}`, resource: kmsKeyArn }));
}

function all(...rows: readonly Row[]): Row {
  return (call) => rows.flatMap((row) => row(call));
}

const readSource: Row = (call) => {
  const source = call.copySource;
  if (source === undefined) throw new TypeError(`S3 ${call.operation} needs a source`);
  const resource = objectArn(call.partition, source.bucket, source.key);
  const versioned = source.versionId !== undefined;
  return [
    { action: versioned ? 's3:GetObjectVersion' : 's3:GetObject', resource },
    ...(source.hasTags === true
      ? [{ action: versioned ? 's3:GetObjectVersionTagging' : 's3:GetObjectTagging', resource }]
      : []),
    ...(source.kmsKeyArn === undefined ? [] : [{ action: 'kms:Decrypt', resource: source.kmsKeyArn }]),
  ];
};

const readObject = onObject('GetObject', 'GetObjectVersion');

const writeObject = all(
  onObject('PutObject', 'PutObject'),
  ifAsked('setsAcl', 'PutObjectAcl'),
  ifAsked('setsTags', 'PutObjectTagging'),
  ifAsked('setsRetention', 'PutObjectRetention'),
  ifAsked('setsLegalHold', 'PutObjectLegalHold'),
);

const deleteObject = all(
  onObject('DeleteObject', 'DeleteObjectVersion'),
  ifAsked('bypassesGovernance', 'BypassGovernanceRetention'),
);

const createBucket: Row = (call) => {
  const resource = bucketOf(call);
  const more = [
    ...(call.setsAcl === true ? ['PutBucketAcl'] : []),
    ...(call.setsOwnership === true ? ['PutBucketOwnershipControls'] : []),
    ...(call.setsObjectLock === true ? ['PutBucketObjectLockConfiguration', 'PutBucketVersioning'] : []),
    ...(call.setsTags === true ? ['TagResource'] : []),
  ];
  return ['CreateBucket', ...more].map((action) => ({ action: `s3:${action}`, resource }));
};

const headObject: Row = (call) => [...readObject(call), ...(call.readsChecksum === true ? onKey('Decrypt')(call) : [])];

/** Bucket and object operations by API name. */
const TABLE: Readonly<Record<string, Row>> = {
  ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  CreateBucket: createBucket,
  DeleteBucket: onBucket('DeleteBucket'),
  HeadBucket: onBucket('ListBucket'),
  GetBucketLocation: onBucket('GetBucketLocation'),
  ListObjects: onBucket('ListBucket'),
  ListObjectsV2: onBucket('ListBucket'),
  ListObjectVersions: onBucket('ListBucketVersions'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  GetBucketPolicy: onBucket('GetBucketPolicy'),
  PutBucketPolicy: onBucket('PutBucketPolicy'),
  DeleteBucketPolicy: onBucket('DeleteBucketPolicy'),
  GetBucketPolicyStatus: onBucket('GetBucketPolicyStatus'),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
  PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  DeletePublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
  DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
  GetBucketOwnershipControls: onBucket('GetBucketOwnershipControls'),
  PutBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  DeleteBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  PutBucketVersioning: onBucket('PutBucketVersioning'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  GetBucketAcl: onBucket('GetBucketAcl'),
  PutBucketAcl: onBucket('PutBucketAcl'),
  GetBucketCors: onBucket('GetBucketCORS'),
  PutBucketCors: onBucket('PutBucketCORS'),
  DeleteBucketCors: onBucket('PutBucketCORS'),
  GetBucketWebsite: onBucket('GetBucketWebsite'),
  PutBucketWebsite: onBucket('PutBucketWebsite'),
  DeleteBucketWebsite: onBucket('DeleteBucketWebsite'),
  GetBucketReplication: onBucket('GetReplicationConfiguration'),
  PutBucketReplication: onBucket('PutReplicationConfiguration'),
  DeleteBucketReplication: onBucket('PutReplicationConfiguration'),
  GetBucketAccelerateConfiguration: onBucket('GetAccelerateConfiguration'),
  PutBucketAccelerateConfiguration: onBucket('PutAccelerateConfiguration'),
  GetBucketLogging: onBucket('GetBucketLogging'),
  PutBucketLogging: onBucket('PutBucketLogging'),
  GetBucketRequestPayment: onBucket('GetBucketRequestPayment'),
  PutBucketRequestPayment: onBucket('PutBucketRequestPayment'),
  GetBucketNotificationConfiguration: onBucket('GetBucketNotification'),
  PutBucketNotificationConfiguration: onBucket('PutBucketNotification'),
  GetBucketInventoryConfiguration: onBucket('GetInventoryConfiguration'),
  PutBucketInventoryConfiguration: onBucket('PutInventoryConfiguration'),
  DeleteBucketInventoryConfiguration: onBucket('PutInventoryConfiguration'),
  ListBucketInventoryConfigurations: onBucket('GetInventoryConfiguration'),
  GetBucketAnalyticsConfiguration: onBucket('GetAnalyticsConfiguration'),
  ListBucketAnalyticsConfigurations: onBucket('GetAnalyticsConfiguration'),
  GetBucketIntelligentTieringConfiguration: onBucket('GetIntelligentTieringConfiguration'),
  ListBucketIntelligentTieringConfigurations: onBucket('GetIntelligentTieringConfiguration'),
  GetBucketMetricsConfiguration: onBucket('GetMetricsConfiguration'),
  ListBucketMetricsConfigurations: onBucket('GetMetricsConfiguration'),
  GetBucketAbac: onBucket('GetBucketAbac'),
  GetObjectLockConfiguration: onBucket('GetBucketObjectLockConfiguration'),
  PutObjectLockConfiguration: onBucket('PutBucketObjectLockConfiguration'),

  GetObject: all(readObject, onKey('Decrypt')),
  HeadObject: headObject,
  PutObject: all(writeObject, onKey('GenerateDataKey')),
  DeleteObject: deleteObject,
  DeleteObjects: deleteObject,
  CopyObject: all(readSource, writeObject, onKey('GenerateDataKey')),
  CreateMultipartUpload: all(writeObject, onKey('GenerateDataKey')),
  UploadPart: all(onObject('PutObject'), onKey('GenerateDataKey', 'Decrypt')),
  UploadPartCopy: all(readSource, onObject('PutObject'), onKey('GenerateDataKey', 'Decrypt')),
  CompleteMultipartUpload: all(onObject('PutObject'), onKey('Decrypt')),
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  ListParts: all(onObject('ListMultipartUploadParts'), onKey('Decrypt')),
  GetObjectTagging: onObject('GetObjectTagging', 'GetObjectVersionTagging'),
  PutObjectTagging: onObject('PutObjectTagging', 'PutObjectVersionTagging'),
  DeleteObjectTagging: onObject('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
  GetObjectAcl: onObject('GetObjectAcl', 'GetObjectVersionAcl'),
  PutObjectAcl: onObject('PutObjectAcl', 'PutObjectVersionAcl'),
  GetObjectAttributes: all(readObject, onObject('GetObjectAttributes', 'GetObjectVersionAttributes'), onKey('Decrypt')),
  GetObjectRetention: onObject('GetObjectRetention'),
  PutObjectRetention: all(onObject('PutObjectRetention'), ifAsked('bypassesGovernance', 'BypassGovernanceRetention')),
  GetObjectLegalHold: onObject('GetObjectLegalHold'),
  PutObjectLegalHold: onObject('PutObjectLegalHold'),
  RestoreObject: onObject('RestoreObject'),
  SelectObjectContent: all(onObject('GetObject'), onKey('Decrypt')),
};

/** API names of the operations in the table. */
export const S3_OPERATIONS: readonly string[] = Object.keys(TABLE);

/**
 * The permissions that a call needs, all of them, in the order in which they are checked. Throws a `TypeError` for an operation
 * that is not in the table, and when bucket, key or source that it acts on is missing: both are bugs of the caller.
 */
export function s3Permissions(call: S3Call): readonly Permission[] {
  const row = Object.hasOwn(TABLE, call.operation) ? TABLE[call.operation] : undefined;
  if (row !== undefined) return row(call);
  const near = suggest(call.operation, S3_OPERATIONS);
  throw new TypeError(`unknown S3 operation ${call.operation}${near === undefined ? '' : `, did you mean ${near}?`}`);
}

/** A call that has everything, so that every conditional permission shows. */
const FULL_CALL: Omit<S3Call, 'operation'> = {
  partition: 'aws',
  bucket: 'bucket',
  key: 'key',
  copySource: { bucket: 'bucket', key: 'key', kmsKeyArn: 'arn:aws:kms:::key/id', hasTags: true },
  setsAcl: true,
  setsTags: true,
  setsRetention: true,
  setsLegalHold: true,
  setsOwnership: true,
  setsObjectLock: true,
  bypassesGovernance: true,
  readsChecksum: true,
  kmsKeyArn: 'arn:aws:kms:::key/id',
};

function kindOf({ action, resource }: Permission): ResourceKind {
  if (resource === '*') return 'none';
  if (action.startsWith('kms:')) return 'key';
  return resource.includes('/') ? 'object' : 'bucket';
}

function allKinds(): ReadonlyMap<string, ResourceKind> {
  const source = { bucket: 'bucket', key: 'key', versionId: 'version', hasTags: true };
  const calls = S3_OPERATIONS.flatMap((operation): readonly S3Call[] => [
    { ...FULL_CALL, operation },
    { ...FULL_CALL, operation, versionId: 'version', copySource: source },
  ]);
  return new Map(calls.flatMap(s3Permissions).map((permission) => [permission.action, kindOf(permission)]));
}

/** Every S3 and KMS action that an operation of the table can need, with the kind of resource that it is needed on. */
export const S3_ACTION_KINDS: ReadonlyMap<string, ResourceKind> = allKinds();
