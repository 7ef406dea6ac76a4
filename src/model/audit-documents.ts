import type {
  BucketDocuments,
  KeyDocuments,
  OrganizationDocuments,
  Piece,
  Pieces,
  PrincipalDocuments,
  Unreadable,
} from './access-documents.ts';
import type { Place } from './place.ts';

/** An access key of a user; its secret is nobody's. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html */
export interface AccessKeyFacts {
  readonly id: string;
  readonly active: boolean;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** When it was used last, ISO 8601; absent: never, or before AWS noted it (April 2015). */
  readonly lastUsed: Piece<string>;
}

/** What a role or user called of a service, as IAM remembers it. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html */
export interface ServiceAccess {
  /** Prefix of its actions: `s3`. */
  readonly service: string;
  /** ISO 8601; absent: not within the tracking period. */
  readonly lastAccessed?: string;
  /** Actions that IAM tracks one by one: of S3 those of management only, never GetObject and the like. */
  readonly actions?: readonly { readonly name: string; readonly lastAccessed?: string }[];
}

/** Who has access, with what only an audit asks for. */
export interface AuditPrincipal extends PrincipalDocuments {
  /** ISO 8601. */
  readonly created?: string;
  /** When the role was last used, ISO 8601; absent: not within the tracking period. A user has none: see its keys. */
  readonly lastUsed: Piece<string>;
  /** Of a user; a role has none. */
  readonly accessKeys: Piece<readonly AccessKeyFacts[]>;
  /** A user's password of the console; absent: it has none. */
  readonly password: Piece<{ readonly created?: string }>;
  /** Services that the policies allow, each with its last use. */
  readonly lastAccessed: Piece<readonly ServiceAccess[]>;
  /** Where it is written, when it comes from a file. */
  readonly place?: Place;
}

/** What an entry of an access control list can give. */
export const ACL_PERMISSIONS = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;

/** One entry of an access control list. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
export interface AclGrant {
  /** Canonical id, or URI of a group (`http://acs.amazonaws.com/groups/global/AllUsers`). */
  readonly grantee: string;
  readonly permission: (typeof ACL_PERMISSIONS)[number];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export interface LifecycleRule {
  readonly id?: string;
  readonly enabled: boolean;
  /** Objects that it is for: all of them when absent. */
  readonly prefix?: string;
  /** It is for objects with certain tags or sizes only. */
  readonly filtered?: true;
  readonly abortUploadsAfterDays?: number;
  readonly expireAfterDays?: number;
  readonly expireOldVersionsAfterDays?: number;
}

/** A bucket, with what only an audit asks for. */
export interface AuditBucket extends BucketDocuments {
  /** `owner` is a canonical id. */
  readonly acl: Piece<{ readonly owner: string; readonly grants: readonly AclGrant[] }>;
  readonly lifecycle: Piece<readonly LifecycleRule[]>;
  /** Where server access logs go; absent: nowhere. */
  readonly logging: Piece<{ readonly bucket: string; readonly prefix: string }>;
  /** Versions are removed with a code of a device only; absent: not so. */
  readonly mfaDelete: Piece<true>;
  /** Multipart uploads that are not finished. */
  readonly uploads: Piece<{
    readonly count: number;
    /** There are more than were counted. */
    readonly more: boolean;
    /** When the oldest that was seen began, ISO 8601. */
    readonly oldest?: string;
  }>;
  /** Where it is written, when it comes from a file. */
  readonly place?: Place;
}

/** Another way of ChannelMix's into the account. */
export interface OtherWay {
  readonly kind: 'role' | 'user';
  readonly arn: string;
  /**
   * `trusted`: the role's trust policy names ChannelMix's account; `everyone`: it lets in whoever comes; `chained`: it lets in the role or user
   * that is audited; `name`: it is called like one of ChannelMix's.
   */
  readonly because: 'trusted' | 'everyone' | 'chained' | 'name';
  /** Whether ChannelMix gets in depends on what is not known of its calls. */
  readonly open?: true;
  readonly place?: Place;
}

/** Where the facts come from. */
export interface AuditSource {
  readonly kind:
    | 'aws'
    | 'files'
    | 'documents'
    | 'authorization-details'
    | 'pulumi-preview'
    | 'pulumi-state'
    | 'terraform-plan'
    | 'terraform-state'
    | 'cloudformation';
  /** The file, or the folder. */
  readonly path?: string;
  /** ARN of whoever read them from AWS. */
  readonly readBy?: string;
  /** When that was, ISO 8601, UTC. */
  readonly readAt?: string;
}

/**
 * Everything that is known of one principal's access: what an audit judges. Plain data that can be written as JSON (`audit --save`) and
 * read again. Of each fact is said whether it was read, is known not to be there, or could not be read: nobody may take the last for the second.
 */
export interface AuditDocuments {
  readonly source: AuditSource;
  readonly principal: AuditPrincipal;
  /** Every bucket that was named, or that the principal's policies name. */
  readonly buckets: readonly AuditBucket[];
  /** Keys of these buckets, each once. */
  readonly keys: readonly KeyDocuments[];
  readonly organization: OrganizationDocuments;
  /** Who else of ChannelMix gets in. */
  readonly otherWays: Pieces<OtherWay>;
  /** What the policies name and was not read: buckets above the limit, and those that only a pattern names. */
  readonly leftOut?: readonly Unreadable[];
}
