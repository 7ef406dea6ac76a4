import { type Operation, onBucket, onObject, onService } from '../call.ts';
import { getObjectAcl, putObjectAcl } from './acl.ts';
import { getObjectAttributes } from './attributes.ts';
import { getBucketAcl, putBucketAcl } from './bucket-acl.ts';
import {
  deleteBucketTagging,
  deleteEncryption,
  deleteOwnership,
  deletePublicAccessBlock,
  getBucketTagging,
  getEncryption,
  getOwnership,
  getPublicAccessBlock,
  getRequestPayment,
  getVersioning,
  putBucketTagging,
  putEncryption,
  putOwnership,
  putPublicAccessBlock,
  putRequestPayment,
  putVersioning,
} from './bucket-settings.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import {
  deleteLifecycle,
  deleteNothing,
  getAbac,
  getAcceleration,
  getCors,
  getLifecycle,
  getNamedConfiguration,
  getWebsite,
  listNothing,
  putAcceleration,
  putLifecycle,
} from './configuration.ts';
import { copyObject } from './copy.ts';
import {
  deleteReplication,
  getLogging,
  getNotification,
  getReplication,
  putLogging,
  putNotification,
  putReplication,
} from './kept-settings.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { deleteObject, deleteObjects } from './object-delete.ts';
import { getLegalHold, getObjectLock, getRetention, putLegalHold, putObjectLock, putRetention } from './object-lock.ts';
import { getObject, headObject } from './object-read.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { putObject } from './object-write.ts';
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './policy.ts';

/** Every operation that the sandbox serves, by the name that the API reference gives it. What is not here is a 501. */
export const operations: Readonly<Record<string, Operation>> = {
  // Buckets
  ListBuckets: onService(listBuckets),
  CreateBucket: onService(createBucket, 'itself'),
  DeleteBucket: onBucket(deleteBucket),
  HeadBucket: onBucket(headBucket),
  GetBucketLocation: onBucket(getBucketLocation),
  // Bucket policy and access
  GetBucketPolicy: onBucket(getBucketPolicy),
  PutBucketPolicy: onBucket(putBucketPolicy),
  DeleteBucketPolicy: onBucket(deleteBucketPolicy),
  GetBucketPolicyStatus: onBucket(getBucketPolicyStatus),
  GetPublicAccessBlock: onBucket(getPublicAccessBlock),
  PutPublicAccessBlock: onBucket(putPublicAccessBlock),
  DeletePublicAccessBlock: onBucket(deletePublicAccessBlock),
  GetBucketOwnershipControls: onBucket(getOwnership),
  PutBucketOwnershipControls: onBucket(putOwnership),
  DeleteBucketOwnershipControls: onBucket(deleteOwnership),
  GetBucketAcl: onBucket(getBucketAcl),
  PutBucketAcl: onBucket(putBucketAcl),
  // Bucket settings
  GetBucketEncryption: onBucket(getEncryption),
  PutBucketEncryption: onBucket(putEncryption),
  DeleteBucketEncryption: onBucket(deleteEncryption),
  GetBucketVersioning: onBucket(getVersioning),
  PutBucketVersioning: onBucket(putVersioning),
  GetBucketTagging: onBucket(getBucketTagging),
  PutBucketTagging: onBucket(putBucketTagging),
  DeleteBucketTagging: onBucket(deleteBucketTagging),
  GetBucketRequestPayment: onBucket(getRequestPayment),
  PutBucketRequestPayment: onBucket(putRequestPayment),
  GetBucketLifecycleConfiguration: onBucket(getLifecycle),
  PutBucketLifecycleConfiguration: onBucket(putLifecycle),
  DeleteBucketLifecycle: onBucket(deleteLifecycle),
  // Settings that are kept and given back, but not acted on
  GetBucketNotificationConfiguration: onBucket(getNotification),
  PutBucketNotificationConfiguration: onBucket(putNotification),
  GetBucketReplication: onBucket(getReplication),
  PutBucketReplication: onBucket(putReplication),
  DeleteBucketReplication: onBucket(deleteReplication),
  GetBucketLogging: onBucket(getLogging),
  PutBucketLogging: onBucket(putLogging),
  // Object Lock
  GetObjectLockConfiguration: onBucket(getObjectLock),
  PutObjectLockConfiguration: onBucket(putObjectLock),
  GetObjectRetention: onObject(getRetention),
  PutObjectRetention: onObject(putRetention),
  GetObjectLegalHold: onObject(getLegalHold),
  PutObjectLegalHold: onObject(putLegalHold),
  // Settings that no bucket of the sandbox has
  GetBucketAbac: onBucket(getAbac),
  GetBucketAccelerateConfiguration: onBucket(getAcceleration),
  PutBucketAccelerateConfiguration: onBucket(putAcceleration),
  GetBucketCors: onBucket(getCors),
  DeleteBucketCors: onBucket(deleteNothing),
  GetBucketWebsite: onBucket(getWebsite),
  DeleteBucketWebsite: onBucket(deleteNothing),
  DeleteBucketInventoryConfiguration: onBucket(getNamedConfiguration),
  GetBucketAnalyticsConfiguration: onBucket(getNamedConfiguration),
  GetBucketIntelligentTieringConfiguration: onBucket(getNamedConfiguration),
  GetBucketInventoryConfiguration: onBucket(getNamedConfiguration),
  GetBucketMetricsConfiguration: onBucket(getNamedConfiguration),
  ListBucketAnalyticsConfigurations: onBucket(listNothing('ListBucketAnalyticsConfigurationResult')),
  ListBucketIntelligentTieringConfigurations: onBucket(listNothing('ListBucketIntelligentTieringConfigurationsOutput')),
  ListBucketInventoryConfigurations: onBucket(listNothing('ListInventoryConfigurationsResult')),
  ListBucketMetricsConfigurations: onBucket(listNothing('ListMetricsConfigurationsResult')),
  // Listings
  ListObjects: onBucket(listObjects),
  ListObjectsV2: onBucket(listObjectsV2),
  ListObjectVersions: onBucket(listObjectVersions),
  ListMultipartUploads: onBucket(listMultipartUploads),
  // Objects
  GetObject: onObject(getObject),
  HeadObject: onObject(headObject),
  PutObject: onObject(putObject),
  CopyObject: onObject(copyObject, 'itself'),
  DeleteObject: onObject(deleteObject),
  DeleteObjects: onBucket(deleteObjects, 'itself'),
  GetObjectAttributes: onObject(getObjectAttributes),
  GetObjectTagging: onObject(getObjectTagging),
  PutObjectTagging: onObject(putObjectTagging),
  DeleteObjectTagging: onObject(deleteObjectTagging),
  GetObjectAcl: onObject(getObjectAcl),
  PutObjectAcl: onObject(putObjectAcl),
  // Multipart uploads
  CreateMultipartUpload: onObject(createMultipartUpload),
  UploadPart: onObject(uploadPart),
  UploadPartCopy: onObject(uploadPartCopy, 'itself'),
  ListParts: onObject(listParts),
  CompleteMultipartUpload: onObject(completeMultipartUpload),
  AbortMultipartUpload: onObject(abortMultipartUpload),
};
