/** One permission that an API call needs. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export interface Permission {
  /** `s3:GetObject`, as the Service Authorization Reference spells it. */
  readonly action: string;
  /** ARN of what it is needed on; `*` for actions that take no resource. */
  readonly resource: string;
}

/** What is known of one S3 call; enough to tell which permissions it needs. */
export interface S3Call {
  readonly operation: string;
  readonly partition: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly copySource?: { readonly bucket: string; readonly key: string; readonly versionId?: string };
  /** Request headers set an ACL, tags, a retention or a legal hold on the object. */
  readonly setsAcl?: boolean;
  readonly setsTags?: boolean;
  readonly setsRetention?: boolean;
  readonly setsLegalHold?: boolean;
  readonly setsOwnership?: boolean;
  /** The customer managed key that the object is, or will be, encrypted with. */
  readonly kmsKeyArn?: string;
}
