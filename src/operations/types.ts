/** One permission that an API call needs. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export interface Permission {
  /** `s3:GetObject`, as the Service Authorization Reference spells it. */
  readonly action: string;
  /** ARN of what it is needed on; `*` for actions that take no resource. */
  readonly resource: string;
}

/** What an action's Resource element may name. `none`: the action takes no resource, only `*` fits. */
export type ResourceKind = 'bucket' | 'object' | 'role' | 'user' | 'policy' | 'instance-profile' | 'key' | 'none';

/** What is known of one S3 call; enough to tell which permissions it needs. */
export interface S3Call {
  /** API name: `PutObject`, … */
  readonly operation: string;
  readonly partition: string;
  readonly bucket?: string;
  /** For `DeleteObjects` one key of the batch: each is permitted by itself. */
  readonly key?: string;
  readonly versionId?: string;
  readonly copySource?: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId?: string;
    /** The customer managed key that the source is encrypted with. */
    readonly kmsKeyArn?: string;
    /** The source has tags, and they are copied. */
    readonly hasTags?: boolean;
  };
  /** Request headers set an ACL, tags, a retention or a legal hold on the object. */
  readonly setsAcl?: boolean;
  readonly setsTags?: boolean;
  readonly setsRetention?: boolean;
  readonly setsLegalHold?: boolean;
  /** `x-amz-object-ownership` of CreateBucket. */
  readonly setsOwnership?: boolean;
  /** `x-amz-bucket-object-lock-enabled` of CreateBucket. */
  readonly setsObjectLock?: boolean;
  /** `x-amz-bypass-governance-retention`. */
  readonly bypassesGovernance?: boolean;
  /** `x-amz-checksum-mode: ENABLED` of HeadObject. */
  readonly readsChecksum?: boolean;
  /** The customer managed key that the object is, or will be, encrypted with. */
  readonly kmsKeyArn?: string;
}
