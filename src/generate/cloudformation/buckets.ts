import type { BucketBlueprint, LifecycleRule } from '../blueprint.ts';
import type { Names } from './names.ts';
import { leftOut, reference, type TemplateObject, tagsOf, textOf } from './values.ts';

/**
 * The resources of a bucket to make: the bucket, and its policy.
 *
 * @param last the resource after which it is made
 */
export function bucketResources(bucket: BucketBlueprint, names: Names, last: string): TemplateObject {
  const id = names.idOf(bucket.name);
  const kept = retention(bucket);
  return {
    [`DataBucket${id}`]: {
      Type: 'AWS::S3::Bucket',
      DependsOn: last,
      ...leftOut('CKV_AWS_18', 'where access logs go is for the account to decide'),
      ...kept,
      Properties: {
        BucketName: names.nameOf(bucket.name),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: { ServerSideEncryptionConfiguration: [encryption(bucket, names)] },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: { Rules: bucket.lifecycle.map(lifecycleRule) },
        ...tagsOf(bucket.tags),
      },
    },
    [`TlsOnlyPolicy${id}`]: {
      Type: 'AWS::S3::BucketPolicy',
      ...kept,
      Properties: {
        Bucket: textOf(reference(`DataBucket${id}`)),
        PolicyDocument: names.documentOf(bucket.policy),
      },
    },
  };
}

/**
 * A bucket that is protected stays when its stack, or its part of the template, goes. RetainExceptOnCreate would also take away what a stack
 * that could not be made leaves, but an engine that does not know the word deletes the data. Instead, buckets are made last, when what could
 * fail has not. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
function retention({ protect }: BucketBlueprint): TemplateObject {
  const policy = protect ? 'Retain' : 'Delete';
  return { DeletionPolicy: policy, UpdateReplacePolicy: policy };
}

function encryption({ kmsKeyArn }: BucketBlueprint, { arnOf }: Names): TemplateObject {
  if (kmsKeyArn === undefined) return { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
  return {
    ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf(kmsKeyArn) },
    // One call of KMS for many objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    BucketKeyEnabled: true,
  };
}

function lifecycleRule({ id, abortUploadsAfterDays, keepOldVersionsDays }: LifecycleRule): TemplateObject {
  return {
    Id: id,
    Status: 'Enabled',
    ...(abortUploadsAfterDays === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays } }),
    ...(keepOldVersionsDays === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: keepOldVersionsDays }, ExpiredObjectDeleteMarker: true }),
  };
}
