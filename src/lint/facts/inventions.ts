/**
 * Names of API operations and commands that people take for actions, and the action that each needs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const S3: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  GetObjectMetadata: 'GetObject',
  DownloadObject: 'GetObject',
  ReadObject: 'GetObject',
  SelectObjectContent: 'GetObject',
  GetObjects: 'GetObject',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObject: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListBuckets: 'ListAllMyBuckets',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  UploadObject: 'PutObject',
  WriteObject: 'PutObject',
  PostObject: 'PutObject',
  PutObjects: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  InitiateMultipartUpload: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  DeleteObjects: 'DeleteObject',
  RemoveObject: 'DeleteObject',
  ListParts: 'ListMultipartUploadParts',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  AbortMultipartUploads: 'AbortMultipartUpload',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketLifecycle: 'GetLifecycleConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycle: 'PutLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetBucketReplication: 'GetReplicationConfiguration',
  PutBucketReplication: 'PutReplicationConfiguration',
  DeleteBucketReplication: 'PutReplicationConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
  DeleteBucketTagging: 'PutBucketTagging',
  DeleteBucketCors: 'PutBucketCORS',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
};

const KMS: Readonly<Record<string, string>> = {
  ReEncrypt: 'ReEncryptFrom',
  GenerateKey: 'GenerateDataKey',
};

const NAMES = new Map<string, string>(
  [
    ...Object.entries(S3).map(([name, action]) => [`s3:${name}`, `s3:${action}`] as const),
    ...Object.entries(KMS).map(([name, action]) => [`kms:${name}`, `kms:${action}`] as const),
  ].map(([name, action]) => [name.toLowerCase(), action]),
);

/** The action that somebody who wrote the invented one needs; compared without case. */
export function realAction(invented: string): string | undefined {
  return NAMES.get(invented.toLowerCase());
}
