import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type BucketBlueprint, bucketBlueprint, type LifecycleRule } from '../../src/generate/blueprint.ts';
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

/** What the bucket comes to, and the changes to it. */
type BucketPlan = BucketBlueprint & Pick<DataBucketArgs, 'transform'>;

/** The recommended bucket: private, owned by the account, encrypted, TLS only, versioned, with the leftovers of both cleared away. */
export class DataBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: DataBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.dataBucket, name, {}, options);
    const plan = planOf(args);
    const bucket = this.createBucket(name, plan);
    // Settings go with their bucket: a bucket that stays keeps them, and none is taken off one that is about to go.
    const settings: pulumi.CustomResourceOptions = { ...keep(plan), parent: this, deletedWith: bucket };
    const publicAccessBlock = this.blockPublicAccess(name, plan, bucket, settings);
    this.enforceOwnership(name, plan, bucket, settings);
    this.encrypt(name, plan, bucket, settings);
    const versioning = this.keepVersions(name, plan, bucket, settings);
    this.clearLeftovers(name, plan, bucket, { ...settings, dependsOn: [versioning] });
    // S3 answers OperationAborted when a policy and the public access block are set at the same time.
    this.refusePlainHttp(name, plan, bucket, { ...settings, dependsOn: [publicAccessBlock] });
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }

  private createBucket(name: string, plan: BucketPlan): s3.Bucket {
    const declaration: s3.BucketArgs = { bucket: plan.name, tags: plan.tags };
    return new s3.Bucket(name, ...declare(plan.transform?.bucket, declaration, { ...keep(plan), parent: this }));
  }

  private blockPublicAccess(
    name: string,
    { transform }: BucketPlan,
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
    { transform }: BucketPlan,
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
    { kmsKeyArn, transform }: BucketPlan,
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
    { transform }: BucketPlan,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): s3.BucketVersioning {
    const declaration = { bucket: bucket.bucket, versioningConfiguration: { status: 'Enabled' } };
    return new s3.BucketVersioning(`${name}-versioning`, ...declare(transform?.versioning, declaration, options));
  }

  private clearLeftovers(
    name: string,
    { lifecycle, transform }: BucketPlan,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      ...declare(transform?.lifecycle, { bucket: bucket.bucket, rules: lifecycle.map(lifecycleRule) }, options),
    );
  }

  private refusePlainHttp(
    name: string,
    { policy: document, transform }: BucketPlan,
    bucket: s3.Bucket,
    options: pulumi.CustomResourceOptions,
  ): void {
    const policy = JSON.stringify(document);
    new s3.BucketPolicy(`${name}-tls-only`, ...declare(transform?.policy, { bucket: bucket.bucket, policy }, options));
  }
}

function planOf({ bucketName, partition, kmsKeyArn, tags = {}, protect, transform }: DataBucketArgs): BucketPlan {
  const bucket = { name: bucketName, ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
  return {
    ...bucketBlueprint({ partition, tags, protectBucket: protect }, bucket),
    ...(transform !== undefined && { transform }),
  };
}

function lifecycleRule({ id, abortUploadsAfterDays, keepOldVersionsDays }: LifecycleRule) {
  return {
    id,
    status: 'Enabled',
    filter: { prefix: '' },
    ...(abortUploadsAfterDays !== undefined && {
      abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadsAfterDays },
    }),
    ...(keepOldVersionsDays !== undefined && {
      noncurrentVersionExpiration: { noncurrentDays: keepOldVersionsDays },
      expiration: { expiredObjectDeleteMarker: true },
    }),
  };
}

/** Told once in the options of the resource, and once more if they are taken off by hand. */
function keep({ protect }: BucketPlan): pulumi.CustomResourceOptions {
  return { protect, retainOnDelete: protect };
}
