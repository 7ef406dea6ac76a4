import type { BucketGrant, Grant } from '../model/grant.ts';
import type { PolicyDocument } from '../model/policy.ts';
import { fullAccessPolicyArn, identityPolicies, tlsOnlyBucketPolicy, trustPolicy } from './policy-documents.ts';

/**
 * What a grant comes to in the client's account. Every format, and the Pulumi programs, write down this and decide nothing themselves, so
 * that a role is the same role whichever tool makes it.
 */
export interface Blueprint {
  readonly principal: PrincipalBlueprint;
  /** Policies of the principal's own, in order; none for full access without KMS keys. */
  readonly policies: readonly PolicyBlueprint[];
  /** AWS managed policies that are attached to the principal. */
  readonly attachedPolicyArns: readonly string[];
  /** Buckets to make. */
  readonly buckets: readonly BucketBlueprint[];
  /** KMS keys that the principal uses, each once, in order. Their policies are not the kit's to change: the statement is shown. */
  readonly kmsKeyArns: readonly string[];
}

export interface PrincipalBlueprint {
  readonly kind: 'role' | 'user';
  readonly name: string;
  /** IAM path with leading and trailing slash. */
  readonly path: string;
  /** Of the role; users have none. */
  readonly description?: string;
  /** Of the role. */
  readonly trustPolicy?: PolicyDocument;
  readonly permissionsBoundary?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A policy of the principal's own. A role's is inline: it belongs to this role alone, is changed in place without a trail of versions, and goes
 * when the role goes. A user's is managed, because all inline policies of a user together may have only 2,048 characters; and so are those of
 * a role whose buckets need several.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-choosing-managed-or-inline.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export interface PolicyBlueprint {
  readonly kind: 'inline' | 'managed';
  /** For an inline policy its name; a managed one is named after the principal, with this behind it where there are several. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A bucket to make: private, owned by the account, encrypted, TLS only, versioned, with the leftovers of both cleared away. */
export interface BucketBlueprint {
  readonly name: string;
  /** The customer managed key that encrypts it, with a bucket key; S3's own keys (AES256) when left out. */
  readonly kmsKeyArn?: string;
  /** It stays when the stack goes. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The bucket policy: refuses plain HTTP. */
  readonly policy: PolicyDocument;
  /** Rules of the lifecycle configuration, in order; each counts for the whole bucket. */
  readonly lifecycle: readonly LifecycleRule[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export interface LifecycleRule {
  readonly id: string;
  /** Parts of an upload that was never completed are deleted after so many days. */
  readonly abortUploadsAfterDays?: number;
  /** Overwritten and deleted files can be brought back for so many days; delete markers without versions go, too. */
  readonly keepOldVersionsDays?: number;
}

const LIFECYCLE: readonly LifecycleRule[] = [
  { id: 'abort-incomplete-uploads', abortUploadsAfterDays: 7 },
  { id: 'expire-old-versions', keepOldVersionsDays: 30 },
];

/** Name of a role's inline policy. */
export const INLINE_POLICY_NAME = 'channelmix-s3';

/**
 * What a grant comes to.
 *
 * @throws KitError `input` when its policies are more than can be attached to one principal
 */
export function blueprint(grant: Grant): Blueprint {
  return {
    principal: principalOf(grant),
    policies: policiesOf(grant),
    attachedPolicyArns: grant.access === 'full' ? [fullAccessPolicyArn(grant.partition)] : [],
    buckets: grant.buckets.filter(({ create }) => create).map((bucket) => bucketBlueprint(grant, bucket)),
    kmsKeyArns: [...new Set(grant.buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []))],
  };
}

function principalOf(grant: Grant): PrincipalBlueprint {
  const { roleName: name, rolePath: path, permissionsBoundary, tags } = grant;
  return {
    kind: grant.auth === 'role' ? 'role' : 'user',
    name,
    path,
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    tags,
    ...(grant.auth === 'role'
      ? {
          description: 'Lets ChannelMix read and write the files that were agreed on in S3',
          trustPolicy: trustPolicy(grant.partition),
        }
      : {}),
  };
}

function policiesOf(grant: Grant): readonly PolicyBlueprint[] {
  const documents = identityPolicies(grant);
  const [first, second] = documents;
  if (first === undefined) return [];
  if (second === undefined) {
    const inline = grant.auth === 'role';
    return [{ kind: inline ? 'inline' : 'managed', name: inline ? INLINE_POLICY_NAME : '', document: first }];
  }
  return documents.map((document, index) => ({ kind: 'managed', name: `-${index + 1}`, document }));
}

/** A bucket with the recommended settings. */
export function bucketBlueprint(
  { partition, protectBucket, tags }: Pick<Grant, 'partition' | 'protectBucket' | 'tags'>,
  { name, kmsKeyArn }: Pick<BucketGrant, 'name' | 'kmsKeyArn'>,
): BucketBlueprint {
  return {
    name,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    protect: protectBucket,
    tags,
    policy: tlsOnlyBucketPolicy(name, partition),
    lifecycle: LIFECYCLE,
  };
}
