import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type AnyMapping, defineMapping, removed } from '../mapping.ts';
import { count, flag, listOf, object, type Shape, text } from '../shape.ts';

interface OfBucket {
  readonly bucket: string;
}

/** A configuration of a bucket: one call sets it, whether it was there or not, and one takes it away. */
function bucketSetting<Inputs extends OfBucket>(setting: {
  readonly type: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  readonly put: (s3: S3Client, inputs: Inputs) => Promise<unknown>;
  readonly remove: (s3: S3Client, Bucket: string) => Promise<unknown>;
}): AnyMapping {
  return defineMapping<Inputs, Inputs>({
    type: setting.type,
    inputs: object({ bucket: text, ...setting.fields }, ['bucket', ...setting.required]),
    replaceOn: ['bucket'],
    create: async ({ s3 }, inputs) => {
      await setting.put(s3, inputs);
      return { id: inputs.bucket, state: inputs };
    },
    update: async ({ s3 }, _id, _old, inputs) => {
      await setting.put(s3, inputs);
      return inputs;
    },
    remove: ({ s3 }, Bucket) => removed(setting.remove(s3, Bucket), 'NoSuchBucket'),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const publicAccessBlock = bucketSetting<
  OfBucket & {
    readonly blockPublicAcls: boolean;
    readonly blockPublicPolicy: boolean;
    readonly ignorePublicAcls: boolean;
    readonly restrictPublicBuckets: boolean;
  }
>({
  type: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  fields: { blockPublicAcls: flag, blockPublicPolicy: flag, ignorePublicAcls: flag, restrictPublicBuckets: flag },
  required: ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'],
  put: (s3, inputs) =>
    s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: inputs.bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs.blockPublicAcls,
          BlockPublicPolicy: inputs.blockPublicPolicy,
          IgnorePublicAcls: inputs.ignorePublicAcls,
          RestrictPublicBuckets: inputs.restrictPublicBuckets,
        },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const ownershipControls = bucketSetting<
  OfBucket & {
    readonly rule: { readonly objectOwnership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' };
  }
>({
  type: 'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  fields: { rule: object({ objectOwnership: text }, ['objectOwnership']) },
  required: ['rule'],
  put: (s3, { bucket, rule }) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html : versioning cannot be taken away, only suspended. */
export const versioning = bucketSetting<
  OfBucket & { readonly versioningConfiguration: { readonly status: 'Enabled' | 'Suspended' } }
>({
  type: 'aws:s3/bucketVersioning:BucketVersioning',
  fields: { versioningConfiguration: object({ status: text }, ['status']) },
  required: ['versioningConfiguration'],
  put: (s3, { bucket, versioningConfiguration }) => putVersioning(s3, bucket, versioningConfiguration.status),
  remove: (s3, Bucket) => putVersioning(s3, Bucket, 'Suspended'),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const encryption = bucketSetting<
  OfBucket & {
    readonly rules: readonly {
      readonly applyServerSideEncryptionByDefault: {
        readonly sseAlgorithm: 'AES256' | 'aws:kms';
        readonly kmsMasterKeyId?: string;
      };
      readonly bucketKeyEnabled?: boolean;
    }[];
  }
>({
  type: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  fields: {
    rules: listOf(
      object(
        {
          applyServerSideEncryptionByDefault: object({ sseAlgorithm: text, kmsMasterKeyId: text }, ['sseAlgorithm']),
          bucketKeyEnabled: flag,
        },
        ['applyServerSideEncryptionByDefault'],
      ),
    ),
  },
  required: ['rules'],
  put: (s3, { bucket, rules }) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: rules.map((rule) => ({
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: rule.applyServerSideEncryptionByDefault.sseAlgorithm,
              KMSMasterKeyID: rule.applyServerSideEncryptionByDefault.kmsMasterKeyId,
            },
            BucketKeyEnabled: rule.bucketKeyEnabled,
          })),
        },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
});

interface LifecycleRuleInputs {
  readonly id: string;
  readonly status: 'Enabled' | 'Disabled';
  readonly filter?: { readonly prefix: string };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays: number };
  readonly expiration?: { readonly expiredObjectDeleteMarker: boolean };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const lifecycle = bucketSetting<OfBucket & { readonly rules: readonly LifecycleRuleInputs[] }>({
  type: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  fields: {
    rules: listOf(
      object(
        {
          id: text,
          status: text,
          filter: object({ prefix: text }, ['prefix']),
          abortIncompleteMultipartUpload: object({ daysAfterInitiation: count }, ['daysAfterInitiation']),
          noncurrentVersionExpiration: object({ noncurrentDays: count }, ['noncurrentDays']),
          expiration: object({ expiredObjectDeleteMarker: flag }, ['expiredObjectDeleteMarker']),
        },
        ['id', 'status'],
      ),
    ),
  },
  required: ['rules'],
  put: (s3, { bucket, rules }) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: rules.map(lifecycleRule) },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const bucketPolicy = bucketSetting<OfBucket & { readonly policy: string }>({
  type: 'aws:s3/bucketPolicy:BucketPolicy',
  fields: { policy: text },
  required: ['policy'],
  put: (s3, { bucket, policy }) => s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy })),
  remove: (s3, Bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
});

function putVersioning(s3: S3Client, Bucket: string, Status: 'Enabled' | 'Suspended'): Promise<unknown> {
  return s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

function lifecycleRule(rule: LifecycleRuleInputs): LifecycleRule {
  return {
    ID: rule.id,
    Status: rule.status,
    // A rule must have a filter; the empty prefix is the whole bucket.
    Filter: { Prefix: rule.filter?.prefix ?? '' },
    ...(rule.abortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation },
    }),
    ...(rule.noncurrentVersionExpiration && {
      NoncurrentVersionExpiration: { NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays },
    }),
    ...(rule.expiration && {
      Expiration: { ExpiredObjectDeleteMarker: rule.expiration.expiredObjectDeleteMarker },
    }),
  };
}
