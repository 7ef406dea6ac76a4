import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import { tlsOnlyBucketPolicy } from '../../src/generate/policy-documents.ts';
import type { Partition } from '../../src/model/arn.ts';
import { COMPONENT_TYPES, declare, type Transform } from './component.ts';

export interface DataBucketArgs {
  /** Name of the bucket: unique across all AWS accounts. */
  readonly bucketName: string;
  readonly partition: Partition;
  /** The customer managed key that objects are encrypted with; S3's own keys when left out. */
  readonly kmsKeyArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** `pulumi destroy` refuses to go, and the bucket stays even where its protection was taken off by hand. */
  readonly protect: boolean;
  /** Changes to the child resources. */
  readonly transform?: {
    readonly bucket?: Transform<s3.BucketArgs>;
    readonly publicAccessBlock?: Transform<s3.BucketPublicAccessBlockArgs>;
    readonly ownershipControls?: Transform<s3.BucketOwnershipControlsArgs>;
    readonly encryption?: Transform<s3.BucketServerSideEncryptionConfigurationArgs>;
    readonly versioning?: Transform<s3.BucketVersioningArgs>;
    readonly lifecycle?: Transform<s3.BucketLifecycleConfigurationArgs>;
    readonly policy?: Transform<s3.BucketPolicyArgs>;
  };
}

/** Days after which the parts of an upload that was never completed are deleted. */
const ABORT_UPLOADS_AFTER_DAYS = 7;

/** Days for which an overwritten or deleted file can be brought back. */
const KEEP_OLD_VERSIONS_DAYS = 30;

/** The recommended bucket: private, owned by the account, encrypted, TLS only, versioned, with the leftovers of both cleared away. */
export class DataBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: DataBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.dataBucket, name, {}, options);
    const bucket = this.createBucket(name, args);
    // Settings go with their bucket: a bucket that stays keeps them, and none is taken off one that is about to go.
    const settings: pulumi.CustomResourceOptions = { ...keep(args), parent: this, deletedWith: bucket };
    const publicAccessBlock = this.blockPublicAccess(name, args, bucket, settings);
    this.enforceOwnership(name, args, bucket, settings);
    this.encrypt(name, args, bucket, settings);
    const versioning = this.keepVersions(name, args, bucket, settings);
    this.clearLeftovers(name, args, bucket, { ...settings, dependsOn: [versioning] });
    // S3 answers OperationAborted when a policy and the public access block are set at the same time.
    this.refusePlainHttp(name, args, bucket, { ...settings, dependsOn: [publicAccessBlock] });
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }

  private createBucket(name: string, args: DataBucketArgs): s3.Bucket {
    const declaration: s3.BucketArgs = { bucket: args.bucketName, tags: args.tags ?? {} };
    return new s3.Bucket(name, ...declare(args.transform?.bucket, declaration, { ...keep(args), parent: this }));
  }

  private blockPublicAccess(
    name: string,
    { transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): s3.BucketPublicAccessBlock {
    return new s3.BucketPublicAccessBlock(
      `${name}-public-access-block`,
      ...declare(
        transform?.publicAccessBlock,
        {
          bucket: bucket.bucket,
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        options,
      ),
    );
  }

  private enforceOwnership(
    name: string,
    { transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    const declaration: s3.BucketOwnershipControlsArgs = {
      bucket: bucket.bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    };
    new s3.BucketOwnershipControls(`${name}-ownership`, ...declare(transform?.ownershipControls, declaration, options));
  }

  private encrypt(
    name: string,
    { kmsKeyArn, transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    const rule =
      kmsKeyArn === undefined
        ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
        : {
            applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
            // One call of KMS for many objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
            bucketKeyEnabled: true,
          };
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      ...declare(transform?.encryption, { bucket: bucket.bucket, rules: [rule] }, options),
    );
  }

  private keepVersions(
    name: string,
    { transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): s3.BucketVersioning {
    const declaration = { bucket: bucket.bucket, versioningConfiguration: { status: 'Enabled' } };
    return new s3.BucketVersioning(`${name}-versioning`, ...declare(transform?.versioning, declaration, options));
  }

  private clearLeftovers(
    name: string,
    { transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    const rules = [
      {
        id: 'abort-incomplete-uploads',
        status: 'Enabled',
        filter: { prefix: '' },
        abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOADS_AFTER_DAYS },
      },
      {
        id: 'expire-old-versions',
        status: 'Enabled',
        filter: { prefix: '' },
        noncurrentVersionExpiration: { noncurrentDays: KEEP_OLD_VERSIONS_DAYS },
        expiration: { expiredObjectDeleteMarker: true },
      },
    ];
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      ...declare(transform?.lifecycle, { bucket: bucket.bucket, rules }, options),
    );
  }

  private refusePlainHttp(
    name: string,
    { bucketName, partition, transform }: DataBucketArgs,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    const policy = JSON.stringify(tlsOnlyBucketPolicy(bucketName, partition));
    new s3.BucketPolicy(`${name}-tls-only`, ...declare(transform?.policy, { bucket: bucket.bucket, policy }, options));
  }
}

/** Told once in the options of the resource, and once more if they are taken off by hand. */
function keep({ protect }: DataBucketArgs): pulumi.CustomResourceOptions {
  return { protect, retainOnDelete: protect };
}
