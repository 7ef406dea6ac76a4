import type { FailureKind } from './failure.ts';
import type { DocumentPlace } from './place.ts';
import type { JsonValue } from './policy.ts';

/** Why something could not be read: the action that it takes, and what the service (or whoever gave the documents) said. */
export interface Unreadable {
  /** What it is, for messages: `the boundary of role NAME`. */
  readonly what: string;
  /** The IAM action that reading it takes. */
  readonly action: string;
  /** `denied`: AWS said no; `not-asked`: it was not tried, `said` tells why; the others: no answer, or none that can be used. */
  readonly kind: FailureKind | 'not-asked';
  readonly said: string;
  /** AWS's code (`AccessDenied`), where AWS answered. */
  readonly code?: string;
}

/** One thing that was read, is known not to be there, or could not be read. */
export type Piece<T> =
  | { readonly state: 'read'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable'; readonly why: Unreadable };

/** Several things of a kind, of which some could be read. None of either: there are none. */
export interface Pieces<T> {
  readonly read: readonly T[];
  readonly unreadable: readonly Unreadable[];
}

/** A policy document and how AWS names the policy. */
export interface NamedPolicy {
  /** ARN of a managed policy; name of an inline one; for others what they are (`trust policy of role NAME`). */
  readonly name: string;
  readonly document: JsonValue;
  /** Attached by a group of the user. */
  readonly group?: string;
  /** Where it is written, when it comes from a file. */
  readonly place?: DocumentPlace;
}

/** Who has access: a role, or the user whose key is used. */
export interface PrincipalDocuments {
  readonly kind: 'role' | 'user';
  /** ARN with its path. */
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** `AROA…` or `AIDA…`: the value of aws:userid begins with it. */
  readonly id?: string;
  /** Tags, which policies see as aws:PrincipalTag/KEY. */
  readonly tags: Piece<Readonly<Record<string, string>>>;
  /** Trust policy; a user has none. */
  readonly trust: Piece<NamedPolicy>;
  /** Inline policies, then attached ones in their default version; of a user those of its groups, too. */
  readonly identity: Pieces<NamedPolicy>;
  readonly boundary: Piece<NamedPolicy>;
  /** Longest session in seconds; of a role. */
  readonly maxSessionSeconds?: number;
}

/** The four switches. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** What a bucket does with objects that name no encryption. */
export interface DefaultEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** As it is configured: an ARN, an id or an alias; absent with `aws:kms`: the AWS managed key aws/s3. */
  readonly kmsKey?: string;
  /** S3 takes one key for the bucket and makes those of objects of it: KMS then sees the bucket, not the object. */
  readonly bucketKey?: boolean;
}

/** Default retention of new object versions. */
export interface ObjectLock {
  readonly enabled: boolean;
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days?: number;
  readonly years?: number;
}

/** Everything that is known about a bucket. */
export interface BucketDocuments {
  readonly name: string;
  readonly region: Piece<string>;
  /** Account that owns the bucket. */
  readonly owner: Piece<string>;
  readonly policy: Piece<NamedPolicy>;
  readonly publicAccessBlock: Piece<PublicAccessBlock>;
  /** That of the owner's account, which binds all its buckets. */
  readonly accountPublicAccessBlock: Piece<PublicAccessBlock>;
  readonly ownership: Piece<'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'>;
  readonly versioning: Piece<'Enabled' | 'Suspended'>;
  readonly objectLock: Piece<ObjectLock>;
  readonly encryption: Piece<DefaultEncryption>;
  readonly requestPayer: Piece<'BucketOwner' | 'Requester'>;
}

/** Another bucket, of which only is known what decides who may list it. */
export type OtherBucket = Pick<BucketDocuments, 'name' | 'owner' | 'policy'>;

/** A grant of a KMS key. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface KeyGrant {
  readonly id: string;
  readonly granteePrincipal: string;
  /** `GenerateDataKey`, `Decrypt`, …: without `kms:`. */
  readonly operations: readonly string[];
  /** Bound to an encryption context: then it holds for some objects only. */
  readonly constrained: boolean;
}

/** A customer managed KMS key that objects of the bucket are encrypted with. */
export interface KeyDocuments {
  /** ARN of the key; as it was configured where it could not be resolved. */
  readonly arn: string;
  readonly account?: string;
  /** `default-encryption` of the bucket, or `named` by whoever asks. */
  readonly because: 'default-encryption' | 'named';
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly keyState: Piece<string>;
  /** `AWS` managed keys (aws/s3) have a policy that nobody can change. */
  readonly manager: Piece<'AWS' | 'CUSTOMER'>;
  readonly policy: Piece<NamedPolicy>;
  readonly grants: Piece<readonly KeyGrant[]>;
}

/** The policies that are attached at one level of an organization. */
export interface OrganizationLevel {
  /** Id of root, organizational unit or account. */
  readonly id: string;
  readonly policies: readonly NamedPolicy[];
}

/** What an AWS organization says. Readable in its management account and by delegated administrators only. */
export interface OrganizationDocuments {
  /** `o-…` of the principal's account: aws:PrincipalOrgID. Absent: the account is in no organization. */
  readonly id: Piece<string>;
  /**
   * Service control policies of the principal's account, from the root down. Absent: no organization, the management account (which none
   * binds), or the type is not enabled.
   */
  readonly scps: Piece<readonly OrganizationLevel[]>;
  /** Resource control policies of the account that owns the bucket, from the root down. */
  readonly rcps: Piece<readonly OrganizationLevel[]>;
}

/**
 * Everything that could be read about a principal's access to a bucket. Plain data that can be written as JSON: whoever reads it need not
 * know whether it came from AWS, from files or from a plan.
 */
export interface AccessDocuments {
  readonly source: {
    readonly kind: 'aws' | 'files' | 'plan';
    /** ARN of whoever read it. */
    readonly readBy?: string;
    /** ISO 8601, UTC. */
    readonly readAt?: string;
  };
  readonly principal: PrincipalDocuments;
  readonly bucket: BucketDocuments;
  /** A bucket that must stay closed, where one was named. */
  readonly otherBucket?: OtherBucket;
  readonly keys: readonly KeyDocuments[];
  readonly organization: OrganizationDocuments;
}
