import type { Store } from './store/store.ts';
import type { Bucket, PublicAccessBlock } from './store/types.ts';

const NONE: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

/**
 * The public access block that counts for a bucket: its own and that of its account together, the more restrictive of both.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessOf(store: Store, bucket: Bucket): PublicAccessBlock {
  const own = bucket.publicAccessBlock ?? NONE;
  const account = store.accountBlocks.get(bucket.account);
  if (account === undefined) return own;
  return {
    blockPublicAcls: own.blockPublicAcls || account.blockPublicAcls,
    ignorePublicAcls: own.ignorePublicAcls || account.ignorePublicAcls,
    blockPublicPolicy: own.blockPublicPolicy || account.blockPublicPolicy,
    restrictPublicBuckets: own.restrictPublicBuckets || account.restrictPublicBuckets,
  };
}
