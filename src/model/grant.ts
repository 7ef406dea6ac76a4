import type { Partition } from './arn.ts';

/** How ChannelMix gets in: it assumes a role (recommended), or uses the access key of an IAM user. */
export type AuthWay = 'role' | 'key';

/** What ChannelMix may do (design, section 2). `full` is the AWS managed policy AmazonS3FullAccess. */
export type AccessLevel = 'minimal' | 'extended' | 'full';

export const ACCESS_LEVELS: readonly AccessLevel[] = ['minimal', 'extended', 'full'];

/** One bucket of a grant. */
export interface BucketGrant {
  readonly name: string;
  /** Create the bucket with the recommended settings; otherwise it exists already. */
  readonly create: boolean;
  /** Key prefixes that access is limited to, each ending in `/`; empty means the whole bucket. */
  readonly prefixes: readonly string[];
  /** The customer managed key that encrypts the bucket's objects. */
  readonly kmsKeyArn?: string;
}

/** What a client gives: the one input of everything. Made only by `readGrant`, so every value obeys AWS's rules. */
export interface Grant {
  readonly auth: AuthWay;
  readonly access: AccessLevel;
  readonly buckets: readonly BucketGrant[];
  /** Name of the role, or of the user on the key way. */
  readonly roleName: string;
  /** IAM path with leading and trailing slash. */
  readonly rolePath: string;
  /** Add an unguessable suffix to the name. */
  readonly uniqueName: boolean;
  /** ARN of the managed policy that bounds the role or user. */
  readonly permissionsBoundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Buckets that the kit creates are protected and kept when the stack goes. */
  readonly protectBucket: boolean;
  readonly partition: Partition;
}
