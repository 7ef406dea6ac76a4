import type { AccessLevel, BucketGrant } from '../model/grant.ts';

/** A bucket of a grant, as far as `verify` is told of it. */
type VerifiedBucket = Pick<BucketGrant, 'name' | 'prefixes' | 'kmsKeyArn'>;

/** The flags of `verify` that name a bucket and the folders that access is limited to, as words. */
export function bucketFlags({ name, prefixes }: VerifiedBucket): readonly string[] {
  return ['--bucket', name, ...prefixes.flatMap((prefix) => ['--prefix', prefix])];
}

/** The flags of `verify` for a bucket of a grant, as words: what is the default is left out. */
export function verifyFlags(bucket: VerifiedBucket, access: AccessLevel): readonly string[] {
  return [
    ...bucketFlags(bucket),
    ...(bucket.kmsKeyArn === undefined ? [] : ['--kms-key', bucket.kmsKeyArn]),
    ...(access === 'minimal' ? [] : ['--access', access]),
  ];
}
